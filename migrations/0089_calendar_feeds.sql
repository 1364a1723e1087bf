-- A private address at which a calendar program reads somebody's visits, without a session. The secret in the address is derived from the row's id and a key of
-- the installation, so that its owner can be shown it again while only its hash is kept here. A new address has a new row; revoking it deletes the row.
create table calendar_feeds (
  id uuid primary key,
  -- Who made it. Each read asks anew whether this user still acts for the patient, or still is the doctor.
  user_id uuid not null references users,
  -- Whose visits it has: one of the two.
  patient_id uuid references patients,
  doctor_id uuid references doctors,
  token_hash bytea not null unique,
  hides_names boolean not null,
  made_at timestamptz not null,
  -- When the address or its setting was last changed.
  changed_at timestamptz not null,
  -- The first read on the last day on which it was read.
  read_at timestamptz,
  check ((patient_id is null) <> (doctor_id is null))
);
create unique index calendar_feeds_of_patient on calendar_feeds (user_id, patient_id) where patient_id is not null;
create unique index calendar_feeds_of_doctor on calendar_feeds (user_id, doctor_id) where doctor_id is not null;
revoke truncate on calendar_feeds from bedside_app;
