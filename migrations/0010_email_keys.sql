-- The key of an address has its domain in ASCII (A-labels). What was stored before is rewritten by `domain::identity::email_keys` after
-- the migrations; this index holds the few rows that it has to look at.
create index users_email_not_ascii on users (id) where email_key ~ '[^\x01-\x7f]';
comment on column users.email_key is 'The address as it is compared: ASCII letters in lower case, the domain in A-labels.';
