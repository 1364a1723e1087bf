-- Who did what, when. Rows are canonical bytes with an HMAC; seals chain Merkle roots over them. The server may insert and read, nothing else.

create sequence audit_event_numbers as bigint;

create table audit_events (
  id uuid not null,
  at timestamptz not null,
  era smallint not null,
  xid xid8 not null default pg_current_xact_id(),
  number bigint not null default nextval('audit_event_numbers'),
  action text not null,
  outcome text not null check (outcome in ('done', 'refused')),
  actor_user_id uuid,
  actor_role text,
  patient_ids uuid[] not null default '{}',
  resource_kind text,
  resource_id uuid,
  -- The canonical form of everything above and the details; the columns are there to be searched and are checked against it.
  body bytea not null,
  mac bytea not null,
  primary key (at, id)
) partition by range (at);
create table audit_events_default partition of audit_events default;
create index audit_events_order on audit_events (era, xid, number);
create index audit_events_actor on audit_events (actor_user_id, at desc);
create index audit_events_patients on audit_events using gin (patient_ids);
create index audit_events_action on audit_events (action, at desc);

create table audit_seals (
  number bigint primary key,
  era smallint not null,
  -- Rows of this era with xid_from <= xid < xid_to.
  xid_from xid8 not null,
  xid_to xid8 not null,
  row_count bigint not null,
  merkle_root bytea not null,
  previous_root bytea not null,
  sealed_at timestamptz not null,
  mac bytea not null
);

revoke update, delete, truncate on audit_events, audit_events_default, audit_seals from bedside_app;

-- Twelve months ahead; the DEFAULT partition catches a month that nobody made.
create function ensure_audit_partitions(months_from date, months integer) returns void language plpgsql as $$
declare
  month date := date_trunc('month', months_from)::date;
  part text;
begin
  for i in 1 .. months loop
    part := 'audit_events_' || to_char(month, 'YYYY_MM');
    if to_regclass(part) is null then
      begin
        execute format('create table %I partition of audit_events for values from (%L) to (%L)',
          part, month::timestamptz, (month + interval '1 month')::timestamptz);
        execute format('revoke update, delete, truncate on %I from bedside_app', part);
      exception when check_violation then
        null; -- rows of that month already stand in the DEFAULT partition
      end;
    end if;
    month := (month + interval '1 month')::date;
  end loop;
end $$;
revoke execute on function ensure_audit_partitions from public;
