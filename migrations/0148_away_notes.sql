-- What a doctor, or the desk of a clinic, tells patients who write while nobody answers: until when, and what to do meanwhile. One row for each who has ever set one.
create table away_notes (
  id uuid primary key,
  doctor_id uuid unique references doctors,
  clinic_id uuid unique references clinics,
  -- Empty when there is none any more.
  body text not null,
  -- The last day, where the doctor or the clinic is.
  until date,
  set_by uuid not null references users,
  set_at timestamptz not null,
  version integer not null default 1,
  check (num_nonnulls(doctor_id, clinic_id) = 1),
  check ((body = '') = (until is null))
);
revoke delete, truncate on away_notes from bedside_app;
