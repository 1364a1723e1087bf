-- The photo of a doctor, which everybody may see who sees the doctor. It is a file of the doctor; the newest that was checked counts.
alter table files
  drop constraint files_purpose_check,
  add constraint files_purpose_check
    check (purpose in ('patient_document', 'licence_document', 'qualification_document', 'doctor_photo'));

create view doctor_photo with (security_invoker = true) as
  select distinct on (doctor_id) doctor_id, id as file_id from files
  where purpose = 'doctor_photo' and doctor_id is not null and state = 'ready' and withdrawn_at is null
  order by doctor_id, added_at desc, id desc;
comment on view doctor_photo is
  'Published by files. The photo of each doctor who has one: the newest that was checked and not removed. Its content never changes, so its id can stand in the address of a picture that browsers keep.';
revoke insert, update, delete, truncate on doctor_photo from bedside_app;
