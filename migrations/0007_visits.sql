-- The meeting, the conversation in it, and what the doctor writes down. Clinical text is encrypted with the patient's key.

create table encounters (
  id uuid primary key,
  appointment_id uuid not null unique references appointments,
  patient_id uuid not null references patients,
  doctor_id uuid not null references doctors,
  clinic_id uuid not null references clinics,
  -- Grows whenever somebody joins, so that messages of an older connection are recognised.
  epoch integer not null default 0,
  arrived_at timestamptz,
  admitted_at timestamptz,
  ended_at timestamptz,
  version integer not null default 1,
  check (admitted_at is null or arrived_at is not null),
  check (ended_at is null or admitted_at is not null)
);
create index encounters_patient on encounters (patient_id, id desc);
create index encounters_waiting on encounters (doctor_id, arrived_at) where arrived_at is not null and ended_at is null;

create table threads (
  id uuid primary key,
  patient_id uuid not null references patients,
  encounter_id uuid unique references encounters,
  created_at timestamptz not null,
  -- The position of the newest message; its row is locked while one is added, so that positions follow the order of commits.
  last integer not null default 0
);
create table messages (
  id uuid primary key,
  thread_id uuid not null references threads,
  sender_user_id uuid not null references users,
  -- Made by the sender's browser: a message sent twice is one message.
  client_key uuid not null,
  -- From 1, without gaps: who has all up to a position asks for those after it.
  position integer not null,
  body_cipher bytea not null,
  sent_at timestamptz not null,
  unique (thread_id, sender_user_id, client_key),
  unique (thread_id, position)
);
revoke update, delete, truncate on messages from bedside_app;

create table notes (
  id uuid primary key,
  encounter_id uuid not null unique references encounters,
  patient_id uuid not null references patients,
  latest integer not null default 0
);
-- Never overwritten: a change is a new version with its author.
create table note_versions (
  note_id uuid not null references notes,
  version integer not null,
  body_cipher bytea not null,
  author_user_id uuid not null references users,
  written_at timestamptz not null,
  primary key (note_id, version)
);
revoke update, delete, truncate on note_versions from bedside_app;

create table icd10cm (
  code text primary key,
  billable boolean not null,
  description text not null,
  -- Kept, because ranking twenty thousand fractures would make it anew for each.
  words tsvector not null generated always as (to_tsvector('english', description)) stored
);
create index icd10cm_words on icd10cm using gin (words);
create index icd10cm_code on icd10cm (code text_pattern_ops);

create table diagnoses (
  id uuid primary key,
  encounter_id uuid not null references encounters,
  patient_id uuid not null references patients,
  position smallint not null,
  code text not null references icd10cm,
  author_user_id uuid not null references users,
  recorded_at timestamptz not null,
  unique (encounter_id, position)
);
create index diagnoses_patient on diagnoses (patient_id, recorded_at desc);

create table allergies (
  id uuid primary key,
  patient_id uuid not null references patients,
  -- Substance, reaction and severity.
  body_cipher bytea not null,
  author_user_id uuid not null references users,
  recorded_at timestamptz not null,
  ended_at timestamptz
);
create index allergies_patient on allergies (patient_id);
