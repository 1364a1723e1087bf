-- What a doctor's profile was in each version: the name, what patients read, the fee, the insurance against malpractice. The audit log names the version before a change
-- and the one after it, and this table says what they were. The version of a doctor grows with other changes too, such as those of the hours, so some numbers are not here.
create table doctor_versions (
  doctor_id uuid not null references doctors,
  version integer not null,
  full_name text not null,
  about text not null,
  languages text[] not null,
  qualifications text[] not null,
  fee_minor bigint,
  currency text not null,
  cover_insurer text,
  cover_number text,
  cover_until date,
  -- Null for what was there before the first change that is kept.
  changed_by uuid references users,
  changed_at timestamptz,
  primary key (doctor_id, version),
  check ((changed_by is null) = (changed_at is null))
);
revoke update, delete, truncate on doctor_versions from bedside_app;
