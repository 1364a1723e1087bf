-- Apps that use the API in a person's name, after the person has allowed it on a page of ours (OAuth 2: RFC 6749, with PKCE, RFC 7636).

create table oauth_apps (
  -- The app's client_id.
  id uuid primary key,
  name text not null,
  -- Where a person may be sent back to. Compared as whole texts.
  redirects text[] not null check (cardinality(redirects) between 1 and 10),
  -- Null for an app that cannot keep a secret. The secret has 256 random bits, so the SHA-256 needs no salt.
  secret_hash bytea,
  made_by uuid not null references users,
  created_at timestamptz not null,
  ended_by uuid references users,
  ended_at timestamptz,
  check ((ended_at is null) = (ended_by is null))
);
revoke delete, truncate on oauth_apps from bedside_app;

alter table sessions
  add column app_id uuid references oauth_apps,
  add constraint sessions_of_apps check ((kind = 'app') = (app_id is not null));
create index sessions_app on sessions (app_id) where app_id is not null;

-- What an app gets when the person has allowed it, and exchanges for tokens within a minute. It works once; a second use ends what the first one has made.
create table oauth_codes (
  id uuid primary key,
  code_hash bytea not null unique,
  app_id uuid not null references oauth_apps,
  user_id uuid not null references users,
  -- The session in which the person allowed it. Nobody gets tokens when it has ended meanwhile.
  allowed_in uuid not null,
  redirect text not null,
  scopes text[] not null,
  -- The SHA-256 of the verifier that the app keeps (RFC 7636, section 4.2).
  challenge text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  -- The session that the exchange has begun.
  session_id uuid
);
create index oauth_codes_user on oauth_codes (user_id);
create index oauth_codes_expiry on oauth_codes (expires_at);
revoke truncate on oauth_codes from bedside_app;
