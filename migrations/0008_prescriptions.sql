-- A draft is edited; once signed it is frozen, and what happens to it later is rows in `prescription_events`.

create table prescriptions (
  id uuid primary key,
  number bigint not null unique default nextval('prescription_numbers'),
  encounter_id uuid not null references encounters,
  patient_id uuid not null references patients,
  doctor_id uuid not null references doctors,
  clinic_id uuid not null references clinics,
  created_at timestamptz not null,
  signed_at timestamptz,
  -- The canonical JSON that was signed, encrypted with the patient's key; its SHA-256; the hash of the printed code.
  document_cipher bytea,
  document_hash bytea,
  verification_hash bytea unique,
  version integer not null default 1,
  check ((signed_at is null) = (document_cipher is null)),
  check ((signed_at is null) = (document_hash is null)),
  check ((signed_at is null) = (verification_hash is null))
);
create index prescriptions_patient on prescriptions (patient_id, id desc);
create index prescriptions_doctor on prescriptions (doctor_id, id desc);
create index prescriptions_encounter on prescriptions (encounter_id);

create table prescription_items (
  id uuid primary key,
  prescription_id uuid not null references prescriptions on delete cascade,
  position smallint not null,
  -- Medicine, strength, form, dose, route, frequency, duration, quantity, refills, note.
  body_cipher bytea not null,
  unique (prescription_id, position) deferrable initially deferred
);

create table prescription_events (
  id uuid primary key,
  prescription_id uuid not null references prescriptions,
  kind text not null check (kind in ('signed', 'cancelled')),
  reason_cipher bytea,
  author_user_id uuid not null references users,
  at timestamptz not null
);
create index prescription_events_prescription on prescription_events (prescription_id, at);
create unique index prescription_events_once on prescription_events (prescription_id, kind);
revoke update, delete, truncate on prescription_events from bedside_app;

create function signed_is_frozen() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'prescriptions' then
    if old.signed_at is not null then
      raise exception 'prescription % is signed', old.id
        using errcode = 'integrity_constraint_violation', constraint = 'prescriptions_frozen';
    end if;
  elsif exists (select from prescriptions p
      where p.id in (case when tg_op <> 'INSERT' then old.prescription_id end, case when tg_op <> 'DELETE' then new.prescription_id end)
        and p.signed_at is not null) then
    raise exception 'the prescription of this item is signed'
      using errcode = 'integrity_constraint_violation', constraint = 'prescriptions_frozen';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger prescriptions_frozen before update or delete on prescriptions
  for each row execute function signed_is_frozen();
create trigger prescription_items_frozen before insert or update or delete on prescription_items
  for each row execute function signed_is_frozen();
