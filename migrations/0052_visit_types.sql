-- What a doctor offers: kinds of visits with a name, a way to meet, a length and a fee. Until now each doctor had one kind of visit, on video.

create table visit_types (
  id uuid primary key,
  doctor_id uuid not null references doctors,
  -- The order in which patients see them. The first active one is meant when a booking names none.
  position smallint not null check (position >= 0),
  name text not null check (length(name) between 1 and 60),
  mode text not null check (mode in ('video', 'in_person', 'phone')),
  -- Null: the usual length of the doctor's visits.
  minutes smallint check (minutes between 5 and 240),
  -- Null: the usual fee of the doctor. In the doctor's currency.
  fee_minor bigint check (fee_minor >= 0),
  is_active boolean not null default true,
  unique (doctor_id, position)
);
-- Appointments point to their type, so a type ends by becoming inactive.
revoke delete, truncate on visit_types from bedside_app;

-- Every doctor has a type from the beginning, which follows the length and the fee of the profile. It has the doctor's id: there is one of it, and SQL makes no
-- ids of its own.
create function add_first_visit_type() returns trigger language plpgsql as $$
begin
  insert into visit_types (id, doctor_id, position, name, mode) values (new.id, new.id, 0, 'Video visit', 'video');
  return null;
end $$;
create trigger doctors_first_visit_type after insert on doctors
  for each row execute function add_first_visit_type();
insert into visit_types (id, doctor_id, position, name, mode) select id, id, 0, 'Video visit', 'video' from doctors;

-- The first free time of a doctor is one of their first active type. A new type is the last one, so only a change can make another one the first.
create trigger visit_types_changed after update on visit_types
  for each row execute function note_changed_times();

-- A hold knows for which type its length was computed.
alter table reservations add column visit_type_id uuid references visit_types;

alter table appointments
  drop constraint appointments_mode_check,
  add constraint appointments_mode_check check (mode in ('video', 'in_person', 'phone')),
  -- Null: booked before there were types.
  add column visit_type_id uuid references visit_types,
  -- The number that the doctor calls at a visit by phone, encrypted with the patient's key.
  add column phone_cipher bytea;

create or replace view appointment_plan with (security_invoker = true) as
  select id as appointment_id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, version, mode from appointments;
comment on view appointment_plan is
  'Published by scheduling. Who meets whom, where, when and how (mode), one row for each appointment, cancelled ones included (state). Leaves out the reason and the phone number, which are encrypted, the fee, and who booked.';
