-- Which version of a document somebody has agreed to, and that a patient does not agree to remote care.

alter table consents
  -- Null: agreed to the terms before their versions were kept here.
  add column version_id uuid references document_versions,
  -- The patient who is treated, for remote care: whoever acts for a child decides for the child.
  add column patient_id uuid references patients,
  -- Null: somebody has declined without having agreed before.
  alter column given_at drop not null,
  add constraint consents_answered check (given_at is not null or withdrawn_at is not null),
  add constraint consents_of_patients check ((document = 'remote_care') = (patient_id is not null));
create index consents_patient on consents (patient_id) where patient_id is not null;
