-- Administrators invite staff by e-mail, and change and end their roles. A role that has ended stays, with who gave and who ended it.

create table invitations (
  id uuid primary key,
  -- The link's token is made from the id, as those of `links` are, so that it can be mailed again.
  token_hash bytea not null unique,
  email text not null,
  email_key text not null,
  -- Patients sign up, and doctors apply with their licence.
  role text not null check (role in ('nurse', 'receptionist', 'pharmacist', 'lab_technician', 'admin', 'support')),
  -- No clinic means all.
  clinic_id uuid references clinics,
  invited_by uuid not null references users,
  created_at timestamptz not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > sent_at),
  accepted_at timestamptz,
  membership_id uuid references memberships,
  withdrawn_by uuid references users,
  withdrawn_at timestamptz,
  check ((accepted_at is null) = (membership_id is null)),
  check ((withdrawn_at is null) = (withdrawn_by is null)),
  check (accepted_at is null or withdrawn_at is null)
);
-- Nobody is invited twice for the same thing at once.
create unique index invitations_open on invitations (email_key, role, clinic_id) nulls not distinct
  where accepted_at is null and withdrawn_at is null;
create index invitations_clinic on invitations (clinic_id, id desc);
revoke delete, truncate on invitations from bedside_app;

alter table memberships
  add column version integer not null default 1,
  add column given_by uuid references users,
  add column ended_by uuid references users;
create index memberships_clinic on memberships (clinic_id, id desc);
