-- Hours, claims, appointments. The database itself refuses an overlap.

create table schedule_rules (
  id uuid primary key,
  doctor_id uuid not null references doctors,
  clinic_id uuid not null references clinics,
  -- ISO 8601: 1 is Monday. Local time of the clinic: 09:00 stays 09:00 when clocks change.
  weekday smallint not null check (weekday between 1 and 7),
  starts time not null,
  ends time not null,
  valid_from date not null,
  valid_until date,
  -- 00:00 as an end is the end of the day.
  check (ends > starts or ends = '00:00'),
  check (valid_until is null or valid_until >= valid_from)
);
create index schedule_rules_doctor on schedule_rules (doctor_id);

create table schedule_exceptions (
  id uuid primary key,
  doctor_id uuid not null references doctors,
  clinic_id uuid not null references clinics,
  on_date date not null,
  kind text not null check (kind in ('off', 'extra')),
  -- Without times the whole day is off.
  starts time,
  ends time,
  created_at timestamptz not null,
  check ((starts is null) = (ends is null)),
  check (ends is null or ends > starts or ends = '00:00'),
  check (kind = 'off' or starts is not null)
);
create index schedule_exceptions_doctor on schedule_exceptions (doctor_id, on_date);

create table appointments (
  id uuid primary key,
  number bigint not null unique default nextval('appointment_numbers'),
  patient_id uuid not null references patients,
  doctor_id uuid not null references doctors,
  clinic_id uuid not null references clinics,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  state text not null check (state in ('requested', 'confirmed', 'in_visit', 'completed', 'cancelled', 'no_show')),
  mode text not null check (mode in ('video', 'in_person')),
  reason_cipher bytea not null,
  fee_minor bigint not null check (fee_minor >= 0),
  currency text not null check (length(currency) = 3),
  booked_by uuid not null references users,
  booked_at timestamptz not null,
  cancelled_by uuid references users,
  cancelled_at timestamptz,
  version integer not null default 1,
  check (ends_at > starts_at),
  check ((state = 'cancelled') = (cancelled_at is not null))
);
create index appointments_patient on appointments (patient_id, starts_at desc, id);
create index appointments_doctor on appointments (doctor_id, starts_at, id);
create index appointments_clinic on appointments (clinic_id, starts_at, id);

-- What binds a doctor and a patient at a time. Inserted and deleted, never updated. `beside` is a deliberate overbooking by staff.
create table claims (
  id uuid primary key,
  doctor_id uuid not null references doctors,
  patient_id uuid not null references patients,
  -- With the doctor's buffers.
  doctor_range tstzrange not null check (not isempty(doctor_range)),
  patient_range tstzrange not null check (not isempty(patient_range)),
  kind text not null check (kind in ('held', 'requested', 'confirmed')),
  beside boolean not null default false,
  held_by uuid references users,
  expires_at timestamptz,
  -- Where the held visit would be; an appointment knows its own clinic.
  clinic_id uuid references clinics,
  appointment_id uuid unique references appointments,
  check ((kind = 'held') = (expires_at is not null)),
  check (kind <> 'held' or clinic_id is not null),
  check ((kind = 'held') = (appointment_id is null)),
  constraint claims_doctor_free exclude using gist (doctor_id with =, doctor_range with &&) where (not beside),
  constraint claims_patient_free exclude using gist (patient_id with =, patient_range with &&)
);
create index claims_expiry on claims (expires_at) where kind = 'held';
revoke update, truncate on claims from bedside_app;

-- A live appointment has its claim, and over the same time; checked when the transaction commits.
create function appointment_has_claim() returns trigger language plpgsql as $$
declare
  target uuid;
  found_state text;
  whole boolean;
begin
  -- Two statements: an expression that names a column of the other table cannot be planned.
  if tg_table_name = 'claims' then
    target := old.appointment_id;
  else
    target := new.id;
  end if;
  select a.state, exists (
      select from claims c where c.appointment_id = a.id and c.doctor_id = a.doctor_id and c.patient_id = a.patient_id
        and c.patient_range = tstzrange(a.starts_at, a.ends_at) and c.doctor_range @> c.patient_range)
    into found_state, whole from appointments a where a.id = target;
  if found_state in ('requested', 'confirmed', 'in_visit') and not whole then
    raise exception 'appointment % is % without its claim', target, found_state
      using errcode = 'integrity_constraint_violation', constraint = 'appointments_claimed';
  end if;
  return null;
end $$;
create constraint trigger appointments_claimed after insert or update on appointments
  deferrable initially deferred for each row execute function appointment_has_claim();
create constraint trigger claims_kept after delete on claims
  deferrable initially deferred for each row when (old.appointment_id is not null) execute function appointment_has_claim();
