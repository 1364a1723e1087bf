-- What the guardians of teenagers see is a policy of each clinic. 'everything' is what they saw before. 'appointments' lets them book, see the appointments and join the
-- visits, and shows nothing of the record.
alter table clinics add column guardians_of_teens text not null default 'everything' check (guardians_of_teens in ('everything', 'appointments'));
alter table clinic_versions
  add column guardians_of_teens text not null default 'everything' check (guardians_of_teens in ('everything', 'appointments'));

create function sees_appointments_only(guardian uuid, patient uuid, at timestamptz, kept timestamptz, teen date, of_age date)
returns setof boolean language sql stable parallel safe rows 1 as $$
  select true from patients p
  where p.id = sees_appointments_only.patient
    and not exists (select from patient_access o
      where o.patient_id = p.id and o.user_id = sees_appointments_only.guardian and o.relation <> 'guardian'
        and o.starts_at <= sees_appointments_only.at and (o.ends_at is null or o.ends_at > sees_appointments_only.at))
    and case
      when p.date_of_birth <= sees_appointments_only.of_age then
        not exists (select from patient_access s
          where s.patient_id = p.id and s.relation = 'self' and (s.ends_at is null or s.ends_at > sees_appointments_only.at))
        and not exists (select from acting_papers d
          where d.patient_id = p.id and d.user_id = sees_appointments_only.guardian and d.relation = 'guardian'
            and d.until > sees_appointments_only.at)
      when p.date_of_birth <= sees_appointments_only.teen then
        exists (select from cared_for_at(p.id, null, sees_appointments_only.kept) c join clinics k on k.id = c
          where k.guardians_of_teens = 'appointments')
      else false
    end
$$;
comment on function sees_appointments_only is
  'Published by directory. Returns a row if a guardian of the patient sees only appointments at this instant, and none otherwise. teen and of_age are the last dates of birth of those who have these ages. A teenager: if one of the clinics where the patient is cared for says so. Of age: always, unless the patient has an account of their own, and so has decided, or a clinic has seen a document that makes the user a legal guardian. Nobody who also has another right to act is narrowed.';
