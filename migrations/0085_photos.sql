-- The photo of a doctor, which everybody may see who sees the doctor, and the photo of a patient, for those who may know who the patient is. Each is a file of
-- the person; the newest that was checked counts.
alter table files
  drop constraint files_purpose_check,
  add constraint files_purpose_check
    check (purpose in ('patient_document', 'licence_document', 'qualification_document', 'doctor_photo', 'patient_photo'));

create view doctor_photo with (security_invoker = true) as
  select distinct on (doctor_id) doctor_id, id as file_id from files
  where purpose = 'doctor_photo' and doctor_id is not null and state = 'ready' and withdrawn_at is null
  order by doctor_id, added_at desc, id desc;
comment on view doctor_photo is
  'Published by files. The photo of each doctor who has one: the newest that was checked and not removed. Its content never changes, so its id can stand in the address of a picture that browsers keep.';
revoke insert, update, delete, truncate on doctor_photo from bedside_app;

create view patient_photo with (security_invoker = true) as
  select distinct on (patient_id) patient_id, id as file_id from files
  where purpose = 'patient_photo' and patient_id is not null and state = 'ready' and withdrawn_at is null
  order by patient_id, added_at desc, id desc;
comment on view patient_photo is
  'Published by files. The photo of each patient who has one: the newest that was checked and not removed. It is read like a file of the patient, by those who may read who the patient is.';
revoke insert, update, delete, truncate on patient_photo from bedside_app;
