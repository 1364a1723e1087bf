-- The desk deletes a patient whom it has registered by mistake, while nothing hangs on the record. For 30 days it can bring the patient back.
create table patient_deletions (
  id uuid primary key,
  patient_id uuid not null references patients,
  -- The clinic that had registered the patient.
  clinic_id uuid not null references clinics,
  deleted_by uuid not null references users,
  deleted_at timestamptz not null,
  -- Until when the patient can be brought back.
  final_at timestamptz not null check (final_at > deleted_at),
  brought_back_by uuid references users,
  brought_back_at timestamptz,
  check ((brought_back_at is null) = (brought_back_by is null))
);
create unique index patient_deletions_open on patient_deletions (patient_id) where brought_back_at is null;
create index patient_deletions_clinic on patient_deletions (clinic_id, id desc);
revoke delete, truncate on patient_deletions from bedside_app;
