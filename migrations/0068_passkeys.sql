-- Passkeys of accounts (WebAuthn): keys that a device or a password manager keeps. One signs its user in without a password, and is a second factor after it.

create table passkeys (
  id uuid primary key,
  user_id uuid not null references users,
  -- By which the browser names it. Chosen by the device that keeps the passkey.
  credential_id bytea not null unique,
  -- The public key, the counter of its uses and what else is needed to check an answer. It is no secret; it is encrypted with a key of the installation and bound to the
  -- account, so that nobody who can only write to the database can give an account a passkey.
  credential_cipher bytea not null,
  -- What its user calls it.
  name text not null check (name <> ''),
  version integer not null default 1,
  created_at timestamptz not null,
  last_used_at timestamptz,
  -- When a copy of it was last noticed, because its counter had not grown.
  copy_noticed_at timestamptz
);
create index passkeys_user on passkeys (user_id);
revoke truncate on passkeys from bedside_app;

-- The questions that a passkey has answered, until they are too old to be answered: each is answered once. A question that nobody has answered is not here. It is encrypted
-- in the page that asked it, so that visitors who only open the sign-in page leave nothing behind.
create table passkey_questions_used (
  question_hash bytea primary key,
  expires_at timestamptz not null
);
create index passkey_questions_used_expiry on passkey_questions_used (expires_at);
revoke update, truncate on passkey_questions_used from bedside_app;
