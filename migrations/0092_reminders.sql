-- Who was reminded of which visit. After a move the visit begins at another time, so there is another reminder. A row is written in the transaction of its mail and
-- text message, so that nobody is reminded twice.
create table appointment_reminders (
  appointment_id uuid not null references appointments,
  user_id uuid not null references users,
  ahead text not null check (ahead in ('day', 'hour')),
  starts_at timestamptz not null,
  sent_at timestamptz not null,
  primary key (appointment_id, user_id, ahead, starts_at)
);
create index appointment_reminders_starts on appointment_reminders (starts_at);
revoke update, truncate on appointment_reminders from bedside_app;

create index appointments_coming on appointments (starts_at) where state = 'confirmed';
