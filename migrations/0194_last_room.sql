-- When the last free room of a clinic goes, or comes free again, the other doctors of the clinic have other free times too: their first free time is computed anew. While
-- another room is free at that time, nothing changes for anybody else.
create function note_last_room() returns trigger language plpgsql as $$
declare
  changed reservations;
  here uuid;
begin
  if tg_op = 'DELETE' then
    changed := old;
  else
    changed := new;
  end if;
  select m.clinic_id into here from rooms m where m.id = changed.room_id;
  if exists (select from rooms m where m.clinic_id = here and m.ended_at is null and m.id <> changed.room_id
      and not exists (select from reservations r where r.room_id = m.id and r.doctor_range && changed.doctor_range)) then
    return null;
  end if;
  insert into changed_times (doctor_id)
    select d.doctor_id from (
        select s.doctor_id from schedule_rules s where s.clinic_id = here
        union
        select e.doctor_id from schedule_exceptions e where e.clinic_id = here) d where d.doctor_id <> changed.doctor_id;
  return null;
end $$;
create trigger reservations_took_room after insert on reservations
  for each row when (new.room_id is not null) execute function note_last_room();
create trigger reservations_left_room after delete on reservations
  for each row when (old.room_id is not null) execute function note_last_room();
