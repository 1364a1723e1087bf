-- Files that people upload (ADR 42). A row is an upload until all its parts are there and checked, and then the file. Its content is in the storage, in
-- objects; the rows here say which.
create table files (
  id uuid primary key,
  purpose text not null check (purpose in ('patient_document')),
  -- Whose file it is: whose key has wrapped its key, and whose quota it counts for.
  patient_id uuid references patients,
  clinic_id uuid references clinics,
  check (num_nonnulls(patient_id, clinic_id) = 1),
  -- The file's own key and its name, encrypted with the key of the owner.
  key_cipher bytea not null,
  name_cipher bytea not null,
  state text not null check (state in ('uploading', 'checking', 'ready', 'refused', 'infected')),
  trouble text check (trouble in ('kind_not_taken', 'kind_differs', 'damaged', 'protected', 'script', 'too_many_pixels', 'too_large_to_scan',
    'checksum_differs')),
  check ((trouble is not null) = (state = 'refused')),
  scan text not null default 'not_scanned' check (scan in ('not_scanned', 'clean')),
  -- As the sender said, until it is checked.
  kind text not null check (kind in ('application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'text/plain')),
  bytes bigint not null check (bytes > 0),
  sha256 bytea check (length(sha256) = 32),
  part_bytes integer not null check (part_bytes > 0),
  pages integer,
  added_by uuid not null references users,
  -- Whether it came from the patient's side: from the patient, or somebody who acts for them.
  by_patient boolean not null,
  added_at timestamptz not null,
  -- When all parts were there, and when the check began anew for the last time.
  completed_at timestamptz,
  checked_at timestamptz,
  -- Entered in error: nobody sees it any more, and it stays.
  withdrawn_at timestamptz,
  withdrawn_by uuid references users,
  withdrawn_reason_cipher bytea,
  check ((withdrawn_at is null) = (withdrawn_by is null)),
  check ((withdrawn_at is null) = (withdrawn_reason_cipher is null)),
  check ((completed_at is null) = (state = 'uploading'))
);
create index files_of_patient on files (patient_id, purpose, added_at) where patient_id is not null;
create index files_of_clinic on files (clinic_id, purpose, added_at) where clinic_id is not null;
create index files_unfinished on files (added_at) where state in ('uploading', 'checking');
revoke truncate on files from bedside_app;

-- The objects in the storage. A row is written before its object and deleted after it, so the storage has nothing that no row names.
create table file_objects (
  id uuid primary key,
  -- No reference: the row outlives the file until its object is deleted.
  file_id uuid not null,
  part text not null check (part in ('content', 'thumbnail')),
  number integer not null check (number > 0),
  -- Of the content before encryption.
  bytes integer not null check (bytes > 0),
  sha256 bytea not null check (length(sha256) = 32),
  -- Part of the nonces.
  salt bytea not null check (length(salt) = 16),
  created_at timestamptz not null,
  -- When the object was in the storage, and when another one took its place.
  stored_at timestamptz,
  dropped_at timestamptz
);
create unique index file_objects_in_use on file_objects (file_id, part, number) where stored_at is not null and dropped_at is null;
create index file_objects_of on file_objects (file_id);
create index file_objects_left on file_objects (created_at) where stored_at is null;
create index file_objects_dropped on file_objects (dropped_at) where dropped_at is not null;
revoke truncate on file_objects from bedside_app;

-- Which records have files, so that a record on which something hangs is not replaced or deleted.
create view patient_file with (security_invoker = true) as
  select id as file_id, patient_id from files where patient_id is not null;
comment on view patient_file is 'Published by files. One row for each file or upload of a patient, also those marked as entered in error.';
revoke insert, update, delete, truncate on patient_file from bedside_app;
