-- The search for doctors begins with those who are free soonest. Free times are computed in Rust and stored nowhere, and computing them for all doctors takes
-- seconds when there are ten thousand. So the first free time of each doctor is kept here, and computed anew when it may have changed
-- (`domain::scheduling::renew_first_times`). It only decides the order: the times that people see are always computed.

create table first_times (
  -- A doctor without a row has never had hours.
  doctor_id uuid primary key references doctors,
  -- Null: no time is free.
  starts_at timestamptz,
  -- After this moment the time must be computed anew although nothing has changed: it has become too soon, or the booking horizon has moved.
  renew_at timestamptz not null
);
create index first_times_renew on first_times (renew_at);

-- The doctors whose times have changed since then, once for each change. Rows are inserted and deleted, never updated: a row per doctor would be locked until
-- the end of each booking, and a patient who moves from one doctor to another would meet one who moves the other way.
create table changed_times (
  id bigint generated always as identity primary key,
  doctor_id uuid not null
);
revoke update, truncate on changed_times from bedside_app;

create function note_changed_times() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into changed_times (doctor_id) values (old.doctor_id);
  else
    insert into changed_times (doctor_id) values (new.doctor_id);
  end if;
  return null;
end $$;
create trigger schedule_rules_changed after insert or update or delete on schedule_rules
  for each row execute function note_changed_times();
create trigger schedule_exceptions_changed after insert or update or delete on schedule_exceptions
  for each row execute function note_changed_times();
create trigger reservations_changed after insert or delete on reservations
  for each row execute function note_changed_times();

insert into changed_times (doctor_id)
  select doctor_id from schedule_rules union select doctor_id from schedule_exceptions;
