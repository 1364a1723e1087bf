-- Reception registers patients who have no account. The clinic that registered a patient sees who they are, although they have no appointment there yet. That
-- opens nothing of the record: records belong to the clinics at which a patient is cared for (`cared_for_at`).
create table patient_clinics (
  patient_id uuid not null references patients,
  clinic_id uuid not null references clinics,
  registered_by uuid not null references users,
  registered_at timestamptz not null,
  -- Why the patient was registered although somebody like them was known. Encrypted with the patient's key.
  reason_cipher bytea,
  primary key (patient_id, clinic_id)
);
create index patient_clinics_clinic on patient_clinics (clinic_id);
revoke update, delete, truncate on patient_clinics from bedside_app;
