-- A provider tells that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0, ADR 39): the sessions that began with that identity end.

-- The provider's own session, hashed with its issuer, if the provider names it. A sign-in that waits for its second step carries it.
alter table sessions add column foreign_sid_hash bytea;
alter table half_sign_ins add column foreign_sid_hash bytea;
create index sessions_foreign on sessions (foreign_identity_id) where foreign_identity_id is not null;

-- The logout tokens that were taken, until they are too old to be taken: each counts once.
create table foreign_logouts (
  token_hash bytea primary key,
  expires_at timestamptz not null
);
create index foreign_logouts_expiry on foreign_logouts (expires_at);
revoke update, truncate on foreign_logouts from bedside_app;
