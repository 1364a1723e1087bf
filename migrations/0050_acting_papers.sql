-- A clinic lets a carer or a legal guardian act for a patient: somebody there has seen a document that says so. The right itself is in patient_access. A row
-- stays when the right has ended, and a right that is given again gets another row, so that it can be said later which document was seen.
create table acting_papers (
  id uuid primary key,
  patient_id uuid not null references patients,
  user_id uuid not null references users,
  relation text not null check (relation in ('guardian', 'helper')),
  -- Encrypted with the patient's key: the name of a document can say why it was needed.
  document_cipher bytea not null,
  document_date date not null,
  until timestamptz not null,
  -- Who saw it, and for which clinic they acted; no clinic for a role in all.
  seen_by uuid not null references users,
  clinic_id uuid references clinics,
  seen_at timestamptz not null,
  check (until > seen_at)
);
create index acting_papers_of on acting_papers (patient_id, user_id, relation, seen_at);
revoke update, delete, truncate on acting_papers from bedside_app;
