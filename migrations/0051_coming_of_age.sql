-- A guardian is told once, some weeks before, that a child comes of age.
alter table patient_access add column told_of_age_at timestamptz;
create index patients_coming_of_age on patients (date_of_birth) where deleted_at is null;
