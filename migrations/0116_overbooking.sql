-- Staff may overbook on purpose: a visit at a time of the doctor that is taken already. Its reservation is `beside`, so the constraint against overlaps leaves it
-- out: an overbooked visit may overlap another one, two others never.
alter table appointments
  -- Whether the visit stands beside another one now. A visit that moves to a free time no longer does.
  add column overbooked boolean not null default false,
  -- Why staff overbooked the time, encrypted with the patient's key. It is kept when the visit moves.
  add column overbooking_cipher bytea,
  add constraint appointments_overbooked check (not overbooked or overbooking_cipher is not null);

alter table reservations
  -- Nobody holds a time that is taken.
  add constraint reservations_beside check (not beside or appointment_id is not null);

-- The index of `reservations_doctor_free` has only the others. An overbooked visit takes its doctor's time too: it is not offered to anybody else.
create index reservations_beside_doctor on reservations using gist (doctor_id, doctor_range) where beside;

-- As in migration 0016, and an appointment and its reservation agree about whether it is overbooked.
create or replace function appointment_has_reservation() returns trigger language plpgsql as $$
declare
  target uuid;
  found_state text;
  whole boolean;
begin
  -- Two statements: an expression that names a column of the other table cannot be planned.
  if tg_table_name = 'reservations' then
    target := old.appointment_id;
  else
    target := new.id;
  end if;
  select a.state, exists (
      select from reservations r where r.appointment_id = a.id and r.doctor_id = a.doctor_id and r.patient_id = a.patient_id
        and r.patient_range = tstzrange(a.starts_at, a.ends_at) and r.doctor_range @> r.patient_range and r.beside = a.overbooked)
    into found_state, whole from appointments a where a.id = target;
  if found_state in ('requested', 'confirmed', 'in_visit') and not whole then
    raise exception 'appointment % is % without its reservation', target, found_state
      using errcode = 'integrity_constraint_violation', constraint = 'appointments_reserved';
  end if;
  return null;
end $$;
