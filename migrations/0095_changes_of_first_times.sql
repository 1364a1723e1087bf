-- The first free time of a doctor (0021) was not always computed anew when it had changed: the hours of a doctor who begins or ends at a clinic begin or end to
-- count, a reservation may change in place, and a licence may be approved as soon as it is stated.
create function note_changed_membership() returns trigger language plpgsql as $$
declare
  who uuid;
begin
  if tg_op = 'DELETE' then
    who := old.user_id;
  else
    who := new.user_id;
  end if;
  insert into changed_times (doctor_id) select d.id from doctors d where d.user_id = who;
  return null;
end $$;
create trigger memberships_begun after insert on memberships
  for each row when (new.role = 'doctor') execute function note_changed_membership();
create trigger memberships_changed after update of role, clinic_id, ended_at on memberships
  for each row when (new.role = 'doctor' or old.role = 'doctor') execute function note_changed_membership();
create trigger memberships_gone after delete on memberships
  for each row when (old.role = 'doctor') execute function note_changed_membership();

create trigger reservations_changed_in_place after update on reservations
  for each row execute function note_changed_times();
create trigger licences_stated after insert on licences
  for each row execute function note_changed_times();

-- Those that were missed so far.
insert into changed_times (doctor_id) select doctor_id from first_times;
