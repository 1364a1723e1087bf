-- Fills a migrated database with people, appointments, sessions, mails and an audit log, to see what happens to a query when its tables are large.
--
-- Two values are put in: the number of doctors (`:doctors`; there are fifty patients, three hundred appointments, two hundred audit rows and as many seals for
-- each), and the moment around which everything lies (`:at`). `cargo xtask fill` runs it with psql, the tests through `TestClinic::fill`; it must run in one
-- transaction, once in a database. The rows are made in the database itself, so nothing has to be sent to it.
--
-- The people are numbers: nobody can sign in as one of them, nothing about them can be decrypted, and the seals do not fit the rows.

create function pg_temp.id(kind text, number bigint) returns uuid language sql immutable as $$ select md5(kind || number)::uuid $$;

-- Each row would be noted for the renewal of free times, and compared with its reservation. The rows below fit.
alter table memberships disable trigger memberships_begun;
alter table licences disable trigger licences_stated;
alter table schedule_rules disable trigger schedule_rules_changed;
alter table reservations disable trigger reservations_changed;
alter table appointments disable trigger appointments_reserved;

insert into clinics (id, name, time_zone, country, currency, address_lines)
  select pg_temp.id('clinic', i), 'Clinic ' || i, 'Europe/London', 'GB', 'GBP', '{}' from generate_series(0, :doctors / 50) i;
insert into specialties (id, slug, name)
  select pg_temp.id('specialty', i), 'filled-' || i, 'Specialty ' || i from generate_series(0, 19) i;

insert into users (id, display_name, name_search, email, email_key, email_confirmed_at, time_zone, created_at)
  select pg_temp.id('doctor user', i), 'Dr Filled ' || i, 'dr filled ' || i, 'doctor' || i || '@filled.example', 'doctor' || i || '@filled.example',
    (:at)::timestamptz - interval '2 years', 'Europe/London', (:at)::timestamptz - interval '2 years'
  from generate_series(0, :doctors - 1) i;
insert into doctors (id, user_id, full_name, name_search, status, fee_minor, fee_checked_at, currency, applied_at)
  select pg_temp.id('doctor', i), pg_temp.id('doctor user', i), 'Dr Filled ' || i, 'dr filled ' || i, 'verified', 6000,
    (:at)::timestamptz - interval '2 years', 'GBP', (:at)::timestamptz - interval '2 years'
  from generate_series(0, :doctors - 1) i;
insert into memberships (id, user_id, role, clinic_id, created_at)
  select pg_temp.id('membership', i), pg_temp.id('doctor user', i), 'doctor', pg_temp.id('clinic', i / 50), (:at)::timestamptz - interval '2 years'
  from generate_series(0, :doctors - 1) i;
insert into licences (id, doctor_id, number, authority, country, expires_on, created_at)
  select pg_temp.id('licence', i), pg_temp.id('doctor', i), 'F' || i, 'GMC', 'GB', '2099-12-31', (:at)::timestamptz - interval '2 years'
  from generate_series(0, :doctors - 1) i;
insert into doctor_specialties (doctor_id, specialty_id)
  select pg_temp.id('doctor', i), pg_temp.id('specialty', i % 20) from generate_series(0, :doctors - 1) i;
insert into schedule_rules (id, doctor_id, clinic_id, weekday, starts, ends, valid_from)
  select gen_random_uuid(), pg_temp.id('doctor', i), pg_temp.id('clinic', i / 50), weekday, '09:00', '17:00', '2020-01-01'
  from generate_series(0, :doctors - 1) i, generate_series(1, 5) weekday;
insert into first_times (doctor_id, starts_at, renew_at)
  select pg_temp.id('doctor', i), date_trunc('day', (:at)::timestamptz) + interval '1 day 9 hours' + (i % 60) * interval '1 hour',
    (:at)::timestamptz + interval '1 day'
  from generate_series(0, :doctors - 1) i;

insert into users (id, display_name, name_search, email, email_key, email_confirmed_at, time_zone, created_at)
  select pg_temp.id('patient user', i), initcap(left(md5('name' || i), 8)) || ' Filled', left(md5('name' || i), 8) || ' filled',
    'patient' || i || '@filled.example', 'patient' || i || '@filled.example', created_at, 'Europe/London', created_at
  from (select i, (:at)::timestamptz - (i % 700 + 1) * interval '1 day' as created_at from generate_series(0, 50 * :doctors - 1) i) numbered;
insert into patients (id, full_name, name_search, date_of_birth, time_zone, created_at)
  select pg_temp.id('patient', i), initcap(left(md5('name' || i), 8)) || ' Filled', left(md5('name' || i), 8) || ' filled', date '1940-01-01' + (i % 25000), 'Europe/London',
    (:at)::timestamptz - interval '1 year'
  from generate_series(0, 50 * :doctors - 1) i;
insert into patient_access (patient_id, user_id, relation, starts_at)
  select pg_temp.id('patient', i), pg_temp.id('patient user', i), 'self', (:at)::timestamptz - interval '1 year'
  from generate_series(0, 50 * :doctors - 1) i;
insert into patient_keys (patient_id, wrapped, created_at)
  select pg_temp.id('patient', i), '\x00', (:at)::timestamptz - interval '1 year' from generate_series(0, 50 * :doctors - 1) i;

-- Each doctor sees one patient a day at ten, for 280 days until today and 20 days from now on.
create temporary table planned on commit drop as
  select k, k % (50 * :doctors) as patient, k % :doctors as doctor,
    date_trunc('day', (:at)::timestamptz) + (k / :doctors - 280) * interval '1 day' + interval '10 hours' as starts_at
  from generate_series(0, 300 * :doctors - 1) k;
insert into appointments (id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, mode, reason_cipher, fee_minor, currency, booked_by, booked_at)
  select pg_temp.id('appointment', k), pg_temp.id('patient', patient), pg_temp.id('doctor', doctor), pg_temp.id('clinic', doctor / 50), starts_at,
    starts_at + interval '30 minutes', case when starts_at < (:at)::timestamptz then 'completed' else 'confirmed' end, 'video', '\x00', 6000, 'GBP',
    pg_temp.id('patient user', patient), starts_at - interval '30 days'
  from planned;
insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, appointment_id)
  select gen_random_uuid(), pg_temp.id('doctor', doctor), pg_temp.id('patient', patient), tstzrange(starts_at, starts_at + interval '30 minutes'),
    tstzrange(starts_at, starts_at + interval '30 minutes'), 'confirmed', pg_temp.id('appointment', k)
  from planned where starts_at >= (:at)::timestamptz;
insert into encounters (id, appointment_id, patient_id, doctor_id, clinic_id, arrived_at, admitted_at, ended_at)
  select pg_temp.id('encounter', k), pg_temp.id('appointment', k), pg_temp.id('patient', patient), pg_temp.id('doctor', doctor),
    pg_temp.id('clinic', doctor / 50), visited_at, visited_at, visited_at + interval '20 minutes'
  from (select *, case when starts_at < (:at)::timestamptz then starts_at end as visited_at from planned) visited;

insert into sessions (id, user_id, kind, created_at, last_seen_at, authenticated_at, credential_epoch, assurance, expires_at)
  select gen_random_uuid(), pg_temp.id('patient user', i % (50 * :doctors)), 'browser', began_at, began_at, began_at, 1, 'one_factor',
    began_at + interval '30 days'
  from (select i, (:at)::timestamptz - (i % 28) * interval '1 day' as began_at from generate_series(0, 100 * :doctors - 1) i) begun;
insert into mails (id, event_id, kind, user_id, state, attempts, created_at, sent_at)
  select gen_random_uuid(), gen_random_uuid(), 'confirm_email', pg_temp.id('patient user', i % (50 * :doctors)), 'sent', 1, made_at, made_at
  from (select i, (:at)::timestamptz - (i % 80) * interval '1 day' as made_at from generate_series(0, 100 * :doctors - 1) i) made;

-- One row a second until now, all of one transaction; and seals of which the last covers that transaction.
insert into audit_events (id, at, era, action, outcome, actor_user_id, actor_role, patient_ids, body, mac)
  select gen_random_uuid(), (:at)::timestamptz - i * interval '1 second', coalesce((select max(era) from database_eras), 1),
    (array['scheduling.appointments_listed', 'identity.signed_in', 'scheduling.time_held', 'visits.joined'])[1 + i % 4], 'done',
    pg_temp.id('patient user', i % (50 * :doctors)), 'patient', array[pg_temp.id('patient', i % (50 * :doctors))], '\x00', '\x00'
  from generate_series(0, 200 * :doctors - 1) i;
insert into audit_seals (number, era, xid_from, xid_to, row_count, merkle_root, previous_root, sealed_at, mac)
  select (select coalesce(max(number), 0) from audit_seals) + i, coalesce((select max(era) from database_eras), 1), (i - 1)::text::xid8,
    (case when i = 200 * :doctors then pg_current_xact_id()::text::bigint + 1 else i end)::text::xid8, 1, '\x00', '\x00',
    (:at)::timestamptz - (200 * :doctors - i) * interval '1 second', '\x00'
  from generate_series(1, 200 * :doctors) i;

alter table memberships enable trigger memberships_begun;
alter table licences enable trigger licences_stated;
alter table schedule_rules enable trigger schedule_rules_changed;
alter table reservations enable trigger reservations_changed;
alter table appointments enable trigger appointments_reserved;
-- New rows wait in a list beside a GIN index until the table is vacuumed; while the list is long, the planner reads the table instead.
select gin_clean_pending_list(c.oid) from pg_class c join pg_am a on a.oid = c.relam
  where a.amname = 'gin' and c.relkind = 'i' and c.relnamespace = 'public'::regnamespace;
analyze;
