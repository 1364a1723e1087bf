-- Files that are sent with messages. A file is of the patient; it belongs to one conversation from the beginning of its upload on, and to a message once it is sent.
-- Until then only who added it sees it; an upload that is given up takes its row here with it.
alter table files
  drop constraint files_purpose_check,
  add constraint files_purpose_check
    check (purpose in ('patient_document', 'licence_document', 'qualification_document', 'doctor_photo', 'patient_photo', 'insurance_card_front',
      'insurance_card_back', 'clinic_logo', 'acting_paper', 'message_attachment'));

create table message_files (
  file_id uuid primary key references files on delete cascade,
  thread_id uuid not null references conversations,
  added_by uuid not null references users,
  message_id uuid references messages
);
create index message_files_of_message on message_files (message_id) where message_id is not null;
create index message_files_unsent on message_files (thread_id, added_by) where message_id is null;
revoke delete, truncate on message_files from bedside_app;
