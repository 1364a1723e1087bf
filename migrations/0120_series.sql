-- A series is some visits that are booked together. Each of them is an appointment like any other; it only remembers its series and its place in it. A series has no row of its
-- own: nothing about it changes, and it has the patient, the doctor and the clinic of its appointments.
alter table appointments
  add column series_id uuid,
  -- "3 of 8": the place by the time at booking, and how many there were. A cancelled or moved visit keeps its place.
  add column series_place smallint,
  add column series_size smallint,
  add constraint appointments_series check (
    (series_id is null and series_place is null and series_size is null)
    or (series_id is not null and series_place is not null and series_size is not null
      and series_size between 2 and 52 and series_place between 1 and series_size));
create unique index appointments_of_series on appointments (series_id, series_place) where series_id is not null;
