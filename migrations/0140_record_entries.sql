-- Entries of a patient's record: problems, history, medication from elsewhere, immunisations, family and social history, procedures, care plans. One table for all
-- kinds. Nothing is overwritten or deleted: each change is a version, and an entry that is wrong is marked as entered in error by a version with the reason.
create table record_entries (
  id uuid primary key,
  patient_id uuid not null references patients,
  -- Not encrypted, so that a list can be filtered. What the entry says is in its versions.
  kind text not null check (kind in ('problem', 'history', 'medication', 'immunisation', 'family', 'social', 'procedure', 'care_plan')),
  -- The number of the newest version.
  latest integer not null check (latest >= 1),
  recorded_at timestamptz not null,
  -- Since when it is marked as entered in error. Nothing follows after that.
  withdrawn_at timestamptz
);
create index record_entries_patient on record_entries (patient_id, id desc);
revoke delete, truncate on record_entries from bedside_app;

create table record_entry_versions (
  entry_id uuid not null references record_entries,
  version integer not null check (version >= 1),
  -- The number of the version, the content, the source, and why it was entered in error, encrypted with the patient's key.
  body_cipher bytea not null,
  author_user_id uuid not null references users,
  written_at timestamptz not null,
  primary key (entry_id, version)
);
revoke update, delete, truncate on record_entry_versions from bedside_app;

-- Entries go with the other parts of a record when two records become one, and when they are separated again. The lists of tables in the two functions of migration
-- 0079 are changed in place, because other migrations may have added their tables to them.
do $$
declare
  changed regprocedure;
  definition text;
begin
  foreach changed in array array['move_patient_rows(uuid, timestamptz)'::regprocedure, 'return_patient_rows(uuid)'::regprocedure] loop
    definition := replace(pg_get_functiondef(changed), '''allergies'',', '''allergies'', ''record_entries'',');
    if definition not like '%''record_entries''%' then
      raise exception 'the list of tables in % is not as expected', changed;
    end if;
    execute definition;
  end loop;
end $$;
