-- Tasks of a clinic's team: what is to be done, by whom, until when, and who has done it. A task may be about a patient; its text is then encrypted with the patient's key.
create table team_tasks (
  id uuid primary key,
  clinic_id uuid not null references clinics,
  patient_id uuid references patients,
  -- The text of a task that is about no patient.
  body text check (length(body) between 1 and 1000),
  -- The text of a task about a patient.
  body_cipher bytea,
  -- The day on which it is due, where the clinic is.
  due_on date,
  -- To whom it is given: a person, or everybody with a role.
  assigned_to uuid references users,
  assigned_role text check (assigned_role in ('nurse', 'doctor', 'receptionist')),
  created_by uuid not null references users,
  created_at timestamptz not null,
  done_by uuid references users,
  done_at timestamptz,
  -- Grows when it is done or opened again.
  version integer not null default 1,
  check (num_nonnulls(assigned_to, assigned_role) = 1),
  check (num_nonnulls(body, body_cipher) = 1),
  check ((patient_id is null) = (body_cipher is null)),
  check ((done_at is null) = (done_by is null))
);
create index team_tasks_open on team_tasks (clinic_id, due_on, id) where done_at is null;
create index team_tasks_done on team_tasks (clinic_id, done_at desc, id) where done_at is not null;
create index team_tasks_patient on team_tasks (patient_id) where patient_id is not null;
revoke delete, truncate on team_tasks from bedside_app;

-- Tasks about a patient move with the record when two records of one person become one, and back again.
select add_to_list('move_patient_rows', 'allergies', 'team_tasks');
select add_to_list('return_patient_rows', 'allergies', 'team_tasks');
