-- Limits against those who take everything: times of doctors, and addresses of other people.

-- Which times a patient has held, or booked without a hold, during the last day. One time can be held again only so often, and only so many times can be taken
-- within an hour.
create table times_taken (
  id bigint generated always as identity primary key,
  patient_id uuid not null references patients on delete cascade,
  doctor_id uuid not null references doctors on delete cascade,
  starts_at timestamptz not null,
  taken_at timestamptz not null
);
create index times_taken_patient on times_taken (patient_id, taken_at);
create index times_taken_at on times_taken (taken_at);
revoke update, truncate on times_taken from bedside_app;

-- The browsers in which the owner of an account has signed in before. Wrong passwords from elsewhere do not lock them out. The hash is that of a secret that only
-- the browser has, in a cookie, and that grants nothing.
create table known_devices (
  user_id uuid not null references users on delete cascade,
  device_hash bytea not null,
  last_seen_at timestamptz not null,
  primary key (user_id, device_hash)
);
create index known_devices_age on known_devices (last_seen_at);

-- Sign-ups whose address is not confirmed. The account and its person are made when the link of the mail is followed, from what this sign-up says; so somebody
-- who signs up with the address of another person fixes nothing on it.
create table sign_ups (
  id uuid primary key,
  -- The token is made from the id, as that of `links`.
  token_hash bytea not null unique,
  email text not null,
  email_key text not null,
  -- Null when it was used or is over, like details: what was typed, encrypted with a key that is derived from the token.
  password_hash text,
  details bytea,
  time_zone text not null,
  language text not null,
  -- The browser that the link signs in (ADR 22).
  browser_hash bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_ups_email on sign_ups (email_key, created_at desc);
create index sign_ups_expiry on sign_ups (expires_at);

-- The mail with the link goes to an address that has no account yet.
alter table mails alter column user_id drop not null;

-- Accounts that were made in the old way and never confirmed free their addresses: nobody could sign in to them, and whoever owns the address may be somebody
-- else. Accounts of staff, which an operator made, stay.
update users set deleted_at = created_at, email = '', email_key = 'never confirmed ' || id, version = version + 1
  where email_confirmed_at is null and deleted_at is null
    and exists (select from consents c where c.user_id = users.id)
    and not exists (select from memberships m where m.user_id = users.id)
    and not exists (select from sessions s where s.user_id = users.id);
