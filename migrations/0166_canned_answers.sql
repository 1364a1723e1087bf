-- Answers that a doctor or the desk of a clinic writes often, kept by those who answer. A short word with a dot in front stands for the text, as in notes. Rows are never
-- changed: each change is another version, and the newest one counts. They are about no patient, so they are not encrypted.
create table canned_answers (
  -- The doctor or the clinic to whom the answer belongs.
  owner_id uuid not null,
  -- What is written after the dot.
  abbreviation text not null check (abbreviation ~ '^[a-z][a-z0-9-]{0,29}$'),
  version integer not null check (version > 0),
  doctor_id uuid references doctors,
  clinic_id uuid references clinics,
  body text not null check (length(body) between 1 and 2000),
  removed boolean not null,
  changed_by uuid not null references users,
  changed_at timestamptz not null,
  primary key (owner_id, abbreviation, version),
  check (num_nonnulls(doctor_id, clinic_id) = 1),
  check (owner_id = coalesce(doctor_id, clinic_id))
);
revoke update, delete, truncate on canned_answers from bedside_app;
