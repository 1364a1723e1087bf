-- The waiting list: who wants an earlier visit with a doctor, or with any doctor of a specialty, and which times suit them. A time that becomes free is offered to one
-- person at a time, in the order in which they joined.

create table waiting_entries (
  id uuid primary key,
  patient_id uuid not null references patients,
  doctor_id uuid references doctors,
  -- The slug of a specialty.
  specialty text check (length(specialty) between 1 and 100),
  -- The appointment that moves when an offer is accepted. Null: a new one is booked.
  appointment_id uuid references appointments,
  -- Null: any.
  mode text check (mode in ('video', 'in_person', 'phone')),
  -- One bit for each day of the week; 1 is Monday, 64 is Sunday. By the clock of the clinic, as the hours.
  days smallint not null check (days between 1 and 127),
  -- Null: at any hour. 00:00 as an end is the end of the day.
  from_time time,
  until_time time,
  until_date date not null,
  -- The reason for the visit, encrypted with the patient's key.
  reason_cipher bytea,
  added_by uuid not null references users,
  created_at timestamptz not null,
  ended_at timestamptz,
  -- Whether the patient left the list, or took a time.
  ended text check (ended in ('left', 'taken')),
  version integer not null default 1,
  check ((doctor_id is null) <> (specialty is null)),
  check (appointment_id is null or doctor_id is not null),
  check (appointment_id is not null or reason_cipher is not null),
  check ((from_time is null) = (until_time is null)),
  check ((ended_at is null) = (ended is null))
);
create unique index waiting_entries_once on waiting_entries (patient_id, coalesce(doctor_id::text, specialty)) where ended_at is null;
create index waiting_entries_doctor on waiting_entries (doctor_id, created_at, id) where ended_at is null;
create index waiting_entries_specialty on waiting_entries (specialty, created_at, id) where ended_at is null;
revoke delete, truncate on waiting_entries from bedside_app;

create table waiting_offers (
  id uuid primary key,
  entry_id uuid not null references waiting_entries,
  patient_id uuid not null references patients,
  doctor_id uuid not null references doctors,
  clinic_id uuid not null references clinics,
  visit_type_id uuid references visit_types,
  mode text not null check (mode in ('video', 'in_person', 'phone')),
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  made_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > made_at),
  state text not null default 'open' check (state in ('open', 'taken', 'refused', 'run_out', 'withdrawn')),
  answered_at timestamptz,
  -- The appointment that was booked or moved.
  appointment_id uuid references appointments,
  check ((state = 'open') = (answered_at is null)),
  check ((state = 'taken') = (appointment_id is not null)),
  -- Nobody is asked twice about the same time.
  constraint waiting_offers_once unique (entry_id, doctor_id, starts_at)
);
-- A person decides about one time at a time, and a time is offered to one person at a time.
create unique index waiting_offers_patient on waiting_offers (patient_id) where state = 'open';
create unique index waiting_offers_time on waiting_offers (doctor_id, starts_at) where state = 'open';
create index waiting_offers_expiry on waiting_offers (expires_at) where state = 'open';
create index waiting_offers_doctor on waiting_offers (doctor_id, starts_at);
revoke delete, truncate on waiting_offers from bedside_app;

-- An offered time is kept by a reservation of its own kind. Unlike a hold it is not let go when the patient holds another time, and it ends only together with its offer.
do $$
declare
  found record;
begin
  for found in select conname from pg_constraint
    where conrelid = 'reservations'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%''held''%' loop
    execute format('alter table reservations drop constraint %I', found.conname);
  end loop;
end $$;
alter table reservations
  add constraint reservations_kind_known check (kind in ('held', 'offered', 'requested', 'confirmed')),
  add constraint reservations_kept_until check ((kind in ('held', 'offered')) = (expires_at is not null)),
  add constraint reservations_kept_where check (kind not in ('held', 'offered') or clinic_id is not null),
  add constraint reservations_kept_for check ((kind in ('held', 'offered')) = (appointment_id is null)),
  add column offer_id uuid unique references waiting_offers,
  add constraint reservations_offered check ((kind = 'offered') = (offer_id is not null));

-- Times that became free while somebody waits for them. A worker offers them and deletes the rows; a row that a killed server has left is found by the next one.
create table freed_times (
  id bigint generated always as identity primary key,
  doctor_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null
);
create index freed_times_doctor on freed_times (doctor_id);
revoke update, truncate on freed_times from bedside_app;

create function is_waited_for(doctor uuid) returns boolean language sql stable as $$
  select exists (select from waiting_entries w where w.ended_at is null and w.doctor_id = is_waited_for.doctor)
    or exists (select from doctor_specialty s join waiting_entries w on w.specialty = s.slug and w.ended_at is null where s.doctor_id = is_waited_for.doctor)
$$;

create function note_freed_reservation() returns trigger language plpgsql as $$
begin
  if is_waited_for(old.doctor_id) then
    insert into freed_times (doctor_id, starts_at, ends_at) values (old.doctor_id, lower(old.doctor_range), upper(old.doctor_range));
  end if;
  return null;
end $$;
create trigger reservations_freed after delete on reservations
  for each row execute function note_freed_reservation();

-- Time off that ends, and extra hours.
create function note_freed_exception() returns trigger language plpgsql as $$
declare
  changed schedule_exceptions;
begin
  if tg_op = 'DELETE' then
    changed := old;
  else
    changed := new;
  end if;
  if ((tg_op = 'DELETE') = (changed.kind = 'off')) and is_waited_for(changed.doctor_id) then
    insert into freed_times (doctor_id, starts_at, ends_at)
      select changed.doctor_id, (changed.on_date + coalesce(changed.starts, time '00:00')) at time zone c.time_zone,
        (case when changed.ends is null or changed.ends = time '00:00' then (changed.on_date + 1)::timestamp else changed.on_date + changed.ends end)
          at time zone c.time_zone
      from clinic_address c where c.clinic_id = changed.clinic_id;
  end if;
  return null;
end $$;
create trigger schedule_exceptions_freed after insert or delete on schedule_exceptions
  for each row execute function note_freed_exception();

-- New weekly hours.
create function note_freed_rule() returns trigger language plpgsql as $$
begin
  if is_waited_for(new.doctor_id) then
    insert into freed_times (doctor_id, starts_at, ends_at)
      select new.doctor_id, new.valid_from::timestamp at time zone c.time_zone,
        (coalesce(new.valid_until, new.valid_from + 400) + 1)::timestamp at time zone c.time_zone
      from clinic_address c where c.clinic_id = new.clinic_id;
  end if;
  return null;
end $$;
create trigger schedule_rules_freed after insert on schedule_rules
  for each row execute function note_freed_rule();
