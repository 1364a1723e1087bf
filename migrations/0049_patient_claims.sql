-- A patient who was registered by a clinic claims the record with a code from the clinic and the date of birth. Only an HMAC of the code is stored.
create table patient_claims (
  id uuid primary key,
  patient_id uuid not null references patients,
  code_digest bytea not null unique,
  made_by uuid not null references users,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  -- How often the code was right and the date of birth wrong. After a few times the code is dead.
  wrong_dates smallint not null default 0,
  used_by uuid references users,
  used_at timestamptz,
  check ((used_by is null) = (used_at is null))
);
create index patient_claims_patient on patient_claims (patient_id);
revoke delete, truncate on patient_claims from bedside_app;
