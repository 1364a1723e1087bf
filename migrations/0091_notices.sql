-- What people are told in the app: the bell in the header counts those that were not read. A row has ids and a time, and neither a name nor anything about health;
-- names are read when it is shown. Rows are kept for 90 days.
create table notices (
  -- Made from the event and the reader, so that an event that is passed on twice tells once.
  id uuid primary key,
  user_id uuid not null references users,
  kind text not null,
  -- For whom the reader acts, as the patient or for them; null when the reader is the doctor. No foreign keys from here on: the dispatcher would lock the rows of
  -- doctors and patients until its batch is done.
  patient_id uuid,
  doctor_id uuid not null,
  -- What it is about: an appointment, a visit, a prescription.
  subject_id uuid not null,
  -- When the visit begins, as it was then.
  starts_at timestamptz,
  created_at timestamptz not null,
  read_at timestamptz
);
create index notices_user on notices (user_id, created_at, id);
create index notices_unread on notices (user_id, created_at) where read_at is null;
create index notices_created on notices (created_at);
revoke truncate on notices from bedside_app;
