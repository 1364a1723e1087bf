-- Signing in with a foreign provider (OpenID Connect, ADR 39): which accounts are linked to whom at a provider, and the sign-ins that are under way.

-- Who an account is at a provider. A provider names a person by its issuer and a subject that it never gives to another one (OpenID Connect Core, section 2).
create table foreign_identities (
  id uuid primary key,
  user_id uuid not null references users,
  -- The key of the provider in the configuration, for its name on pages.
  provider text not null,
  issuer text not null,
  subject text not null,
  -- The address that the provider had confirmed when it was linked, for its owner to recognise it.
  email text not null,
  linked_at timestamptz not null,
  last_used_at timestamptz,
  unlinked_at timestamptz
);
create unique index foreign_identities_once on foreign_identities (issuer, subject) where unlinked_at is null;
create index foreign_identities_user on foreign_identities (user_id);
revoke delete, truncate on foreign_identities from bedside_app;

-- A browser that was sent to a provider. It comes back with the state, once and within minutes. The nonce and the verifier of PKCE are derived from the state and a
-- secret in the browser's cookie, so what is here helps nobody.
create table foreign_sign_ins (
  id uuid primary key,
  state_hash bytea not null unique,
  browser_hash bytea not null,
  provider text not null,
  -- The page that required the sign-in.
  next_page text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  -- An identity that is linked to this account when its owner signs in in the same browser.
  user_id uuid references users,
  issuer text,
  subject text,
  email text,
  check ((user_id is null) = (issuer is null) and (user_id is null) = (subject is null) and (user_id is null) = (email is null))
);
create index foreign_sign_ins_browser on foreign_sign_ins (browser_hash);
create index foreign_sign_ins_expiry on foreign_sign_ins (expires_at);
create index foreign_sign_ins_user on foreign_sign_ins (user_id);
revoke truncate on foreign_sign_ins from bedside_app;
