-- A care group is some people of a clinic who answer patients together: doctors, nurses, reception. A conversation may be with a group instead of a doctor or a desk.
create table care_groups (
  id uuid primary key,
  clinic_id uuid not null references clinics,
  name text not null check (length(name) between 1 and 60),
  added_by uuid not null references users,
  added_at timestamptz not null,
  -- An ended group begins no conversation any more. Its members still read and close those that it has.
  ended_by uuid references users,
  ended_at timestamptz,
  check ((ended_by is null) = (ended_at is null))
);
create unique index care_groups_name on care_groups (clinic_id, name) where ended_at is null;
revoke delete, truncate on care_groups from bedside_app;

-- Who belongs to a group. Whoever is taken out and comes back has another row.
create table care_group_members (
  id uuid primary key,
  group_id uuid not null references care_groups,
  user_id uuid not null references users,
  added_by uuid not null references users,
  added_at timestamptz not null,
  left_at timestamptz,
  removed_by uuid references users,
  check ((left_at is null) = (removed_by is null))
);
create unique index care_group_members_now on care_group_members (group_id, user_id) where left_at is null;
create index care_group_members_user on care_group_members (user_id) where left_at is null;
revoke delete, truncate on care_group_members from bedside_app;

-- The members of a group who work at its clinic now, as doctor, as nurse or at the desk, and can sign in.
create function works_in_care_group(this_group uuid) returns setof uuid language sql stable as $$
  select distinct m.user_id from care_group_members m
    join care_groups g on g.id = m.group_id
    join role_held h on h.user_id = m.user_id and h.role in ('doctor', 'nurse', 'receptionist') and (h.clinic_id is null or h.clinic_id = g.clinic_id)
  where m.group_id = this_group and m.left_at is null and not exists (select from closed_account x where x.user_id = m.user_id)
$$;

alter table conversations
  add column group_id uuid references care_groups,
  drop constraint conversations_check,
  drop constraint conversations_check2,
  -- With whom the patient writes: one of them.
  add constraint conversations_one_counterpart check (num_nonnulls(doctor_id, clinic_id, group_id) = 1),
  -- At a desk and in a group a colleague answers.
  add constraint conversations_assigned check (assigned_to is null or doctor_id is null);
create index conversations_group on conversations (group_id, last_at desc, thread_id desc) where group_id is not null;
