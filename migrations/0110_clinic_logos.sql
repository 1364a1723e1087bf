-- The logo of a clinic, which is printed in the head of its documents. The newest that was checked counts. A signed document keeps the logo that it was signed with, so
-- the content of a logo stays when it is replaced or removed.
alter table files
  drop constraint files_purpose_check,
  add constraint files_purpose_check
    check (purpose in ('patient_document', 'licence_document', 'qualification_document', 'doctor_photo', 'patient_photo', 'insurance_card_front',
      'insurance_card_back', 'clinic_logo'));

create view clinic_logo with (security_invoker = true) as
  select distinct on (clinic_id) clinic_id, id as file_id from files
  where purpose = 'clinic_logo' and clinic_id is not null and state = 'ready' and withdrawn_at is null
  order by clinic_id, added_at desc, id desc;
comment on view clinic_logo is
  'Published by files. The logo of each clinic that has one: the newest that was checked and not removed. Its content never changes and is never deleted, so a signed document can name it.';
revoke insert, update, delete, truncate on clinic_logo from bedside_app;
