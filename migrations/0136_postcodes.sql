-- Where the middle of each postcode is. An operator imports them with `bedside postcodes import`; without any, only the postcodes of the clinics themselves are known.
-- The postcode is without spaces and dashes, in capitals. Coordinates as in `clinics`: WGS 84, in hundred-thousandths of a degree.
create table postcodes (
  postcode text not null check (postcode ~ '^[A-Z0-9]{2,10}$'),
  country text not null check (country ~ '^[A-Z]{2}$'),
  latitude_e5 integer not null check (latitude_e5 between -9000000 and 9000000),
  longitude_e5 integer not null check (longitude_e5 between -18000000 and 18000000),
  primary key (postcode, country)
);
revoke delete, truncate on postcodes from bedside_app;
