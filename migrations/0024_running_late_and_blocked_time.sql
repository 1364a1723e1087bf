-- A doctor says that they run late; it ends by itself at `until`, the end of the doctor's day. A row that is over means nothing and is overwritten.
create table running_late (
  doctor_id uuid primary key references doctors,
  minutes smallint not null check (minutes > 0),
  until timestamptz not null
);

create view doctor_lateness with (security_invoker = true) as
  select doctor_id, minutes, until from running_late;
comment on view doctor_lateness is
  'Published by scheduling. By how many minutes doctors have said that they run late, at most one row for each doctor. It holds before the instant in until only, and for visits that begin before it and have not begun yet.';
revoke insert, update, delete, truncate on doctor_lateness from bedside_app;

-- Blocked time is time off with a note that only the doctor reads. It holds at all clinics of the doctor, and may be on two dates of a clinic in another time zone:
-- then it is several rows, which point to the first of them and are deleted with it.
alter table schedule_exceptions
  add column note text check (length(note) <= 120),
  add column part_of uuid references schedule_exceptions on delete cascade;
create index schedule_exceptions_part_of on schedule_exceptions (part_of) where part_of is not null;
