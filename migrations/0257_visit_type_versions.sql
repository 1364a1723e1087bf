-- What a doctor's visit types were in each version: how a visit was called, how it was held, how long it took, what it cost. The doctor and administrators change them, and
-- appointments keep the fee for which they were booked.
create table visit_type_versions (
  visit_type_id uuid not null references visit_types,
  -- The version of the doctor that the change has made; it grows with other changes too, so some numbers are not here.
  version integer not null,
  name text not null,
  mode text not null,
  -- Null: the usual length, fee and buffers of the doctor.
  minutes smallint,
  fee_minor bigint,
  buffer_before_minutes smallint,
  buffer_after_minutes smallint,
  -- In which the doctor was paid then.
  currency text not null,
  is_active boolean not null,
  needs_approval boolean not null,
  -- Not the link itself: who has it can enter the meeting.
  has_meeting_link boolean not null,
  -- Null for what was there before the first change that is kept.
  changed_by uuid references users,
  changed_at timestamptz,
  primary key (visit_type_id, version),
  check ((changed_by is null) = (changed_at is null))
);
revoke update, delete, truncate on visit_type_versions from bedside_app;
