-- Handover notes from one shift to the next. Nothing is changed or deleted: a note that is wrong is corrected by a later one. What a note says about a patient is a line of its
-- own, encrypted with that patient's key.
create table shift_notes (
  id uuid primary key,
  clinic_id uuid not null references clinics,
  -- The day of the shift, where the clinic is; a night belongs to the day on which it begins.
  day date not null,
  shift text not null check (shift in ('early', 'late', 'night')),
  -- What is about no patient.
  body text not null check (length(body) <= 2000),
  -- The note that this one corrects. Each note is corrected at most once; the correction can be corrected too.
  corrects_id uuid references shift_notes,
  author_user_id uuid not null references users,
  written_at timestamptz not null,
  constraint shift_notes_corrected_once unique (corrects_id),
  check (corrects_id <> id)
);
create index shift_notes_clinic on shift_notes (clinic_id, written_at desc, id desc);
revoke update, delete, truncate on shift_notes from bedside_app;

create table shift_note_lines (
  id uuid primary key,
  note_id uuid not null references shift_notes,
  -- The order of the lines in their note.
  position smallint not null check (position >= 1),
  patient_id uuid not null references patients,
  body_cipher bytea not null,
  unique (note_id, position)
);
create index shift_note_lines_patient on shift_note_lines (patient_id);
revoke update, delete, truncate on shift_note_lines from bedside_app;

-- Who has read a note, besides its author.
create table shift_note_reads (
  note_id uuid not null references shift_notes,
  user_id uuid not null references users,
  read_at timestamptz not null,
  primary key (note_id, user_id)
);
revoke update, delete, truncate on shift_note_reads from bedside_app;

-- Lines move with the record of their patient, as tasks do (0162).
select add_to_list('move_patient_rows', 'allergies', 'shift_note_lines');
select add_to_list('return_patient_rows', 'allergies', 'shift_note_lines');
