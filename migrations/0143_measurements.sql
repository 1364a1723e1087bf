-- What was measured of a patient at one time: blood pressure, pulse, temperature and so on, by a nurse or a doctor, or by the patient at home. A mistake is marked as entered in
-- error, with a reason; nothing is deleted.
create table measurements (
  id uuid primary key,
  patient_id uuid not null references patients,
  -- The visit before or at which it was measured.
  encounter_id uuid references encounters,
  -- The patient's side has entered it.
  at_home boolean not null,
  taken_at timestamptz not null,
  -- The values, as they were typed and in the canonical units, encrypted with the patient's key.
  body_cipher bytea not null,
  author_user_id uuid not null references users,
  recorded_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_by uuid references users,
  -- Why it was entered in error.
  reason_cipher bytea,
  check ((withdrawn_at is null) = (withdrawn_by is null)),
  check ((withdrawn_at is null) = (reason_cipher is null))
);
create index measurements_patient on measurements (patient_id, taken_at desc, id desc) where withdrawn_at is null;
create index measurements_encounter on measurements (encounter_id, taken_at) where withdrawn_at is null;
revoke delete, truncate on measurements from bedside_app;

-- Measurements move with the record when two records of one person become one, and back again. The functions are changed where they name the tables and otherwise stay as
-- they are, so that what another migration has added to them is kept.
do $$
declare
  body text;
  changed text;
begin
  body := pg_get_functiondef('move_patient_rows(uuid, timestamptz)'::regprocedure);
  changed := replace(body, '''allergies'',', '''allergies'', ''measurements'',');
  if changed = body then
    raise exception 'move_patient_rows does not name the allergies';
  end if;
  execute changed;
  body := pg_get_functiondef('return_patient_rows(uuid)'::regprocedure);
  changed := replace(body, '''allergies'',', '''allergies'', ''measurements'',');
  -- What was measured at a visit goes with the visit.
  changed := replace(changed, '''diagnoses'', ''prescriptions'',', '''diagnoses'', ''measurements'', ''prescriptions'',');
  if changed not like '%''allergies'', ''measurements''%' or changed not like '%''diagnoses'', ''measurements''%' then
    raise exception 'return_patient_rows does not name the allergies and the prescriptions';
  end if;
  execute changed;
end $$;
