-- Second factors of accounts: codes of an authenticator app (TOTP, RFC 6238) and recovery codes. Whoever has one signs in in two steps, and between the steps there
-- is no session.

-- The secret that an account shares with the user's authenticator app, encrypted with a key of the installation.
create table totp_factors (
  user_id uuid primary key references users,
  secret_cipher bytea not null,
  confirmed_at timestamptz not null,
  -- The newest time step of which a code was accepted. Codes of this step and of earlier ones are refused (RFC 6238, section 5.2).
  last_step bigint not null
);
revoke truncate on totp_factors from bedside_app;

-- A secret that the user has been shown and has not confirmed with a code, and from what the recovery codes that are shown with it are made.
create table totp_set_ups (
  -- The session or the half sign-in that has begun it. No other one sees it: somebody else who knows the password must not learn the secret that its user confirms.
  holder_id uuid primary key,
  user_id uuid not null references users,
  secret_cipher bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index totp_set_ups_user on totp_set_ups (user_id);
create index totp_set_ups_expiry on totp_set_ups (expires_at);
revoke truncate on totp_set_ups from bedside_app;

-- Each works once. They have 80 random bits, so the SHA-256 needs no salt.
create table recovery_codes (
  user_id uuid not null references users,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);
revoke truncate on recovery_codes from bedside_app;

-- Sign-ins whose password was right and that wait for the second factor. Nobody can do anything else with one than to finish it.
create table half_sign_ins (
  id uuid primary key,
  token_hash bytea not null unique,
  user_id uuid not null references users,
  kind text not null check (kind in ('browser', 'api')),
  -- The epoch of the credentials in which the password was checked.
  credential_epoch integer not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index half_sign_ins_user on half_sign_ins (user_id);
create index half_sign_ins_expiry on half_sign_ins (expires_at);
revoke truncate on half_sign_ins from bedside_app;

-- Browsers in which a user is asked for no second factor for some time, in the epoch of the credentials in which they chose that.
create table remembered_browsers (
  token_hash bytea primary key,
  user_id uuid not null references users,
  credential_epoch integer not null,
  user_agent text,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index remembered_browsers_user on remembered_browsers (user_id);
create index remembered_browsers_expiry on remembered_browsers (expires_at);
revoke truncate on remembered_browsers from bedside_app;
