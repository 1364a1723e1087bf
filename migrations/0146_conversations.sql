-- Conversations between a patient and those who care for them: a doctor, or the desk of a clinic. A conversation is a thread without a visit, so its messages are
-- numbered, encrypted and merged like those of a visit's chat.
create table conversations (
  thread_id uuid primary key references threads,
  -- With whom the patient writes: one of them.
  doctor_id uuid references doctors,
  clinic_id uuid references clinics,
  -- What it is about, encrypted with the patient's key.
  subject_cipher bytea not null,
  opened_by uuid not null references users,
  -- Made by the page of whoever opened it: a conversation that is opened twice is one.
  client_key uuid not null,
  -- Who of the desk answers. Set by the first answer, and when it is handed over.
  assigned_to uuid references users,
  closed_at timestamptz,
  closed_by uuid references users,
  -- Grows when it is closed, reopened or handed over.
  version integer not null default 1,
  -- When the newest message was written.
  last_at timestamptz not null,
  unique (opened_by, client_key),
  check (num_nonnulls(doctor_id, clinic_id) = 1),
  check ((closed_at is null) = (closed_by is null)),
  check (assigned_to is null or clinic_id is not null)
);
create index conversations_doctor on conversations (doctor_id, last_at desc, thread_id desc) where doctor_id is not null;
create index conversations_clinic on conversations (clinic_id, last_at desc, thread_id desc) where clinic_id is not null;
revoke delete, truncate on conversations from bedside_app;

-- How far each person has got a conversation (delivered) and read it (seen), as positions of messages.
create table conversation_marks (
  thread_id uuid not null references conversations,
  user_id uuid not null references users,
  -- A doctor may also act for the patient with whom they write.
  side text not null check (side in ('patient', 'care')),
  delivered integer not null default 0,
  seen integer not null default 0,
  changed_at timestamptz not null,
  primary key (thread_id, user_id, side),
  check (seen between 0 and delivered)
);
revoke delete, truncate on conversation_marks from bedside_app;

alter table messages
  -- On which side of a conversation it was written. Null in the chat of a visit, where the visit says who is the doctor.
  add column side text check (side in ('patient', 'care')),
  -- The position of the earlier message that it answers.
  add column quotes integer check (quotes > 0 and quotes < position);
