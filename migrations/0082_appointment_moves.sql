-- An appointment can move to another time. What counts as in time, for cancelling and for moving, is agreed when it is booked, so it is copied then.
alter table appointments
  -- Null: booked before this was copied; then the setting of the installation counts.
  add column cancel_notice_hours integer check (cancel_notice_hours between 0 and 720),
  -- What the doctor or the clinic told the patient when they moved it last, encrypted with the patient's key.
  add column move_message_cipher bytea;

create function forget_arrival(appointment uuid) returns bigint language sql as $$
  with forgotten as (
    update encounters e set arrived_at = null, first_arrived_at = null, version = e.version + 1
    where e.appointment_id = forget_arrival.appointment and coalesce(e.arrived_at, e.first_arrived_at) is not null and e.admitted_at is null
    returning e.id)
  select count(*) from forgotten
$$;
comment on function forget_arrival is
  'Published by visits. Forgets that the patient had come to the visit of an appointment, because it has another time now; how many visits that were, 0 or 1. A visit that has begun is left alone.';
