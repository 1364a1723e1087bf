-- The people and places: clinics, doctors with their licences, patients.

create table clinics (
  id uuid primary key,
  name text not null,
  time_zone text not null,
  -- ISO 3166-1 alpha-2 and ISO 4217.
  country text not null check (length(country) = 2),
  currency text not null check (length(currency) = 3),
  address_lines text[] not null,
  phone text,
  version integer not null default 1
);

create table specialties (
  id uuid primary key,
  -- A stable word for addresses: `general-practice`.
  slug text not null unique,
  name text not null
);

-- A role is a row: a person may hold several and acts as one at a time. No clinic means all.
create table memberships (
  id uuid primary key,
  user_id uuid not null references users,
  role text not null check (role in
    ('doctor', 'nurse', 'receptionist', 'pharmacist', 'lab_technician', 'admin', 'support')),
  clinic_id uuid references clinics,
  created_at timestamptz not null,
  ended_at timestamptz
);
create unique index memberships_once on memberships (user_id, role, clinic_id) nulls not distinct where ended_at is null;
alter table sessions add foreign key (membership_id) references memberships;

create table doctors (
  id uuid primary key,
  user_id uuid not null unique references users,
  full_name text not null,
  status text not null check (status in ('applied', 'verified', 'refused')),
  about text not null default '',
  languages text[] not null default '{}',
  fee_minor bigint not null default 0 check (fee_minor >= 0),
  currency text not null check (length(currency) = 3),
  -- How visits are offered, in minutes and days.
  slot_minutes smallint not null default 30 check (slot_minutes between 5 and 240),
  buffer_before_minutes smallint not null default 0 check (buffer_before_minutes between 0 and 120),
  buffer_after_minutes smallint not null default 0 check (buffer_after_minutes between 0 and 120),
  notice_minutes integer not null default 60 check (notice_minutes between 0 and 20160),
  horizon_days smallint not null default 60 check (horizon_days between 1 and 366),
  applied_at timestamptz not null,
  version integer not null default 1
);
create index doctors_status on doctors (status, applied_at);
create index doctors_name_trgm on doctors using gin (full_name gin_trgm_ops);
create index doctors_listing on doctors (full_name, id) where status = 'verified';

create table doctor_specialties (
  doctor_id uuid not null references doctors,
  specialty_id uuid not null references specialties,
  primary key (doctor_id, specialty_id)
);
create index doctor_specialties_specialty on doctor_specialties (specialty_id);

create table licences (
  id uuid primary key,
  doctor_id uuid not null references doctors,
  number text not null,
  authority text not null,
  country text not null check (length(country) = 2),
  expires_on date not null,
  created_at timestamptz not null
);
create index licences_doctor on licences (doctor_id);
-- Not unique: whoever types somebody else's number first must not keep them out. An administrator sees both, and only one is verified.
create index licences_number on licences (lower(authority), lower(number));

-- An administrator's decision on an application, with the reason that the doctor receives.
create table verification_decisions (
  id uuid primary key,
  doctor_id uuid not null references doctors,
  decision text not null check (decision in ('verified', 'refused')),
  reason text not null,
  decided_by uuid not null references users,
  decided_at timestamptz not null
);
create index verification_decisions_doctor on verification_decisions (doctor_id, decided_at desc);

create table patients (
  id uuid primary key,
  number bigint not null unique default nextval('person_numbers'),
  full_name text not null,
  date_of_birth date not null,
  -- Encrypted with the patient's key; the index is an HMAC, so that a number can be found without being read.
  phone_cipher bytea,
  phone_index bytea,
  time_zone text not null,
  created_at timestamptz not null,
  deleted_at timestamptz,
  version integer not null default 1
);
create index patients_name_trgm on patients using gin (full_name gin_trgm_ops);
create index patients_phone on patients (phone_index);

-- Who may act for a patient.
create table patient_access (
  patient_id uuid not null references patients,
  user_id uuid not null references users,
  relation text not null check (relation in ('self', 'guardian', 'helper')),
  starts_at timestamptz not null,
  ends_at timestamptz,
  primary key (patient_id, user_id, relation)
);
create index patient_access_user on patient_access (user_id);
create unique index patient_access_self on patient_access (user_id) where relation = 'self';

-- One key per patient, wrapped by the master key. The table has its own backup, so that destroying a key erases.
create table patient_keys (
  patient_id uuid primary key references patients,
  wrapped bytea not null,
  created_at timestamptz not null
);
