-- Support sees what became of mails and text messages, the newest first, of everybody or of one person.
create index mails_created on mails (created_at, id);
create index mails_user on mails (user_id, created_at);
