-- Whoever knows the password of an account can try some codes in each window of the limits on attempts, for ever. So wrong codes are counted for each day, and the owner
-- hears of it by mail.
alter table totp_factors
  add column wrong_codes integer not null default 0 check (wrong_codes >= 0),
  add column wrong_codes_since timestamptz;
comment on column totp_factors.wrong_codes is 'How many wrong codes were typed, after the right password, in the day that began at wrong_codes_since.';
comment on column totp_factors.wrong_codes_since is 'When the first of them was typed; null before the first one.';
