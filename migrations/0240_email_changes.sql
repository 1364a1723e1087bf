-- The owner of an account may give it another email address: they prove who they are, a code goes to the new address, and the account has the address when the code was
-- typed. The code is made from the row's id with a key that the database does not have, so nothing is stored of it. What was changed stays, until the account is gone.
create table email_changes (
  id uuid primary key,
  user_id uuid not null references users,
  -- As it was typed, and as it is compared.
  email text not null,
  email_key text not null,
  previous_email text not null,
  -- A change that was begun in another epoch of the credentials is over: whoever began it may have known the password that was replaced.
  credential_epoch integer not null,
  wrong_codes integer not null default 0 check (wrong_codes >= 0),
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  -- When the account got the address; or when another change took its place.
  changed_at timestamptz,
  ended_at timestamptz,
  check (changed_at is null or ended_at is null)
);
create index email_changes_user on email_changes (user_id, asked_at desc);
create index email_changes_expiry on email_changes (expires_at) where changed_at is null;
revoke truncate on email_changes from bedside_app;
