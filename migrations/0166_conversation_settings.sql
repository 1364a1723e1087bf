-- Answers that a doctor or the desk of a clinic writes often, kept by those who answer. A short word with a dot in front stands for the text, as in notes. Rows are never
-- changed: each change is another version, and the newest one counts. They are about no patient, so they are not encrypted.
create table canned_answers (
  -- The doctor or the clinic to whom the answer belongs.
  owner_id uuid not null,
  -- What is written after the dot.
  abbreviation text not null check (abbreviation ~ '^[a-z][a-z0-9-]{0,29}$'),
  version integer not null check (version > 0),
  doctor_id uuid references doctors,
  clinic_id uuid references clinics,
  body text not null check (length(body) between 1 and 2000),
  removed boolean not null,
  changed_by uuid not null references users,
  changed_at timestamptz not null,
  primary key (owner_id, abbreviation, version),
  check (num_nonnulls(doctor_id, clinic_id) = 1),
  check (owner_id = coalesce(doctor_id, clinic_id))
);
revoke update, delete, truncate on canned_answers from bedside_app;

-- How long a clinic keeps conversations that are closed. Without a row, or without days, for ever.
create table message_retention (
  clinic_id uuid primary key references clinics,
  days integer check (days between 90 and 10950),
  version integer not null default 1,
  set_by uuid not null references users,
  set_at timestamptz not null
);
revoke delete, truncate on message_retention from bedside_app;

create index conversations_closed on conversations (closed_at) where closed_at is not null;

-- Nothing of a patient is deleted by a rule of time while a file of theirs is under a legal hold.
create view held_patient with (security_invoker = true) as
  select distinct f.patient_id from files f join file_holds h on h.file_id = f.id where h.lifted_at is null and f.patient_id is not null;
comment on view held_patient is
  'Published by files. The patients of whom a file is under a legal hold that was not lifted. Leaves out which file it is, and why.';
revoke insert, update, delete, truncate on held_patient from bedside_app;

-- Deletes a closed conversation with its messages, and returns how many there were. It runs as the owner, because the server may not delete messages. Its files are removed
-- before, by those who keep files.
create function delete_conversation(this_thread uuid) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
  gone bigint;
begin
  perform from conversations c where c.thread_id = this_thread and c.closed_at is not null for update;
  if not found then
    return null;
  end if;
  delete from message_files where thread_id = this_thread;
  delete from conversation_marks where thread_id = this_thread;
  delete from messages where thread_id = this_thread;
  get diagnostics gone = row_count;
  delete from conversations where thread_id = this_thread;
  delete from threads where id = this_thread;
  return gone;
end $$;
