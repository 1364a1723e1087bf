-- A doctor who no longer works at a clinic does not treat the patients of its visits: until now a role that had ended kept their records open for as long as
-- that of a doctor who still works there.
create or replace function treats(doctor uuid, patient uuid, prepared timestamptz, kept timestamptz) returns setof boolean language sql stable parallel safe rows 1 as $$
  select true from appointments a join clinic_address c on c.clinic_id = a.clinic_id
  where a.doctor_id = treats.doctor and a.patient_id = treats.patient and a.state not in ('cancelled', 'no_show') and a.ends_at > treats.kept
    and (a.starts_at at time zone c.time_zone)::date <= (treats.prepared at time zone c.time_zone)::date
    and exists (select from doctor_name d join role_held m on m.user_id = d.user_id
      where d.doctor_id = treats.doctor and m.role = 'doctor' and (m.clinic_id is null or m.clinic_id = a.clinic_id))
$$;
comment on function treats is
  'Published by scheduling. Returns a row if the doctor treats the patient, and none otherwise: exists (select from treats(doctor, patient, prepared, kept)). A doctor treats a patient from the day of an appointment on that was neither cancelled nor missed, while they work as a doctor at its clinic: that day must not lie after the day of prepared, where the clinic is, and the appointment must end after kept. The caller computes both from the present moment and the settings (Settings::treatment). No row if one of them is null.';
