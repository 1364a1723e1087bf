-- A doctor's fee is what somebody has set, and not zero until somebody does: patients were offered new doctors at 0.00. Without a fee (null), patients are not
-- offered the doctor; zero means that visits are free of charge.
--
-- Until now no page and no route could set a fee, so a zero was the default and nobody's choice: these fees become unset. Whoever has written a zero with SQL
-- chooses it again on the doctor's profile. What a visit that is already booked costs stays as it is.
alter table doctors alter column fee_minor drop not null, alter column fee_minor drop default;
update doctors set fee_minor = null where fee_minor = 0;

-- When the doctor last confirmed the fee, by saving their profile. Doctors who had a fee before this need not confirm it.
alter table doctors add column fee_checked_at timestamptz;
update doctors set fee_checked_at = applied_at where fee_minor is not null;

create or replace view doctor_listing with (security_invoker = true) as
  select d.id as doctor_id, d.full_name as name, d.name_search
  from doctors d join account a on a.user_id = d.user_id
  where d.status = 'verified' and a.suspended_at is null and d.fee_minor is not null;
comment on view doctor_listing is
  'Published by directory. The doctors whom patients may find: verified, with a fee, and the account is neither suspended nor deleted. A licence that has expired depends on the date, so the caller checks doctor_licence too.';

create or replace view doctor_profile with (security_invoker = true) as
  select id as doctor_id, full_name as name, about, languages, fee_minor, currency, slot_minutes, buffer_before_minutes, buffer_after_minutes, notice_minutes,
    horizon_days, version, fee_checked_at
  from doctors;
comment on view doctor_profile is
  'Published by directory. What a doctor tells patients, and how their visits are offered: fee in minor units, lengths and buffers in minutes, notice in minutes, horizon in days. fee_minor is null until somebody sets it, and 0 for visits free of charge; fee_checked_at is when the doctor last confirmed it, null is never. version grows with each change of the profile or the hours. One row for each doctor, listed or not.';
