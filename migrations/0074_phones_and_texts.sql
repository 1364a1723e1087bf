-- A user may verify a phone number with a code that is sent to it by SMS. It serves as a help when they cannot sign in.

-- The numbers of accounts: those that wait for their code, and those that were verified. An account has one verified number; another one takes its place.
create table phones (
  id uuid primary key,
  user_id uuid not null references users,
  -- In E.164 form, encrypted with a key of the installation.
  number_cipher bytea not null,
  -- The six digits that were sent, encrypted; a hash of so few digits would hide nothing.
  code_cipher bytea not null,
  -- How many wrong codes were typed.
  wrong_codes integer not null default 0 check (wrong_codes >= 0),
  created_at timestamptz not null,
  -- Until when the code can be typed.
  expires_at timestamptz not null,
  verified_at timestamptz,
  -- When it was removed, or another number took its place.
  ended_at timestamptz
);
create unique index phones_verified on phones (user_id) where verified_at is not null and ended_at is null;
create index phones_user on phones (user_id, created_at);
create index phones_expiry on phones (expires_at) where verified_at is null;
revoke truncate on phones from bedside_app;

-- One row for each text message (SMS). What it says and its number are read by its subject when it is sent; here are only the last three digits.
create table texts (
  id uuid primary key,
  kind text not null,
  user_id uuid not null references users,
  -- What it is about: a phone that waits for its code, or a link.
  subject_id uuid not null,
  -- A blind index of the number, to count its messages.
  number_index bytea not null,
  masked text not null,
  -- sent: the provider has taken it. delivered: the provider has heard that it arrived.
  state text not null check (state in ('queued', 'sent', 'delivered', 'failed')),
  attempts integer not null default 0,
  -- The provider's id of the message, and its code of an error.
  provider_id text,
  error text,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
create index texts_created on texts (created_at, id);
create index texts_number on texts (number_index, created_at);
create index texts_user on texts (user_id, created_at);
revoke truncate on texts from bedside_app;
