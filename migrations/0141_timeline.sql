-- What a timeline of a patient's record needs of other areas.
create view prescription_signed with (security_invoker = true) as
  select id as prescription_id, patient_id, signed_at from prescriptions where signed_at is not null;
comment on view prescription_signed is
  'Published by prescriptions. One row for each signed prescription, also those that were cancelled later. Leaves out what is prescribed.';

create view patient_document with (security_invoker = true) as
  select id as file_id, patient_id, added_at from files
  where purpose = 'patient_document' and patient_id is not null and state <> 'uploading' and withdrawn_at is null;
comment on view patient_document is
  'Published by files. One row for each document in the record of a patient that was uploaded completely. Leaves out those marked as entered in error, and the names.';

revoke insert, update, delete, truncate on prescription_signed, patient_document from bedside_app;
