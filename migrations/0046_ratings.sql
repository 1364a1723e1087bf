-- What patients say about a visit that they have had: one to five stars, and words. The words are written to be read by everybody, so they are not encrypted. They are
-- shown without the patient's name.
create table ratings (
  id uuid primary key,
  encounter_id uuid not null unique references encounters,
  doctor_id uuid not null references doctors,
  patient_id uuid not null references patients,
  clinic_id uuid not null references clinics,
  stars smallint not null check (stars between 1 and 5),
  -- May be empty.
  words text not null,
  rated_at timestamptz not null,
  answer text,
  answered_at timestamptz,
  -- An administrator has hidden abuse, with a reason.
  hidden_at timestamptz,
  hidden_by uuid references users,
  hidden_reason text,
  version integer not null default 1,
  check ((answer is null) = (answered_at is null)),
  check ((hidden_at is null) = (hidden_by is null) and (hidden_at is null) = (hidden_reason is null))
);
create index ratings_doctor on ratings (doctor_id, rated_at desc, id desc);
create index ratings_newest on ratings (rated_at desc, id desc);
revoke delete, truncate on ratings from bedside_app;
