-- Besides the address at home, a patient may give one for letters, and one for some time. Each change is a version, and the newest one counts.
create table patient_address_versions (
  id uuid primary key,
  patient_id uuid not null references patients,
  kind text not null check (kind in ('postal', 'temporary')),
  -- From 1, for each kind.
  version integer not null check (version > 0),
  -- The address and its days, encrypted with the patient's key. Null: there is none any more.
  body_cipher bytea,
  changed_by uuid not null references users,
  changed_at timestamptz not null,
  unique (patient_id, kind, version)
);
revoke update, delete, truncate on patient_address_versions from bedside_app;
