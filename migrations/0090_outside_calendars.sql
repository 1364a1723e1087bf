-- Calendars that a doctor keeps outside of Bedside. Nobody can book the doctor while one of them says that the doctor is busy. They are read again and again.
create table outside_calendars (
  id uuid primary key,
  doctor_id uuid not null references doctors,
  name text not null,
  -- The address, encrypted with a key of the installation: whoever has it can read the calendar.
  address_cipher bytea not null,
  added_at timestamptz not null,
  -- When it is to be read next.
  due_at timestamptz not null,
  -- When it was last read well. Its busy times are those of that moment.
  read_at timestamptz,
  -- Why the last attempt failed; null if it did not.
  trouble text,
  -- How many lines and events could not be understood.
  broken integer not null default 0 check (broken >= 0)
);
create index outside_calendars_doctor on outside_calendars (doctor_id, added_at);
create index outside_calendars_due on outside_calendars (due_at);
revoke truncate on outside_calendars from bedside_app;

-- The busy times of these calendars. They do not overlap within one calendar.
create table outside_busy (
  calendar_id uuid not null references outside_calendars on delete cascade,
  doctor_id uuid not null references doctors,
  busy tstzrange not null check (not isempty(busy))
);
create index outside_busy_calendar on outside_busy (calendar_id);
-- Busy times are asked for many doctors at once, which a GiST index cannot answer.
create index outside_busy_doctor on outside_busy (doctor_id);
revoke update, truncate on outside_busy from bedside_app;

-- The search orders by first free times, which change when a calendar was read or removed. Its busy times are replaced in the same transaction.
create trigger outside_calendars_changed after update of read_at or delete on outside_calendars
  for each row execute function note_changed_times();
