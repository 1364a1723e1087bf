-- Tokens that may do less than their user: personal tokens for programs, tokens of apps, tokens of service accounts. Each has a session of its own, so it ends
-- with all that ends sessions: another password, a closed account, a role that has ended, "sign out everywhere".
alter table sessions
  drop constraint sessions_kind_check,
  add constraint sessions_kind_check check (kind in ('browser', 'api', 'token', 'app', 'service')),
  -- What the token may do; null for a sign-in, which may do all that its user may.
  add column scopes text[],
  -- What its user calls the token.
  add column name text,
  -- When the token was last used, to the minute, and from which address.
  add column used_at timestamptz,
  add column used_from text,
  add constraint sessions_limited check ((kind in ('browser', 'api')) = (scopes is null)),
  add constraint sessions_named check ((kind in ('token', 'service')) = (name is not null));
