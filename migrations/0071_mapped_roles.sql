-- Roles that a foreign provider gives by a claim (ADR 39). When the claim is gone at the next sign-in, such a role ends. Roles that an administrator has given do not.
alter table memberships add column mapped_by uuid references foreign_identities;
create index memberships_mapped on memberships (mapped_by) where mapped_by is not null;
