-- Roles that a provider gives hold as long as its person signs in there (ADR 39): somebody who is disabled at the provider must not keep them through another way in.

-- Until when the roles that this identity has given hold. A sign-in at the provider moves it.
alter table foreign_identities add column roles_until timestamptz;
update foreign_identities f set roles_until = coalesce(f.last_used_at, f.linked_at) + interval '7 days'
where exists (select from memberships m where m.mapped_by = f.id and m.ended_at is null);
create index foreign_identities_roles_until on foreign_identities (roles_until) where roles_until is not null;
