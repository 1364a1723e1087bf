-- A person connects another sign-in (OpenID Connect, ADR 39) from their account: the visit to the provider belongs to the session in which they have proved that it is them.
alter table foreign_sign_ins add column session_id uuid references sessions on delete cascade;
create index foreign_sign_ins_session on foreign_sign_ins (session_id) where session_id is not null;
