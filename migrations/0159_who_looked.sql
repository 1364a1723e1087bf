-- A patient sees who has read or changed their record, and asks about one access. An administrator answers in words. The accesses themselves are rows of the audit log.
create table access_questions (
  id uuid primary key,
  patient_id uuid not null references patients,
  -- The row of the audit log. No foreign key, because old months of the log are dropped. What the row says is kept here for whoever answers later.
  event_id uuid not null,
  accessed_at timestamptz not null,
  accessed_by uuid not null references users,
  role text,
  action text not null,
  asked_by uuid not null references users,
  asked_at timestamptz not null,
  -- Question and answer are encrypted with the patient's key.
  question_cipher bytea not null,
  answer_cipher bytea,
  answered_by uuid references users,
  answered_at timestamptz,
  check ((answered_at is null) = (answered_by is null)),
  check ((answered_at is null) = (answer_cipher is null)),
  -- Nobody answers about themselves.
  check (answered_by <> accessed_by)
);
create index access_questions_patient on access_questions (patient_id, event_id);
create index access_questions_open on access_questions (asked_at, id) where answered_at is null;
revoke delete, truncate on access_questions from bedside_app;

-- Questions move with the record when two records of one person become one, and back again.
select add_to_list('move_patient_rows', 'allergies', 'access_questions');
select add_to_list('return_patient_rows', 'allergies', 'access_questions');

-- A notice about an answer is not for a guardian who sees appointments only, who does not see who looked.
select add_to_list('notice_shown', 'prescription_cancelled', 'access_answer');
