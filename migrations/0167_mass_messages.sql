-- Messages of an administrator to all patients of a clinic who have agreed to such messages.

-- What a patient has answered, for each clinic. Without a row they have not agreed. The audit log has the answers before.
create table mass_message_consents (
  patient_id uuid not null references patients,
  clinic_id uuid not null references clinics,
  agreed boolean not null,
  answered_by uuid not null references users,
  answered_at timestamptz not null,
  version integer not null default 1,
  primary key (patient_id, clinic_id)
);
create index mass_message_consents_agreed on mass_message_consents (clinic_id, patient_id) where agreed;
revoke delete, truncate on mass_message_consents from bedside_app;

-- The text is about no patient, so it is not encrypted here; in each patient's conversation it is.
create table mass_messages (
  id uuid primary key,
  clinic_id uuid not null references clinics,
  subject text not null check (length(subject) between 1 and 120),
  body text not null check (length(body) between 1 and 4000),
  sent_by uuid not null references users,
  -- Made by the page of whoever sent it: a message that is sent twice is one.
  client_key uuid not null,
  sent_at timestamptz not null,
  unique (sent_by, client_key)
);
create index mass_messages_clinic on mass_messages (clinic_id, sent_at desc, id desc);
revoke update, delete, truncate on mass_messages from bedside_app;

-- To whom it goes, one conversation each. Without a conversation it waits, or was left out: who has withdrawn the consent meanwhile gets nothing.
create table mass_message_recipients (
  message_id uuid not null references mass_messages,
  patient_id uuid not null references patients,
  settled_at timestamptz,
  -- No reference: the conversation may be deleted when its time is over.
  thread_id uuid,
  primary key (message_id, patient_id),
  check (thread_id is null or settled_at is not null)
);
create index mass_message_recipients_waiting on mass_message_recipients (message_id, patient_id) where settled_at is null;
revoke delete, truncate on mass_message_recipients from bedside_app;
