-- Events that cannot be passed on are set aside, the audit log is sealed by the day and can lose a sealed month, and what the server may delete is narrower.

-- A failed event is tried again later, and the events after it are passed on meanwhile.
alter table outbox_events
  add column tries smallint not null default 0,
  add column next_try_at timestamptz;

-- Events that were given up. An administrator sees them and can pass them on again. Ids only, no clinical text, as in the outbox.
create table outbox_dead (
  id uuid primary key,
  at timestamptz not null,
  kind text not null,
  body jsonb not null,
  mails_written boolean not null,
  tries smallint not null,
  -- An error code, and what the database said without any value that it quoted.
  cause text not null,
  died_at timestamptz not null
);
create index outbox_dead_order on outbox_dead (died_at, id);
revoke update, truncate on outbox_dead from bedside_app;

-- One row for each day (UTC) with seals: a Merkle root over the roots of its seals, chained like the seals themselves. A copy of these few rows outside of the
-- database is enough to show later that none of the seals was replaced.
create table audit_days (
  day date primary key,
  -- The seals of the day, both included.
  seal_from bigint not null,
  seal_to bigint not null check (seal_to >= seal_from),
  row_count bigint not null,
  merkle_root bytea not null,
  previous_root bytea not null,
  mac bytea not null
);

-- The months whose rows were dropped after they had been sealed. The root is made of the leaves of all rows of the month, in the order of the seals, so that
-- whoever has kept an archive of the month can check it. Only the owner of the schema drops a month.
create table audit_dropped (
  month date primary key check (extract(day from month) = 1),
  -- The first and the last seal with rows of the month.
  seal_from bigint not null,
  seal_to bigint not null check (seal_to >= seal_from),
  row_count bigint not null,
  merkle_root bytea not null,
  dropped_at timestamptz not null,
  mac bytea not null
);
-- A seal may cover rows of two months. Then the leaves of the rows that were dropped are kept, so that the others can still be compared with the seal.
create table audit_dropped_leaves (
  seal bigint not null,
  era smallint not null,
  xid xid8 not null,
  number bigint not null,
  leaf bytea not null,
  primary key (seal, xid, number)
);
revoke update, delete, truncate on audit_days from bedside_app;
revoke insert, update, delete, truncate on audit_dropped, audit_dropped_leaves from bedside_app;

-- Keeps others from writing into the partition of a month until the end of the transaction. False if there is no such partition, or if the DEFAULT partition
-- has rows of the month.
create function lock_audit_partition(month date) returns boolean language plpgsql as $$
declare
  part text := 'audit_events_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass(part) is null then
    return false;
  end if;
  set local lock_timeout = '10s';
  execute format('lock table %I, audit_events_default in share mode', part);
  return not exists (select from audit_events_default where at >= month::timestamptz and at < (month + interval '1 month')::timestamptz);
end $$;
create function drop_audit_partition(month date) returns void language plpgsql as $$
begin
  execute format('drop table %I', 'audit_events_' || to_char(month, 'YYYY_MM'));
end $$;
revoke execute on function lock_audit_partition, drop_audit_partition from public;

-- The sweeper deletes sessions that were ended (those that expired have an index), and links.
create index sessions_revoked on sessions (revoked_at) where revoked_at is not null;
create index links_expiry on links (expires_at);

-- Administrators list all people by name or newest first, a page at a time.
create index users_by_name on users (display_name, id) where deleted_at is null;
create index users_by_age on users (created_at, id) where deleted_at is null;

-- The search for doctors leaves out those whose account is closed. Closed accounts are few, so it looks for these and not at the account of every doctor.
create index users_closed on users (id) where suspended_at is not null or deleted_at is not null;
create view closed_account with (security_invoker = true) as
  select id as user_id from users where suspended_at is not null or deleted_at is not null;
comment on view closed_account is
  'Published by identity. The accounts that cannot be used: suspended or deleted. Leaves out everything else about them.';
revoke insert, update, delete, truncate on closed_account from bedside_app;
create or replace view doctor_listing with (security_invoker = true) as
  select d.id as doctor_id, d.full_name as name, d.name_search
  from doctors d
  where d.status = 'verified' and d.fee_minor is not null and not exists (select from closed_account c where c.user_id = d.user_id);

-- New tables are writable by default, so each migration takes back what the server does not need. These were forgotten: the server never deletes such rows,
-- and never changes a decision. `domain/tests/it/grants.rs` lists what the server may do with each table.
revoke update, delete on suspensions, verification_decisions from bedside_app;
revoke delete on
  consents, database_eras, patient_keys, patient_access, users, password_credentials, memberships, patients, doctors, clinics, specialties, appointments,
  encounters, threads, notes, allergies, icd10cm, live_counters, first_times
from bedside_app;
