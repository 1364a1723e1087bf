-- A clinic may have rooms. A visit in person then has one of them for its whole reserved time, with the time before and after it, and so has a time that is held or offered
-- for such a visit. No two have one room at once. A clinic without rooms works as before.
create table rooms (
  id uuid primary key,
  clinic_id uuid not null references clinics,
  name text not null check (length(name) between 1 and 60),
  added_by uuid not null references users,
  added_at timestamptz not null,
  -- A room that the clinic no longer has. Visits that are planned in it keep it, until reception gives them another one.
  ended_by uuid references users,
  ended_at timestamptz,
  check ((ended_by is null) = (ended_at is null))
);
create unique index rooms_name on rooms (clinic_id, name) where ended_at is null;
revoke delete, truncate on rooms from bedside_app;

alter table reservations
  -- Null: no room is needed, the clinic had none, or staff overbooked the time.
  add column room_id uuid references rooms,
  add constraint reservations_room_mode check (room_id is null or mode = 'in_person'),
  add constraint reservations_room_free exclude using gist (room_id with =, doctor_range with &&) where (room_id is not null);

-- With another room, or one less, the doctors of the clinic have other free times.
create function note_changed_rooms() returns trigger language plpgsql as $$
begin
  insert into changed_times (doctor_id)
    select r.doctor_id from schedule_rules r where r.clinic_id = new.clinic_id
    union
    select e.doctor_id from schedule_exceptions e where e.clinic_id = new.clinic_id;
  return null;
end $$;
create trigger rooms_changed after insert or update on rooms
  for each row execute function note_changed_rooms();
