-- A doctor has several licences. The doctor states them and renews them, an administrator checks each, and one that is near its end is announced to the doctor.
--
-- The licence of an application is decided together with the application, so it is 'approved' from the beginning and counts only once the doctor is verified; that
-- is the default. A licence that a verified doctor states later waits for a review of its own. A renewed one replaces the licence that it renews when it is approved.
alter table licences
  -- Where it is valid within the country, if not everywhere in it: a state or a province.
  add column region text,
  add column issued_on date,
  add column state text not null default 'approved' check (state in ('waiting', 'approved', 'refused', 'replaced')),
  -- The licence that this one renews.
  add column renews uuid references licences,
  add column decided_by uuid references users,
  add column decided_at timestamptz,
  -- What the administrator wrote to the doctor.
  add column reply text,
  -- The shortest time before its end, in days, for which the doctor was warned: 60, 30, 7. Null: not yet.
  add column warned_days smallint,
  add column version integer not null default 1;

-- Sending the same licence twice is a mistake of the form, not two licences.
create unique index licences_waiting_once on licences (doctor_id, lower(authority), lower(number)) where state = 'waiting';
create index licences_to_review on licences (created_at, id) where state = 'waiting';
create index licences_near_end on licences (expires_on) where state = 'approved';

-- Whatever makes a doctor's times begin or end to be offered is a change of their times.
create trigger licences_changed after update of state, expires_on on licences
  for each row execute function note_changed_times();

create or replace view doctor_licence with (security_invoker = true) as
  select doctor_id, number, authority, country, expires_on from licences where state = 'approved';
comment on view doctor_licence is
  'Published by directory. The licences that doctors may practise with, expired ones included: a licence is valid on its last day (expires_on) too. Leaves out those that wait for a review, were refused or were replaced. Whether somebody has verified the doctor is the status in doctor_name.';

-- The insurance against malpractice that the doctor has stated. All three or none.
alter table doctors
  add column cover_insurer text,
  add column cover_number text,
  add column cover_until date,
  add constraint doctors_cover check (
    (cover_insurer is null) = (cover_number is null) and (cover_insurer is null) = (cover_until is null));
