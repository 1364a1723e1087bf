-- A doctor says how many visits a day they want at most, and a visit type has buffers of its own. Until now the clinic's closures were only shown; now nobody can be
-- booked on a day on which the clinic is closed, and for a visit in the clinic only within its opening hours.

alter table doctors
  -- Null: any number.
  add column most_per_day smallint check (most_per_day between 1 and 100);

create or replace view doctor_profile with (security_invoker = true) as
  select id as doctor_id, full_name as name, about, languages, fee_minor, currency, slot_minutes, buffer_before_minutes, buffer_after_minutes, notice_minutes,
    horizon_days, version, fee_checked_at, qualifications, most_per_day
  from doctors;
comment on view doctor_profile is
  'Published by directory. What a doctor tells patients, and how their visits are offered: fee in minor units, lengths and buffers in minutes, notice in minutes, horizon in days; most_per_day is the largest number of visits on a day, null is any. fee_minor is null until somebody sets it, and 0 for visits free of charge; fee_checked_at is when the doctor last confirmed it, null is never. qualifications is a text for each entry. version grows with each change of the profile or the hours. One row for each doctor, listed or not.';

create or replace view clinic_address with (security_invoker = true) as
  select id as clinic_id, name, country, time_zone, address_lines, phone, opening_hours from clinics;
comment on view clinic_address is
  'Published by directory. What each clinic is called, where it is (country as ISO 3166-1 alpha-2, time zone as IANA name) and how it is reached; opening_hours has seven texts from Monday to Sunday, or none when nobody has stated the hours.';

create view clinic_closed_days with (security_invoker = true) as
  select clinic_id, first_day, last_day from clinic_closures where removed_at is null;
comment on view clinic_closed_days is
  'Published by directory. The days on which a whole clinic is closed, from first_day to last_day, both included. Periods may overlap. Leaves out closures that were removed, and the reasons.';
revoke insert, update, delete, truncate on clinic_closed_days from bedside_app;

alter table visit_types
  -- Null: the buffers of the doctor.
  add column buffer_before_minutes smallint check (buffer_before_minutes between 0 and 120),
  add column buffer_after_minutes smallint check (buffer_after_minutes between 0 and 120);

-- The first free time of a doctor may be another one after these changes (0021).
create function note_changed_rules() returns trigger language plpgsql as $$
begin
  insert into changed_times (doctor_id) values (new.id);
  return null;
end $$;
create trigger doctors_rules_changed
  after update of slot_minutes, buffer_before_minutes, buffer_after_minutes, notice_minutes, horizon_days, most_per_day on doctors
  for each row execute function note_changed_rules();

create function note_changed_clinic() returns trigger language plpgsql as $$
declare
  target uuid;
begin
  -- Two statements: an expression that names a column of the other table cannot be planned.
  if tg_table_name = 'clinics' then
    target := new.id;
  else
    target := new.clinic_id;
  end if;
  insert into changed_times (doctor_id)
    select r.doctor_id from schedule_rules r where r.clinic_id = target
    union select e.doctor_id from schedule_exceptions e where e.clinic_id = target;
  return null;
end $$;
create trigger clinics_hours_changed after update of opening_hours, time_zone on clinics
  for each row execute function note_changed_clinic();
create trigger clinic_closures_changed after insert or update of removed_at on clinic_closures
  for each row execute function note_changed_clinic();
