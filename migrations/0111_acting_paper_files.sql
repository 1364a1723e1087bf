-- The document with which a clinic lets somebody act for a patient, as a file: a scan or a photo of it, or several. Staff add them after they have seen the document. A
-- file is of the patient; an upload that is given up takes its row here with it.
alter table files
  drop constraint files_purpose_check,
  add constraint files_purpose_check
    check (purpose in ('patient_document', 'licence_document', 'qualification_document', 'doctor_photo', 'patient_photo', 'insurance_card_front',
      'insurance_card_back', 'clinic_logo', 'acting_paper'));

create table acting_paper_files (
  file_id uuid primary key references files on delete cascade,
  paper_id uuid not null references acting_papers
);
create index acting_paper_files_of on acting_paper_files (paper_id);
revoke update, delete, truncate on acting_paper_files from bedside_app;
