-- Two roles: `bedside_owner` owns the schema and runs migrations, `bedside_app` is the server. What the server may not do (change or
-- delete an audit row), it is not granted; so a defect or an intruder in the server cannot do it either.

do $$
begin
  if not exists (select from pg_roles where rolname = 'bedside_app') then
    raise exception 'the role bedside_app is missing'
      using hint = 'As a superuser: create role bedside_app login password ''…'';';
  end if;
end $$;

create extension if not exists btree_gist;
create extension if not exists pg_trgm;

grant usage on schema public to bedside_app;
alter default privileges in schema public grant select, insert, update, delete on tables to bedside_app;
alter default privileges in schema public grant usage, select on sequences to bedside_app;

-- Readiness compares the version of the schema with what the binary needs. The table is the migrator's own.
do $$
begin
  if to_regclass('_sqlx_migrations') is not null then
    grant select on _sqlx_migrations to bedside_app;
  end if;
end $$;

-- The job queue (graphile_worker) keeps its own migrations, so the server owns that one schema.
create schema graphile_worker;
grant create, usage on schema graphile_worker to bedside_app;

-- A restored dump keeps its transaction ids while the new cluster counts from a small number again. Whatever is ordered by transaction id
-- (audit, outbox) is therefore ordered by (era, transaction id); a new cluster begins a new era.
create table database_eras (
  era smallint generated always as identity primary key,
  system_identifier bigint not null unique,
  started_at timestamptz not null
);

-- Short numbers for the desk and the label; the check character is added when they are shown.
create sequence person_numbers as bigint start 1048576;
create sequence appointment_numbers as bigint start 1048576;
create sequence prescription_numbers as bigint start 1048576;
