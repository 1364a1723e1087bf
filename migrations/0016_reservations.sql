-- Claims become reservations: "claim" is what a clinic sends to an insurer. The old server knows the old name only, so it must not run beside the new one
-- while this is applied.
alter table claims rename to reservations;
drop trigger appointments_claimed on appointments;
drop trigger claims_kept on reservations;
drop function appointment_has_claim();
alter index claims_expiry rename to reservations_expiry;
do $$
declare
  found record;
begin
  for found in select conname from pg_constraint where conrelid = 'reservations'::regclass and starts_with(conname, 'claims_') loop
    execute format('alter table reservations rename constraint %I to %I', found.conname, 'reservations_' || substr(found.conname, 8));
  end loop;
end $$;

-- A live appointment has its reservation, and over the same time; checked when the transaction commits.
create function appointment_has_reservation() returns trigger language plpgsql as $$
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
        and r.patient_range = tstzrange(a.starts_at, a.ends_at) and r.doctor_range @> r.patient_range)
    into found_state, whole from appointments a where a.id = target;
  if found_state in ('requested', 'confirmed', 'in_visit') and not whole then
    raise exception 'appointment % is % without its reservation', target, found_state
      using errcode = 'integrity_constraint_violation', constraint = 'appointments_reserved';
  end if;
  return null;
end $$;
create constraint trigger appointments_reserved after insert or update on appointments
  deferrable initially deferred for each row execute function appointment_has_reservation();
create constraint trigger reservations_kept after delete on reservations
  deferrable initially deferred for each row when (old.appointment_id is not null) execute function appointment_has_reservation();
