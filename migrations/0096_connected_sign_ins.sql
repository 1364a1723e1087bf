-- A person connects another sign-in (OpenID Connect, ADR 39) from their account: the visit to the provider belongs to the session in which they have proved that it is them.
alter table foreign_sign_ins add column session_id uuid references sessions on delete cascade;
create index foreign_sign_ins_session on foreign_sign_ins (session_id) where session_id is not null;

-- Somebody without an account who comes from a provider that may make accounts of patients is asked for what the provider does not tell. Until then their identity waits here
-- for the browser that came back with it, and what else the provider has told is encrypted with a key that is derived from the secret in the browser's cookie.
alter table foreign_sign_ins add column details bytea;
alter table foreign_sign_ins drop constraint foreign_sign_ins_check;
alter table foreign_sign_ins add constraint foreign_sign_ins_told check (
  (issuer is null) = (subject is null) and (issuer is null) = (email is null) and (user_id is null or issuer is not null)
  and (details is null or (issuer is not null and user_id is null)));
