-- The photos of a patient's insurance card, one of each side. The newest of a side that was checked counts.
alter table files
  drop constraint files_purpose_check,
  add constraint files_purpose_check
    check (purpose in ('patient_document', 'licence_document', 'qualification_document', 'doctor_photo', 'patient_photo', 'insurance_card_front',
      'insurance_card_back'));

create view patient_insurance_card with (security_invoker = true) as
  select distinct on (patient_id, purpose) patient_id, purpose = 'insurance_card_front' as is_front, id as file_id from files
  where purpose in ('insurance_card_front', 'insurance_card_back') and patient_id is not null and state = 'ready' and withdrawn_at is null
  order by patient_id, purpose, added_at desc, id desc;
comment on view patient_insurance_card is
  'Published by files. The photo of each side of the insurance card of each patient who has added one: the newest that was checked and not removed. It is read like a file of the patient, by the patient, the reception and administrators.';
revoke insert, update, delete, truncate on patient_insurance_card from bedside_app;
