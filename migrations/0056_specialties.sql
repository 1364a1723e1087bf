-- Administrators of the organisation add, rename and retire specialties. A retired one is not offered to doctors and patients any more; doctors who have it keep it.

alter table specialties
  add column retired boolean not null default false,
  add column version integer not null default 1;

-- What a specialty was in each version. The audit log names the version before a change and the one after it, and this table says what they were.
create table specialty_versions (
  specialty_id uuid not null references specialties,
  version integer not null,
  name text not null,
  retired boolean not null,
  -- Null for what was there before this table.
  changed_by uuid references users,
  changed_at timestamptz,
  primary key (specialty_id, version),
  check ((changed_by is null) = (changed_at is null))
);
revoke update, delete, truncate on specialty_versions from bedside_app;
