-- The keys of the installation, and diagnoses that only a patient's key opens (ADR 24).

-- Each purpose has a random key of its own, wrapped by the master key. Ciphertexts and MACs carry the key's number, so that keys can be replaced while old
-- rows stay readable. Only the owner of the schema writes here: whoever takes over the server cannot lock the organisation out of its records.
create table installation_keys (
  purpose text not null,
  number smallint not null check (number > 0),
  wrapped bytea not null,
  -- The name of the master key that has wrapped it, for people: never the key itself.
  wrapped_by text not null,
  -- An HMAC under the key over fixed words: whether it is the key that it was.
  check_value bytea not null,
  created_at timestamptz not null,
  -- When a newer key of the purpose took over. A retired key is still needed for reading.
  retired_at timestamptz,
  primary key (purpose, number)
);
create unique index installation_keys_in_use on installation_keys (purpose) where retired_at is null;
revoke insert, update, delete, truncate on installation_keys from bedside_app;

-- The diagnoses of a visit, as one encrypted list. It is never overwritten: a change is a new version with its author.
create table diagnosis_lists (
  id uuid primary key,
  encounter_id uuid not null unique references encounters,
  patient_id uuid not null references patients,
  latest integer not null,
  -- How many diagnoses the newest version has. That a visit has diagnoses decides whether it may end; which ones it has is encrypted.
  diagnosed smallint not null check (diagnosed >= 0)
);
create index diagnosis_lists_patient on diagnosis_lists (patient_id);
create table diagnosis_versions (
  list_id uuid not null references diagnosis_lists,
  version integer not null,
  body_cipher bytea not null,
  author_user_id uuid not null references users,
  written_at timestamptz not null,
  primary key (list_id, version)
);
revoke update, delete, truncate on diagnosis_versions from bedside_app;
revoke delete, truncate on diagnosis_lists from bedside_app;

-- The rows of `diagnoses` are encrypted and moved when the server starts, because SQL has no keys (domain/src/records/clear_diagnoses.rs). A server of the
-- previous version may still write here while the new one is rolled out, so the table stays until a later migration.
comment on table diagnoses is 'Diagnoses of the previous version, in clear text. The next start moves them to diagnosis_lists.';

create or replace view visit_diagnosis with (security_invoker = true) as
  select l.encounter_id, place::smallint as position from diagnosis_lists l, generate_series(0, l.diagnosed - 1) place
  union all
  select d.encounter_id, d.position from diagnoses d where not exists (select from diagnosis_lists l where l.encounter_id = d.encounter_id);

-- Nothing clinical is deleted, so the server's role may not do it either.
revoke delete, truncate on notes, allergies, encounters, appointments, threads from bedside_app;
