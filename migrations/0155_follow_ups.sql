-- When a doctor wants to see a patient again after a visit. Those who act for the patient are told once that day has come, unless there is a later visit with this doctor.
create table follow_ups (
  appointment_id uuid primary key references appointments,
  due_on date not null,
  -- 09:00 of that day by the clock of the clinic.
  due_at timestamptz not null,
  planned_by uuid not null references users,
  planned_at timestamptz not null
);
create index follow_ups_due on follow_ups (due_at);
revoke truncate on follow_ups from bedside_app;

-- Who was told, and of which day: when it is put off, people are told again.
create table follow_up_reminders (
  appointment_id uuid not null references follow_ups on delete cascade,
  user_id uuid not null references users,
  due_at timestamptz not null,
  sent_at timestamptz not null,
  primary key (appointment_id, user_id, due_at)
);
revoke update, delete, truncate on follow_up_reminders from bedside_app;
