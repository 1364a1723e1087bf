-- A visit in person that is cancelled or moved gives its room back. If that is the only room that is free then, the other doctors of the clinic have times that nobody could
-- book before, so these count as freed too.
alter table freed_times
  -- Null: the doctor's own time became free. Otherwise a room of this clinic did, so that only visits in person there can have become free.
  add column clinic_id uuid;

create or replace function note_freed_reservation() returns trigger language plpgsql as $$
begin
  if is_waited_for(old.doctor_id) then
    insert into freed_times (doctor_id, starts_at, ends_at) values (old.doctor_id, lower(old.doctor_range), upper(old.doctor_range));
  end if;
  if old.room_id is not null then
    insert into freed_times (doctor_id, starts_at, ends_at, clinic_id)
      select d.doctor_id, lower(old.doctor_range), upper(old.doctor_range), m.clinic_id
      from rooms m join lateral (
          select s.doctor_id from schedule_rules s where s.clinic_id = m.clinic_id
          union
          select e.doctor_id from schedule_exceptions e where e.clinic_id = m.clinic_id) d on d.doctor_id <> old.doctor_id
      where m.id = old.room_id and m.ended_at is null
        -- A visit that was only given another room: as many rooms are free as before.
        and not exists (select from reservations r
          where r.appointment_id = old.appointment_id and r.doctor_range = old.doctor_range and r.room_id is not null)
        -- With another free room the other doctors could be booked all along. An expired hold counts as taken until it is deleted, which takes seconds.
        and not exists (select from rooms o where o.clinic_id = m.clinic_id and o.id <> m.id and o.ended_at is null
          and not exists (select from reservations r where r.room_id = o.id and r.doctor_range && old.doctor_range))
        and is_waited_for(d.doctor_id);
  end if;
  return null;
end $$;
