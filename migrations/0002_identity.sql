-- Users sign in, patients are people, `patient_access` joins them: a parent acts for a child, and a patient may exist before
-- anybody claims the record.

create table users (
  id uuid primary key,
  display_name text not null,
  email text not null,
  -- The address as it is compared: lower case.
  email_key text not null unique,
  email_confirmed_at timestamptz,
  language text not null default 'en',
  time_zone text not null,
  suspended_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null,
  version integer not null default 1
);
create index users_display_name_trgm on users using gin (display_name gin_trgm_ops);
create index users_email_key_trgm on users using gin (email_key gin_trgm_ops);

create table password_credentials (
  user_id uuid primary key references users,
  -- PHC string, argon2id.
  hash text not null,
  changed_at timestamptz not null
);

-- Why somebody was suspended or restored, and by whom; the newest row tells the present state's reason.
create table suspensions (
  id uuid primary key,
  user_id uuid not null references users,
  kind text not null check (kind in ('suspended', 'restored')),
  reason text not null,
  decided_by uuid not null references users,
  decided_at timestamptz not null
);
create index suspensions_user on suspensions (user_id, decided_at desc);

-- Links that grant something: 128 bits made from the id with a key that the database does not have, so that a mail can be written
-- again while only the hash is kept here.
create table links (
  id uuid primary key,
  token_hash bytea not null unique,
  purpose text not null check (purpose in ('confirm_email', 'reset_password')),
  user_id uuid not null references users,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index links_user on links (user_id, purpose);

create table sessions (
  id uuid primary key,
  user_id uuid not null references users,
  kind text not null check (kind in ('browser', 'api')),
  -- The membership that the person acts in now; null acts as a patient.
  membership_id uuid,
  user_agent text,
  address text,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_user on sessions (user_id, last_seen_at desc);
create index sessions_expiry on sessions (expires_at);

-- What tower-sessions keeps: an opaque record that holds a session id and nothing else.
create table http_sessions (
  id text primary key,
  record bytea not null,
  expires_at timestamptz not null
);
create index http_sessions_expiry on http_sessions (expires_at);

-- Tokens of the REST interface: opaque, hashed. A refresh token that comes back a second time revokes its session.
create table api_tokens (
  id uuid primary key,
  session_id uuid not null references sessions on delete cascade,
  kind text not null check (kind in ('access', 'refresh')),
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index api_tokens_session on api_tokens (session_id);
create index api_tokens_expiry on api_tokens (expires_at);

create table consents (
  id uuid primary key,
  user_id uuid not null references users,
  document text not null,
  document_version text not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz
);
create index consents_user on consents (user_id);
