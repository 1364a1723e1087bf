-- Two records of one person become one, and can be separated again for 30 days (ADR 43). Rows move to the record that stays, and a journal says which ones, so
-- that separating is exact. The record that ends is deleted and keeps its number, its details and its key.
create table patient_merges (
  id uuid primary key,
  survivor_id uuid not null references patients,
  merged_id uuid not null references patients,
  merged_by uuid not null references users,
  merged_at timestamptz not null,
  -- Until when the records can be separated.
  final_at timestamptz not null check (final_at > merged_at),
  -- Both encrypted with the key of the record that stays: why, and its name, birth date, phone number and address before and after.
  reason_cipher bytea not null,
  details_cipher bytea not null,
  -- The account of the record that ended, if both records had one.
  suspended_user_id uuid references users,
  undone_by uuid references users,
  undone_at timestamptz,
  check (survivor_id <> merged_id),
  check ((undone_at is null) = (undone_by is null))
);
create unique index patient_merges_open on patient_merges (merged_id) where undone_at is null;
create index patient_merges_survivor on patient_merges (survivor_id);
revoke delete, truncate on patient_merges from bedside_app;

-- Which rows a merge has moved. Only the functions below write here.
create table patient_merge_moves (
  merge_id uuid not null references patient_merges,
  table_name text not null,
  -- The id of the row; for patient_access the user, for patient_clinics the clinic.
  row_id uuid not null,
  -- For patient_access the relation.
  part text not null default '',
  primary key (merge_id, table_name, row_id, part)
);
revoke insert, update, delete, truncate on patient_merge_moves from bedside_app;

-- Whose keys open rows of a patient, next to the patient's own key: rows that came with another record are encrypted with its key, and stay so. Only the functions
-- below write here.
create table patient_key_links (
  patient_id uuid not null references patients,
  opens_id uuid not null references patients,
  primary key (patient_id, opens_id),
  check (patient_id <> opens_id)
);
revoke insert, update, delete, truncate on patient_key_links from bedside_app;

-- What hangs on a patient is counted and moved by patient. The other tables have such an index.
create index notes_patient on notes (patient_id);
create index threads_patient on threads (patient_id);
create index ratings_patient on ratings (patient_id);
create index break_glass_patient on break_glass (patient_id);

-- A signed prescription is frozen. Whose record it is in may change, and only by the functions below, which run as the owner of the table; what was signed does not.
create or replace function signed_is_frozen() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'prescriptions' then
    if old.signed_at is not null then
      if tg_op = 'UPDATE' and to_jsonb(new) - 'patient_id' = to_jsonb(old) - 'patient_id'
          and current_user = (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = tg_relid) then
        return new;
      end if;
      raise exception 'prescription % is signed', old.id
        using errcode = 'integrity_constraint_violation', constraint = 'prescriptions_frozen';
    end if;
  elsif exists (select from prescriptions p
      where p.id in (case when tg_op <> 'INSERT' then old.prescription_id end, case when tg_op <> 'DELETE' then new.prescription_id end)
        and p.signed_at is not null) then
    raise exception 'the prescription of this item is signed'
      using errcode = 'integrity_constraint_violation', constraint = 'prescriptions_frozen';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;

-- Moves what hangs on the record that ends, and returns how many rows. It runs as the owner, because the server may not change rows that are only ever added. The
-- caller has locked both patients. Appointments come first: whoever opens a visit has locked its appointment.
create function move_patient_rows(this_merge uuid, at timestamptz) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
  stays uuid;
  ends uuid;
  moved_table text;
begin
  select m.survivor_id, m.merged_id into strict stays, ends from patient_merges m where m.id = this_merge and m.undone_at is null;
  insert into patient_key_links (patient_id, opens_id)
    select stays, k.id from (select ends union select l.opens_id from patient_key_links l where l.patient_id = ends) as k(id) where k.id <> stays
    on conflict do nothing;
  -- Times that somebody only holds are let go.
  delete from reservations r where r.kind = 'held' and r.patient_id in (stays, ends);
  foreach moved_table in array array['appointments', 'reservations', 'encounters', 'threads', 'notes', 'diagnosis_lists', 'diagnoses', 'allergies',
      'prescriptions', 'ratings', 'consents', 'acting_papers', 'break_glass', 'files'] loop
    execute format(
      'with moved as (update %I set patient_id = $1 where patient_id = $2 returning id)
       insert into patient_merge_moves (merge_id, table_name, row_id) select $3, %L, id from moved', moved_table, moved_table)
      using stays, ends, this_merge;
  end loop;
  with moved as (
    update patient_access a set patient_id = stays
    where a.patient_id = ends
      and not exists (select from patient_access o where o.patient_id = stays and o.user_id = a.user_id and o.relation = a.relation)
      -- An account that its owner has deleted keeps nobody else from the record.
      and (a.relation <> 'self' or not exists (select from patient_access o join account u on u.user_id = o.user_id
        where o.patient_id = stays and o.relation = 'self' and (o.ends_at is null or o.ends_at > move_patient_rows.at)))
    returning a.user_id, a.relation)
  insert into patient_merge_moves (merge_id, table_name, row_id, part) select this_merge, 'patient_access', m.user_id, m.relation from moved m;
  -- The reason of a registration is bound to its record and stays there.
  with known as (
    insert into patient_clinics (patient_id, clinic_id, registered_by, registered_at, is_linked)
    select stays, c.clinic_id, c.registered_by, c.registered_at, c.is_linked from patient_clinics c where c.patient_id = ends
    on conflict do nothing returning clinic_id)
  insert into patient_merge_moves (merge_id, table_name, row_id) select this_merge, 'patient_clinics', k.clinic_id from known k;
  return (select count(*) from patient_merge_moves m where m.merge_id = this_merge);
end $$;

-- Gives back what a merge has moved. A visit goes as a whole: what was written at it since goes with it, and its new record opens that with the other one's key.
create function return_patient_rows(this_merge uuid) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  stays uuid;
  ends uuid;
  moved_table text;
begin
  select m.survivor_id, m.merged_id into strict stays, ends from patient_merges m where m.id = this_merge and m.undone_at is null;
  insert into patient_key_links (patient_id, opens_id)
    select ends, k.id from (select stays union select l.opens_id from patient_key_links l where l.patient_id = stays) as k(id) where k.id <> ends
    on conflict do nothing;
  foreach moved_table in array array['appointments', 'reservations', 'allergies', 'consents', 'acting_papers', 'break_glass', 'files', 'threads'] loop
    execute format(
      'update %I t set patient_id = $1 where t.patient_id = $2
         and t.id in (select m.row_id from patient_merge_moves m where m.merge_id = $3 and m.table_name = %L)', moved_table, moved_table)
      using ends, stays, this_merge;
  end loop;
  -- An appointment that was moved to another time since has another reservation.
  update reservations r set patient_id = ends from appointments a
    where a.id = r.appointment_id and a.patient_id = ends and r.patient_id <> ends;
  update encounters e set patient_id = ends from appointments a
    where a.id = e.appointment_id and a.patient_id = ends and e.patient_id <> ends;
  foreach moved_table in array array['threads', 'notes', 'diagnosis_lists', 'diagnoses', 'prescriptions', 'ratings'] loop
    execute format(
      'update %I t set patient_id = $1 from encounters e where e.id = t.encounter_id and e.patient_id = $1 and t.patient_id <> $1', moved_table)
      using ends;
  end loop;
  update patient_access a set patient_id = ends
    where a.patient_id = stays
      and exists (select from patient_merge_moves m
        where m.merge_id = this_merge and m.table_name = 'patient_access' and m.row_id = a.user_id and m.part = a.relation)
      and not exists (select from patient_access o where o.patient_id = ends and o.user_id = a.user_id and o.relation = a.relation);
  delete from patient_clinics c where c.patient_id = stays and c.clinic_id in (
    select m.row_id from patient_merge_moves m where m.merge_id = this_merge and m.table_name = 'patient_clinics');
end $$;

-- How much hangs on a record, for the page that compares two.
create function patient_holdings(patient uuid) returns table (
  appointments bigint, visits bigint, notes bigint, prescriptions bigint, allergies bigint, consents bigint, documents bigint, representatives bigint, ratings bigint
) language sql stable as $$
  select
    (select count(*) from appointments t where t.patient_id = patient_holdings.patient),
    (select count(*) from encounters t where t.patient_id = patient_holdings.patient),
    (select count(*) from notes t where t.patient_id = patient_holdings.patient and t.latest > 0),
    (select count(*) from prescriptions t where t.patient_id = patient_holdings.patient),
    (select count(*) from allergies t where t.patient_id = patient_holdings.patient and t.ended_at is null),
    (select count(*) from consents t where t.patient_id = patient_holdings.patient),
    (select count(*) from acting_papers t where t.patient_id = patient_holdings.patient),
    (select count(*) from patient_access t where t.patient_id = patient_holdings.patient and t.relation <> 'self'),
    (select count(*) from ratings t where t.patient_id = patient_holdings.patient)
$$;

-- Whether something about a patient is under way: a visit, the draft of a prescription, the handover of the record.
create function patient_is_busy(patient uuid, at timestamptz) returns boolean language sql stable as $$
  select exists (select from encounters e join appointments a on a.id = e.appointment_id
      where e.patient_id = patient_is_busy.patient and e.arrived_at is not null and e.ended_at is null
        and a.state in ('requested', 'confirmed', 'in_visit'))
    or exists (select from prescriptions p where p.patient_id = patient_is_busy.patient and p.signed_at is null)
    or exists (select from record_handovers h where h.patient_id = patient_is_busy.patient
        and h.accepted_at is null and h.withdrawn_at is null and h.expires_at > patient_is_busy.at)
$$;

-- The appointments of two patients that one patient could not have both.
create function overlapping_appointments(one uuid, other uuid) returns table (
  one_starts timestamptz, one_ends timestamptz, other_starts timestamptz, other_ends timestamptz
) language sql stable as $$
  select lower(a.patient_range), upper(a.patient_range), lower(b.patient_range), upper(b.patient_range)
  from reservations a join reservations b on b.patient_range && a.patient_range
  where a.patient_id = overlapping_appointments.one and b.patient_id = overlapping_appointments.other
    and a.appointment_id is not null and b.appointment_id is not null
  order by lower(a.patient_range), lower(b.patient_range)
$$;

create function survivor_of(patient uuid) returns uuid language sql stable as $$
  with recursive chain(id, depth) as (
    select m.survivor_id, 1 from patient_merges m where m.merged_id = survivor_of.patient and m.undone_at is null
    union all
    select m.survivor_id, c.depth + 1 from chain c join patient_merges m on m.merged_id = c.id and m.undone_at is null
  )
  select c.id from chain c order by c.depth desc limit 1
$$;

create function merged_into(patient uuid) returns setof uuid language sql stable parallel safe rows 1 as $$
  with recursive chain(id) as (
    select m.merged_id from patient_merges m where m.survivor_id = merged_into.patient and m.undone_at is null
    union
    select m.merged_id from chain c join patient_merges m on m.survivor_id = c.id and m.undone_at is null
  )
  select c.id from chain c
$$;
comment on function merged_into is
  'Published by directory. The records that were merged into the record of this patient and were not separated again, also those that were merged into one of them. The audit log keeps their ids.';
