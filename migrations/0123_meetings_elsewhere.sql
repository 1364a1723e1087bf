-- A visit can take place at a meeting elsewhere on the web. The clinic enters its link: for a type of visits, or for one appointment.

alter table visit_types
  drop constraint visit_types_mode_check,
  add constraint visit_types_mode_check check (mode in ('video', 'in_person', 'phone', 'external')),
  -- The link of visits for which no other one is entered. Null: each has its own.
  add column meeting_link text check (meeting_link like 'https://_%' and length(meeting_link) <= 500);

alter table appointments
  drop constraint appointments_mode_check,
  add constraint appointments_mode_check check (mode in ('video', 'in_person', 'phone', 'external')),
  -- Encrypted with the patient's key. Null: the link of the visit type counts.
  add column meeting_link_cipher bytea;

alter table reservations
  drop constraint reservations_mode_check,
  add constraint reservations_mode_check check (mode in ('video', 'in_person', 'phone', 'external'));

alter table waiting_entries
  drop constraint waiting_entries_mode_check,
  add constraint waiting_entries_mode_check check (mode in ('video', 'in_person', 'phone', 'external'));

alter table waiting_offers
  drop constraint waiting_offers_mode_check,
  add constraint waiting_offers_mode_check check (mode in ('video', 'in_person', 'phone', 'external'));
