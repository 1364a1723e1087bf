-- Two records that are alike and of different people, as an administrator has said: the list of likely duplicates leaves the pair out until that is taken back.
create table different_people (
  id uuid primary key,
  -- In the order of their ids, so that a pair has one form.
  first_id uuid not null references patients,
  second_id uuid not null references patients,
  check (first_id < second_id),
  said_by uuid not null references users,
  said_at timestamptz not null,
  taken_back_by uuid references users,
  taken_back_at timestamptz,
  check ((taken_back_at is null) = (taken_back_by is null))
);
create unique index different_people_open on different_people (first_id, second_id) where taken_back_at is null;
revoke delete, truncate on different_people from bedside_app;
