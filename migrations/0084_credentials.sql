-- Documents of a doctor's qualifications and licences, and asking a doctor for more of them.
--
-- A document belongs to the doctor and not to one licence: a certificate often proves several, and it stays when a licence is renewed.
alter table files
  add column doctor_id uuid references doctors,
  drop constraint files_check,
  add constraint files_one_owner check (num_nonnulls(patient_id, clinic_id, doctor_id) = 1),
  drop constraint files_purpose_check,
  add constraint files_purpose_check check (purpose in ('patient_document', 'licence_document', 'qualification_document'));
create index files_of_doctor on files (doctor_id, added_at) where doctor_id is not null;

-- An administrator can ask for more instead of deciding. The application or the licence waits again when the doctor has corrected it or added a document.
alter table doctors
  drop constraint doctors_status_check,
  add constraint doctors_status_check check (status in ('applied', 'verified', 'refused', 'more_asked'));
alter table verification_decisions
  drop constraint verification_decisions_decision_check,
  add constraint verification_decisions_decision_check check (decision in ('verified', 'refused', 'more_asked'));
alter table licences
  drop constraint licences_state_check,
  add constraint licences_state_check check (state in ('waiting', 'approved', 'refused', 'replaced', 'more_asked'));

-- One for which more is asked will wait again, so it counts as waiting here.
drop index licences_waiting_once;
create unique index licences_waiting_once on licences (doctor_id, lower(authority), lower(number)) where state in ('waiting', 'more_asked');
