-- What a patient tells about themselves besides name, birth date and contact: the name by which they want to be called, sex and gender, whom to call in an emergency,
-- the insurance, the blood type, the pharmacy. Each change is a version, and the newest one counts. A patient without a row has told nothing.
create table patient_profile_versions (
  id uuid primary key,
  patient_id uuid not null references patients,
  -- The version of the patient that this change made.
  version integer not null,
  -- Encrypted with the patient's key.
  body_cipher bytea not null,
  changed_by uuid not null references users,
  changed_at timestamptz not null,
  unique (patient_id, version)
);
revoke update, delete, truncate on patient_profile_versions from bedside_app;

-- What a doctor has learned and where, one entry a line, as patients read it.
alter table doctors add column qualifications text[] not null default '{}';

create or replace view doctor_profile with (security_invoker = true) as
  select id as doctor_id, full_name as name, about, languages, fee_minor, currency, slot_minutes, buffer_before_minutes, buffer_after_minutes, notice_minutes,
    horizon_days, version, fee_checked_at, qualifications
  from doctors;
comment on view doctor_profile is
  'Published by directory. What a doctor tells patients, and how their visits are offered: fee in minor units, lengths and buffers in minutes, notice in minutes, horizon in days. fee_minor is null until somebody sets it, and 0 for visits free of charge; fee_checked_at is when the doctor last confirmed it, null is never. qualifications is a text for each entry. version grows with each change of the profile or the hours. One row for each doctor, listed or not.';

-- The name of the doctor when they signed, as the check of a prescription's code shows it. Those that were signed before this have none, and show the doctor's name of
-- today.
alter table prescriptions add column prescriber_name text;
