-- What the owner of an account has stated in each version of it: the name, the name in Latin letters, the time zone, the language. Patients and doctors have versions of
-- their own (patient_versions, doctor_versions), but a nurse or a receptionist has an account only. The version of an account grows with other changes too, such as
-- closing it, so some numbers are not here.
create table account_versions (
  user_id uuid not null references users,
  version integer not null,
  display_name text not null,
  latin_name text,
  time_zone text not null,
  language text not null,
  -- Null for what was there before the first change that is kept.
  changed_by uuid references users,
  changed_at timestamptz,
  primary key (user_id, version),
  check ((changed_by is null) = (changed_at is null))
);
revoke update, delete, truncate on account_versions from bedside_app;
