-- Administrators manage clinics: opening hours, closures, and a history of what a clinic was called, where it was and when it was open.

-- From Monday to Sunday, in local time: `09:00–12:30, 14:00–18:00`, or empty when the clinic is closed. Empty as a whole: nobody has stated the hours.
alter table clinics add column opening_hours text[] not null default '{}' check (cardinality(opening_hours) in (0, 7));

-- What a clinic was in each version. The audit log names the version before a change and the one after it, and this table says what they were.
create table clinic_versions (
  clinic_id uuid not null references clinics,
  version integer not null,
  name text not null,
  time_zone text not null,
  country text not null,
  currency text not null,
  address_lines text[] not null,
  phone text,
  opening_hours text[] not null,
  -- Null for what was there before this table.
  changed_by uuid references users,
  changed_at timestamptz,
  primary key (clinic_id, version),
  check ((changed_by is null) = (changed_at is null))
);
revoke update, delete, truncate on clinic_versions from bedside_app;

-- Days on which a whole clinic is closed. A closure that was removed stays, with who removed it.
create table clinic_closures (
  id uuid primary key,
  clinic_id uuid not null references clinics,
  first_day date not null,
  last_day date not null check (last_day >= first_day),
  reason text not null,
  added_by uuid not null references users,
  added_at timestamptz not null,
  removed_by uuid references users,
  removed_at timestamptz,
  check ((removed_by is null) = (removed_at is null))
);
-- Adding the same closure twice adds it once.
create unique index clinic_closures_once on clinic_closures (clinic_id, first_day, last_day) where removed_at is null;
revoke delete, truncate on clinic_closures from bedside_app;
