-- A notice about a conversation with the desk of a clinic has no doctor. A guardian who sees appointments only has no conversations, and no notices about them.
alter table notices alter column doctor_id drop not null;

create or replace function notice_shown(reader uuid, kind text, patient uuid, at timestamptz, kept timestamptz, teen date, of_age date)
returns setof boolean language sql stable parallel safe rows 1 as $$
  select true
  where notice_shown.patient is null
    or (exists (select from representatives(notice_shown.patient, notice_shown.at) r where r = notice_shown.reader)
      and (notice_shown.kind not in ('message', 'conversation', 'prescription', 'prescription_cancelled')
        or not exists (select from sees_appointments_only(notice_shown.reader, notice_shown.patient, notice_shown.at, notice_shown.kept, notice_shown.teen,
          notice_shown.of_age))))
$$;
comment on function notice_shown is
  'Returns a row if the reader of a notice may see it at this instant, and none otherwise: it is told to them as the doctor or at the desk, or they act for the patient and are not narrowed to appointments. The last three parameters are those of sees_appointments_only.';
