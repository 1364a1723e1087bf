-- A record in which somebody has written or measured is in use. Directory asks for this before it deletes a record that was registered by mistake, and the unused one that a
-- sign-up has made.
create view patient_thread with (security_invoker = true) as
  select id as thread_id, patient_id from threads;
comment on view patient_thread is
  'Published by chat. One row for each conversation of a patient, in a visit or without one. Leaves out the messages and with whom they are.';

create view patient_record_part with (security_invoker = true) as
  select id as part_id, patient_id from record_entries
  union all
  select id, patient_id from measurements;
comment on view patient_record_part is
  'Published by records. One row for each entry and each measurement of a patient, also those that were entered in error. Leaves out what they say. Notes and diagnoses belong to a visit and are not here.';
revoke insert, update, delete, truncate on patient_thread, patient_record_part from bedside_app;
