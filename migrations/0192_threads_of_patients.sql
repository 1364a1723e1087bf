-- A patient with whom somebody has written was not registered by mistake. Directory asks for this before it deletes a record.
create view patient_thread with (security_invoker = true) as
  select id as thread_id, patient_id from threads;
comment on view patient_thread is
  'Published by chat. One row for each conversation of a patient, in a visit or without one. Leaves out the messages and with whom they are.';
revoke insert, update, delete, truncate on patient_thread from bedside_app;
