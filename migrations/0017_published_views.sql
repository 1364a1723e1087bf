-- One area of the domain writes a table, and the others read what it publishes: the views and functions below. `xtask/src/rules/owners.rs` lists the owner of
-- each table, view and function, and `cargo xtask lint` checks the queries. The comment on a view is its contract: who publishes it, what a row is, and what it
-- leaves out. A view may grow a column; a column that others read is not removed or given another meaning.
--
-- The views run with the rights of the caller (security_invoker), so that a view never shows the server more than its tables do. They are for reading only.

-- identity

create view person_name with (security_invoker = true) as
  select id as user_id, display_name as name, latin_name from users;
comment on view person_name is
  'Published by identity. What a user is called, one row for each user, also suspended and deleted ones. latin_name is null if none was given. Leaves out everything else about the account.';

create view account with (security_invoker = true) as
  select id as user_id, display_name as name, name_search, email, email_key, email_confirmed_at, language, time_zone, suspended_at, created_at, version
  from users where deleted_at is null;
comment on view account is
  'Published by identity. The accounts that exist, suspended ones included (suspended_at says since when), deleted ones not. name_search and email_key are the forms that searches compare. Leaves out the password, sessions and consents.';

create view role_held with (security_invoker = true) as
  select user_id, role, clinic_id, created_at as since, id as membership_id from memberships where ended_at is null;
comment on view role_held is
  'Published by identity. The staff roles that users hold now. clinic_id is null for all clinics. Leaves out roles that have ended, and the role of a patient, which is in patient_representative.';

-- directory

create view doctor_name with (security_invoker = true) as
  select id as doctor_id, user_id, full_name as name, status from doctors;
comment on view doctor_name is
  'Published by directory. Who a doctor is, one row for everybody who has ever applied; status says whether they are verified. Leaves out the profile.';

create view doctor_listing with (security_invoker = true) as
  select d.id as doctor_id, d.full_name as name, d.name_search
  from doctors d join account a on a.user_id = d.user_id
  where d.status = 'verified' and a.suspended_at is null;
comment on view doctor_listing is
  'Published by directory. The doctors whom patients may find: verified, and the account is neither suspended nor deleted. A licence that has expired depends on the date, so the caller checks doctor_licence too.';

create view doctor_profile with (security_invoker = true) as
  select id as doctor_id, full_name as name, about, languages, fee_minor, currency, slot_minutes, buffer_before_minutes, buffer_after_minutes, notice_minutes,
    horizon_days, version
  from doctors;
comment on view doctor_profile is
  'Published by directory. What a doctor tells patients, and how their visits are offered: fee in minor units, lengths and buffers in minutes, notice in minutes, horizon in days. version grows with each change of the profile or the hours. One row for each doctor, listed or not.';

create view doctor_specialty with (security_invoker = true) as
  select x.doctor_id, s.slug, s.name from doctor_specialties x join specialties s on s.id = x.specialty_id;
comment on view doctor_specialty is
  'Published by directory. The specialties of each doctor, with their slug for addresses and their name.';

create view doctor_licence with (security_invoker = true) as
  select doctor_id, number, authority, country, expires_on from licences;
comment on view doctor_licence is
  'Published by directory. The licences that doctors have stated, expired ones included: a licence is valid on its last day (expires_on) too. Whether somebody has verified it is the status in doctor_name.';

create view doctor_decision with (security_invoker = true) as
  select id as decision_id, doctor_id, decision, reason, decided_at from verification_decisions;
comment on view doctor_decision is
  'Published by directory. The decisions on applications, with the reason that the doctor is told. Leaves out who decided.';

create view clinic_address with (security_invoker = true) as
  select id as clinic_id, name, country, time_zone, address_lines, phone from clinics;
comment on view clinic_address is
  'Published by directory. What each clinic is called, where it is (country as ISO 3166-1 alpha-2, time zone as IANA name) and how it is reached.';

create view patient_identity with (security_invoker = true) as
  select id as patient_id, number, full_name as name, latin_name, date_of_birth, time_zone, deleted_at from patients;
comment on view patient_identity is
  'Published by directory. Who a patient is, one row for each patient. Rows with deleted_at are hidden from everybody: a query that decides on access leaves them out. Leaves out the phone number, which is encrypted.';

create view patient_representative with (security_invoker = true) as
  select patient_id, user_id, relation from patient_access where ends_at is null;
comment on view patient_representative is
  'Published by directory. The users who act for a patient now: the patient (self), a guardian or a helper. Leaves out those whose access has ended.';

-- scheduling

create view appointment_plan with (security_invoker = true) as
  select id as appointment_id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, version from appointments;
comment on view appointment_plan is
  'Published by scheduling. Who meets whom, where and when, one row for each appointment, cancelled ones included (state). Leaves out the reason, which is encrypted, the fee, and who booked.';

-- visits

create view visit_course with (security_invoker = true) as
  select id as encounter_id, appointment_id, patient_id, doctor_id, clinic_id, arrived_at, admitted_at, ended_at from encounters;
comment on view visit_course is
  'Published by visits. The people of each visit and how far it is: arrived, admitted, ended; null is not yet. Leaves out the state of the connection.';

-- chat

create view thread_visit with (security_invoker = true) as
  select id as thread_id, encounter_id from threads;
comment on view thread_visit is
  'Published by chat. The visit that a conversation belongs to; null if it belongs to none. Leaves out the messages.';

-- records

create view visit_diagnosis with (security_invoker = true) as
  select encounter_id, position from diagnoses;
comment on view visit_diagnosis is
  'Published by records. One row for each diagnosis of a visit; position 0 is the main one. Leaves out the code: it only tells that a diagnosis is recorded.';

-- prescriptions

create view prescription_people with (security_invoker = true) as
  select id as prescription_id, patient_id, doctor_id from prescriptions;
comment on view prescription_people is
  'Published by prescriptions. For whom and by whom a prescription is, drafts included. Leaves out what is prescribed, and whether it is signed.';

revoke insert, update, delete, truncate on
  person_name, account, role_held, doctor_name, doctor_listing, doctor_profile, doctor_specialty, doctor_licence, doctor_decision, clinic_address, patient_identity,
  patient_representative, appointment_plan, visit_course, thread_visit, visit_diagnosis, prescription_people
from bedside_app;

-- A function that returns rows, because Postgres puts only such a function into the query that calls it if it reads a table.
create function treats(doctor uuid, patient uuid) returns setof boolean language sql stable parallel safe rows 1 as $$
  select true from appointments a
  where a.doctor_id = treats.doctor and a.patient_id = treats.patient and a.state not in ('cancelled', 'no_show')
$$;
comment on function treats is
  'Published by scheduling. Returns a row if the doctor treats the patient, and none otherwise: exists (select from treats(doctor, patient)). A doctor treats a patient if they have or had an appointment that was neither cancelled nor missed. No row if either is null.';

create function open_encounter(encounter uuid, appointment uuid, patient uuid, doctor uuid, clinic uuid) returns uuid language sql as $$
  insert into encounters (id, appointment_id, patient_id, doctor_id, clinic_id) values (encounter, appointment, patient, doctor, clinic)
    on conflict (appointment_id) do update set appointment_id = excluded.appointment_id
    returning id
$$;
comment on function open_encounter is
  'Published by visits. Creates the visit of an appointment and returns its id; for an appointment that has one, returns that. A function, because scheduling calls it and comes before visits.';
