-- Visits that were not attended are closed by a worker. It tells a patient who never came from one who waited and was not admitted, so the first arrival stays
-- when the patient leaves the waiting room.
alter table encounters add column first_arrived_at timestamptz;
update encounters set first_arrived_at = arrived_at where arrived_at is not null;

-- The worker looks for live appointments whose time is over. Those are few, however many appointments there are.
create index appointments_live on appointments (ends_at) where state in ('confirmed', 'in_visit');
