-- What foreign providers give (ADR 39).

-- Roles that a foreign provider gives by a claim. When the claim is gone at the next sign-in, such a role ends. Roles that an administrator has given do not.
alter table memberships add column mapped_by uuid references foreign_identities;
create index memberships_mapped on memberships (mapped_by) where mapped_by is not null;

-- The identity with which a session has begun, so that who signs out can go on to sign out at the provider. A sign-in that waits for its second step carries it.
alter table sessions add column foreign_identity_id uuid references foreign_identities;
alter table half_sign_ins add column foreign_identity_id uuid references foreign_identities;
