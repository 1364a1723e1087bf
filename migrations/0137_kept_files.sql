-- How long files are kept, what takes the place of a file, and which files are kept for a legal reason.
alter table files
  -- What the law or the clinic says about keeping it: `record` is kept until `kept_until` also when it was marked as entered in error, `personal` is removed
  -- 30 days after that, and `permanent` is never removed.
  add column retention text check (retention in ('record', 'personal', 'permanent')),
  add column kept_until timestamptz,
  -- The earlier version of which this is a newer one.
  add column replaces uuid references files,
  -- When the content was removed for good. The row stays.
  add column removed_at timestamptz;

-- What a patient marked as entered in error so far was promised to be kept.
update files set
  retention = case
    when purpose = 'clinic_logo' then 'permanent'
    when purpose in ('doctor_photo', 'patient_photo', 'insurance_card_front', 'insurance_card_back') then 'personal'
    when purpose = 'patient_document' and by_patient and withdrawn_at is null then 'personal'
    else 'record' end;
update files set kept_until = added_at + interval '10 years' where retention = 'record';
-- Photos that were removed have no content any more.
update files set removed_at = withdrawn_at where withdrawn_at is not null and retention = 'personal';

alter table files
  alter column retention set not null,
  add constraint files_kept_until_check check ((kept_until is not null) = (retention = 'record')),
  add constraint files_removed_check check (removed_at is null or withdrawn_at is not null);

-- A version has one successor. One that was refused or withdrawn does not count.
create unique index files_one_successor on files (replaces)
  where replaces is not null and withdrawn_at is null and state in ('checking', 'ready');
create index files_replacing on files (replaces) where replaces is not null;
create index files_to_remove on files (withdrawn_at) where withdrawn_at is not null and removed_at is null;

-- Legal holds. A file with one that was not lifted is neither withdrawn nor removed.
create table file_holds (
  id uuid primary key,
  file_id uuid not null references files,
  -- Encrypted with the key of the owner of the file, as the name of the file is.
  reason_cipher bytea not null,
  set_by uuid not null references users,
  set_at timestamptz not null,
  lifted_reason_cipher bytea,
  lifted_by uuid references users,
  lifted_at timestamptz,
  check (num_nulls(lifted_reason_cipher, lifted_by, lifted_at) in (0, 3))
);
create index file_holds_of on file_holds (file_id);
create unique index file_holds_open on file_holds (file_id) where lifted_at is null;
revoke delete, truncate on file_holds from bedside_app;
