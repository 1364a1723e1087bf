-- Of which visits people were reminded. After a move the visit begins at another time, so there is another reminder. A row is written in the transaction of its mails
-- and text messages, so that nobody is reminded twice.
create table appointment_reminders (
  appointment_id uuid not null references appointments,
  ahead text not null check (ahead in ('day', 'hour')),
  starts_at timestamptz not null,
  sent_at timestamptz not null,
  primary key (appointment_id, ahead, starts_at)
);
create index appointment_reminders_starts on appointment_reminders (starts_at);
revoke update, truncate on appointment_reminders from bedside_app;

create index appointments_coming on appointments (starts_at) where state = 'confirmed';
