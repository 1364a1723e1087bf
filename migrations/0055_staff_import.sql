-- Administrators invite staff from a file. The file may name the people, so that the list of invitations and the form that accepts one can show a name.

alter table invitations add column name text check (name <> '');
comment on column invitations.name is
  'The name that the administrator gave. The mail does not contain it, because nobody has proved that the address is that person''s.';
