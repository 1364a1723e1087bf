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

-- Accounts of programs that work for a clinic. Each is a user without a password and with one role, so the policy, the roles and the audit log treat it as they
-- treat a person. Its email is empty, and its email_key is no address, so nobody can sign in with it or reset its password.
create table service_accounts (
  user_id uuid primary key references users,
  -- What each of its tokens may do.
  scopes text[] not null,
  made_by uuid not null references users,
  created_at timestamptz not null
);
revoke update, delete, truncate on service_accounts from bedside_app;
