-- A clinic has up to four more lines in the head of its documents, under its address and phone number. A signed document keeps the lines that it was signed with.
alter table clinics add column letterhead_lines text[] not null default '{}' check (cardinality(letterhead_lines) <= 4);
alter table clinic_versions add column letterhead_lines text[] not null default '{}' check (cardinality(letterhead_lines) <= 4);

create or replace view clinic_address with (security_invoker = true) as
  select id as clinic_id, name, country, time_zone, address_lines, phone, opening_hours, letterhead_lines from clinics;
comment on view clinic_address is
  'Published by directory. What each clinic is called, where it is (country as ISO 3166-1 alpha-2, time zone as IANA name) and how it is reached; opening_hours has seven texts from Monday to Sunday, or none when nobody has stated the hours; letterhead_lines are up to four further lines that are printed in the head of documents.';
