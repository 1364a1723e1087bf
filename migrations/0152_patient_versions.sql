-- What a patient's own details were in each version: the name, the date of birth, the phone number, the address at home, the time zone. The audit log names who changed
-- them, and this table says what they were. What a patient tells besides, and the further addresses, have versions of their own (patient_profile_versions,
-- patient_address_versions). The version of a patient grows with other changes too, so some numbers are not here.
create table patient_versions (
  patient_id uuid not null references patients,
  version integer not null,
  full_name text not null,
  latin_name text,
  date_of_birth date not null,
  -- The same ciphertexts as in `patients`: they are bound to its columns and to the patient.
  phone_cipher bytea,
  address_cipher bytea,
  time_zone text not null,
  -- Null for what was there before the first change that is kept.
  changed_by uuid references users,
  changed_at timestamptz,
  primary key (patient_id, version),
  check ((changed_by is null) = (changed_at is null))
);
revoke update, delete, truncate on patient_versions from bedside_app;
