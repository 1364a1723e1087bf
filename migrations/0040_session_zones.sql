-- Roughly where a session was started, for its owner: the time zone that the browser has told. Nothing else is derived from the address.
alter table sessions add column time_zone text;
