-- Where a clinic is on the map, so that patients find doctors near them. The coordinates are degrees of WGS 84 in hundred-thousandths (about one metre), as whole numbers, so
-- that what is stored is exactly what was typed. They are given together or not at all. The postcode is the one by which the clinic is found; the address stays as it is printed.
alter table clinics
  add column postcode text check (length(postcode) between 2 and 12),
  add column latitude_e5 integer check (latitude_e5 between -9000000 and 9000000),
  add column longitude_e5 integer check (longitude_e5 between -18000000 and 18000000),
  add constraint clinics_whole_position check ((latitude_e5 is null) = (longitude_e5 is null));
alter table clinic_versions
  add column postcode text check (length(postcode) between 2 and 12),
  add column latitude_e5 integer check (latitude_e5 between -9000000 and 9000000),
  add column longitude_e5 integer check (longitude_e5 between -18000000 and 18000000),
  add constraint clinic_versions_whole_position check ((latitude_e5 is null) = (longitude_e5 is null));
