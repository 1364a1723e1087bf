-- Items of a patient's record that the patient's side shares by a link. Whoever has the link sees this item until it expires or is ended, without an account.
create table record_shares (
  id uuid primary key,
  patient_id uuid not null references patients,
  kind text not null check (kind in ('visit', 'prescription', 'entry', 'document')),
  -- The visit, the prescription, the entry or the file. No foreign key, because it is in one of four tables.
  item_id uuid not null,
  -- The SHA-256 of the link's token, which has 128 bits.
  token_hash bytea not null unique,
  shared_by uuid not null references users,
  shared_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > shared_at),
  ended_by uuid references users,
  ended_at timestamptz,
  check ((ended_at is null) = (ended_by is null))
);
create index record_shares_patient on record_shares (patient_id, id desc);
revoke delete, truncate on record_shares from bedside_app;

-- Each time that a link was followed while it worked.
create table record_share_openings (
  id uuid primary key,
  share_id uuid not null references record_shares,
  opened_at timestamptz not null
);
create index record_share_openings_share on record_share_openings (share_id, opened_at desc);
revoke update, delete, truncate on record_share_openings from bedside_app;

-- When somebody of the patient's side last looked at the record, on any device: what came later is marked as new. A look lasts until nothing was opened for some time, so
-- the marks stay while pages are reloaded.
create table record_looks (
  user_id uuid not null references users,
  patient_id uuid not null references patients,
  -- What is newer than this is new in the present look: the end of the look before it.
  seen_until timestamptz not null,
  -- The last time that the record was opened in the present look.
  looked_at timestamptz not null,
  primary key (user_id, patient_id)
);
revoke delete, truncate on record_looks from bedside_app;

-- Shares move with the record when two records of one person become one, and back again.
select add_to_list('move_patient_rows', 'allergies', 'record_shares');
select add_to_list('return_patient_rows', 'allergies', 'record_shares');
