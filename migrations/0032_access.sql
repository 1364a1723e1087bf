-- Treatment has a beginning and an end: a booking that lies months ahead opens no record, and a visit of years ago keeps none open. The old server calls the old
-- function, so it must not run beside the new one while this is applied.
drop function treats(uuid, uuid);

create function treats(doctor uuid, patient uuid, prepared timestamptz, kept timestamptz) returns setof boolean language sql stable parallel safe rows 1 as $$
  select true from appointments a join clinic_address c on c.clinic_id = a.clinic_id
  where a.doctor_id = treats.doctor and a.patient_id = treats.patient and a.state not in ('cancelled', 'no_show') and a.ends_at > treats.kept
    and (a.starts_at at time zone c.time_zone)::date <= (treats.prepared at time zone c.time_zone)::date
$$;
comment on function treats is
  'Published by scheduling. Returns a row if the doctor treats the patient, and none otherwise: exists (select from treats(doctor, patient, prepared, kept)). A doctor treats a patient from the day of an appointment on that was neither cancelled nor missed: that day must not lie after the day of prepared, where the clinic is, and the appointment must end after kept. The caller computes both from the present moment and the settings (Settings::treatment). No row if one of them is null.';

-- The partner of treats for those who work at a clinic.
create function cared_for_at(patient uuid, prepared timestamptz, kept timestamptz) returns setof uuid language sql stable parallel safe rows 2 as $$
  select distinct a.clinic_id from appointments a join clinic_address c on c.clinic_id = a.clinic_id
  where a.patient_id = cared_for_at.patient and a.state not in ('cancelled', 'no_show') and a.ends_at > cared_for_at.kept
    and (cared_for_at.prepared is null
      or (a.starts_at at time zone c.time_zone)::date <= (cared_for_at.prepared at time zone c.time_zone)::date)
$$;
comment on function cared_for_at is
  'Published by scheduling. The clinics at which a patient is cared for, by the same appointments as treats. Without prepared, also those with an appointment that lies further ahead: the desk needs to know who will come.';

-- Break-glass: a doctor or a nurse opens a record outside of the usual rules, with a reason, for an hour (ADR 9). The row stays, so that it can be reviewed.
create table break_glass (
  id uuid primary key,
  user_id uuid not null references users,
  patient_id uuid not null references patients,
  -- The role and the clinic in which the user acted; no clinic for a role in all.
  role text not null,
  clinic_id uuid references clinics,
  reason_cipher bytea not null,
  opened_at timestamptz not null,
  until timestamptz not null check (until > opened_at),
  verdict text check (verdict in ('justified', 'unjustified')),
  reviewed_by uuid references users,
  reviewed_at timestamptz,
  check ((verdict is null) = (reviewed_by is null) and (verdict is null) = (reviewed_at is null)),
  check (reviewed_by <> user_id)
);
create index break_glass_of on break_glass (user_id, patient_id, until);
create index break_glass_to_review on break_glass (opened_at) where verdict is null;
revoke delete, truncate on break_glass from bedside_app;

create function broken_glass(opener uuid, patient uuid, at timestamptz) returns setof uuid language sql stable parallel safe rows 1 as $$
  select b.id from break_glass b
  where b.user_id = broken_glass.opener and b.patient_id = broken_glass.patient and b.until > broken_glass.at
  order by b.until desc, b.id desc limit 1
$$;
comment on function broken_glass is
  'Published by directory. The break-glass access that a user has to the record of a patient at this instant: its id, or no row. If there are several, the one that lasts longest.';

-- A user may act for several patients: themselves, a child, somebody they help. A session acts for one of them; null is the user's own record. When the right to act
-- for the chosen one is over, the session acts for the user's own record again.
alter table sessions add column patient_id uuid references patients;
-- A socket acts for the patient for whom its session acted when it opened (0028).
drop trigger rights_of_session_changed on sessions;
create trigger rights_of_session_changed after update on sessions for each row
  when (old.membership_id is distinct from new.membership_id or old.patient_id is distinct from new.patient_id)
  execute function tell_rights_changed('user_id');

-- Who acts for whom is asked at a moment: a right may begin later, and it may have an end that lies ahead. The view knew neither.
drop view patient_representative;

create function representatives(patient uuid, at timestamptz) returns setof uuid language sql stable parallel safe rows 2 as $$
  select distinct pa.user_id from patient_access pa
  where pa.patient_id = representatives.patient and pa.starts_at <= representatives.at and (pa.ends_at is null or pa.ends_at > representatives.at)
$$;
comment on function representatives is
  'Published by directory. The users who act for a patient at this instant, each once: the patient, a guardian or a helper. Leaves out those whose right has not begun or has ended.';

create function represented(representative uuid, at timestamptz) returns table (patient_id uuid, own boolean) language sql stable parallel safe rows 2 as $$
  select pa.patient_id, bool_or(pa.relation = 'self') from patient_access pa join patients p on p.id = pa.patient_id and p.deleted_at is null
  where pa.user_id = represented.representative and pa.starts_at <= represented.at and (pa.ends_at is null or pa.ends_at > represented.at)
  group by pa.patient_id
$$;
comment on function represented is
  'Published by directory. The patients for whom a user acts at this instant, each once; own says whether it is the user''s own record. Leaves out patients who were deleted, and rights that have not begun or have ended.';

comment on view role_held is
  'Published by identity. The staff roles that users hold now. clinic_id is null for all clinics. Leaves out roles that have ended, and the role of a patient, which is in represented.';
