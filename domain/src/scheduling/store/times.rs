//! What decides open times: policies, hours, exceptions, busy times.

use super::{today, visit_types, zone};
use crate::{
    Error, Result,
    scheduling::{
        rules::Standing,
        timetable::{ClinicTimes, DoctorTimes},
    },
};
use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
};
use jiff_sqlx::ToSqlx;
use model::{
    ids::{ClinicId, DoctorId, PatientId},
    scheduling::{BookingPolicy, DayException, ExceptionKind, HoursRule, LocalHours, TimeRange, views::ExceptionView},
};
use sqlx::PgConnection;
use std::{collections::HashMap, num::NonZeroU16};
use uuid::Uuid;

/// The times of some doctors. The patient's own holds do not count as busy, because the patient's next step replaces them.
pub(in crate::scheduling) async fn load(
    connection: &mut PgConnection,
    doctors: &[DoctorId],
    now: Timestamp,
    patient: Option<PatientId>,
) -> Result<HashMap<DoctorId, DoctorTimes>> {
    load_within(connection, doctors, now, None, patient).await
}

/// The same, but reservations that are over when `within` begins, or begin when it is over, are left out: only times within it may be asked for.
pub(in crate::scheduling) async fn load_within(
    connection: &mut PgConnection,
    doctors: &[DoctorId],
    now: Timestamp,
    within: Option<(Timestamp, Timestamp)>,
    patient: Option<PatientId>,
) -> Result<HashMap<DoctorId, DoctorTimes>> {
    let ids: Vec<Uuid> = doctors.iter().map(|doctor| doctor.uuid()).collect();
    let mut found = policies(connection, &ids, today(now)).await?;
    for (doctor, types) in visit_types::offered(connection, &ids).await? {
        if let Some(times) = found.get_mut(&doctor) {
            if let Some(first) = types.first() {
                times.of_type(first);
            }
            times.types = types;
        }
    }
    // Yesterday in UTC and later includes today in every time zone.
    let yesterday = today(now).yesterday().map_err(Error::internal)?;
    for row in hours_rows(connection, &ids, yesterday).await? {
        if let Some(times) = found.get_mut(&row.doctor) {
            let part = part(times, row.clinic, &row.zone)?;
            match row.part {
                HoursPart::Rule(rule) => part.rules.push(rule),
                HoursPart::Exception(differs) => part.exceptions.push(differs.exception),
            }
        }
    }
    let busy = sqlx::query!(
        "select doctor_id as \"doctor_id!\", lower(doctor_range) as \"start!\", upper(doctor_range) as \"end!\" from reservations
         where doctor_id = any($1) and not beside and doctor_range && tstzrange($5, $4)
           and (kind <> 'held' or (expires_at > $2 and patient_id is distinct from $3))
         union all
         select doctor_id, lower(busy), upper(busy) from outside_busy where doctor_id = any($1) and busy && tstzrange($5, $4)",
        &ids,
        now.to_sqlx(),
        patient.map(PatientId::uuid),
        within.map(|(_, until)| until.to_sqlx()),
        within.map_or(now, |(since, _)| since).to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    for row in busy {
        let range = TimeRange::new(row.start.to_jiff(), row.end.to_jiff());
        if let (Some(times), Some(range)) = (found.get_mut(&DoctorId::from(row.doctor_id)), range) {
            times.busy.push(range);
        }
    }
    Ok(found)
}

/// A doctor's hours for a calendar: by clinic, the weekly hours and the exceptions from a date on, which also come with their ids and notes.
pub(in crate::scheduling) async fn calendar(
    connection: &mut PgConnection,
    doctor: DoctorId,
    since: Date,
) -> Result<Vec<(ClinicTimes, Vec<ExceptionView>)>> {
    let mut parts: Vec<(ClinicTimes, Vec<ExceptionView>)> = Vec::new();
    for row in hours_rows(connection, &[doctor.uuid()], since).await? {
        // The rows of a clinic follow each other.
        let (mut times, mut differing) = match parts.pop() {
            Some(part) if part.0.clinic == row.clinic => part,
            other => {
                parts.extend(other);
                let zone = zone(&row.zone)?;
                (ClinicTimes { clinic: row.clinic, zone, rules: Vec::new(), exceptions: Vec::new() }, Vec::new())
            }
        };
        match row.part {
            HoursPart::Rule(rule) => times.rules.push(rule),
            HoursPart::Exception(differs) => {
                times.exceptions.push(differs.exception);
                differing.push(differs);
            }
        }
        parts.push((times, differing));
    }
    Ok(parts)
}

/// The booking policies of doctors, and whether they accept bookings at all. A licence is valid on its last day too. Nobody is booked for a day after
/// their licence has ended, so the horizon ends there.
async fn policies(connection: &mut PgConnection, ids: &[Uuid], today: Date) -> Result<HashMap<DoctorId, DoctorTimes>> {
    let rows = sqlx::query!(
        "select d.doctor_id as \"id!\", d.slot_minutes as \"slot_minutes!\", d.buffer_before_minutes as \"buffer_before_minutes!\",
           d.buffer_after_minutes as \"buffer_after_minutes!\", d.notice_minutes as \"notice_minutes!\",
           least(d.horizon_days, (select max(l.expires_on) - $2 from doctor_licence l where l.doctor_id = d.doctor_id))::integer as \"horizon_days!\",
           n.status = 'verified' as \"verified!\",
           not exists (select from account u where u.user_id = n.user_id and u.suspended_at is null) as \"suspended!\",
           exists (select from doctor_licence l where l.doctor_id = d.doctor_id and l.expires_on >= $2) as \"licensed!\",
           d.fee_minor is not null as \"has_fee!\"
         from doctor_profile d join doctor_name n on n.doctor_id = d.doctor_id where d.doctor_id = any($1)",
        ids,
        today.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let length = positive(row.slot_minutes);
            let (before, after) = (row.buffer_before_minutes.unsigned_abs(), row.buffer_after_minutes.unsigned_abs());
            let policy = BookingPolicy {
                buffer_before_mins: before,
                buffer_after_mins: after,
                notice_mins: row.notice_minutes.unsigned_abs(),
                horizon_days: u16::try_from(row.horizon_days).unwrap_or(0),
                ..BookingPolicy::of_length(length)
            }
            .with_length(length);
            let standing =
                Standing { verified: row.verified, suspended: row.suspended, licensed: row.licensed, has_fee: row.has_fee };
            (DoctorId::from(row.id), DoctorTimes { standing, types: Vec::new(), policy, clinics: Vec::new(), busy: Vec::new() })
        })
        .collect())
}

/// A part of a doctor's hours at a clinic.
struct HoursRow {
    doctor: DoctorId,
    clinic: ClinicId,
    zone: String,
    part: HoursPart,
}

enum HoursPart {
    Rule(HoursRule),
    Exception(ExceptionView),
}

/// The weekly hours in order, and the exceptions from a date on, by doctor and clinic. Hours at a clinic where the doctor no longer works count for nothing: nobody
/// is booked for them.
async fn hours_rows(connection: &mut PgConnection, ids: &[Uuid], since: Date) -> Result<Vec<HoursRow>> {
    let rows = sqlx::query!(
        "select x.doctor_id as \"doctor_id!\", x.clinic_id as \"clinic_id!\", c.time_zone as \"time_zone!\", x.weekday as \"weekday?\",
           x.starts as \"starts?\", x.ends as \"ends?\", x.valid_from as \"valid_from?\", x.valid_until as \"valid_until?\",
           x.on_date as \"on_date?\", x.kind as \"kind?\", x.id as \"id?\", x.note as \"note?\"
         from (
           select r.doctor_id, r.clinic_id, r.weekday, r.starts, r.ends, r.valid_from, r.valid_until, null::date as on_date, null::text as kind,
             null::uuid as id, null::text as note
           from schedule_rules r where r.doctor_id = any($1)
           union all
           select e.doctor_id, e.clinic_id, null, e.starts, e.ends, null, null, e.on_date, e.kind, coalesce(e.part_of, e.id), e.note
           from schedule_exceptions e where e.doctor_id = any($1) and e.on_date >= $2) x
         join clinic_address c on c.clinic_id = x.clinic_id
         where exists (select from doctor_name d join role_held m on m.user_id = d.user_id
           where d.doctor_id = x.doctor_id and m.role = 'doctor' and (m.clinic_id is null or m.clinic_id = x.clinic_id))
         order by x.doctor_id, x.clinic_id, x.weekday, x.on_date, x.starts nulls first, x.id",
        ids,
        since.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let times = row.starts.map(jiff_sqlx::Time::to_jiff).zip(row.ends.map(jiff_sqlx::Time::to_jiff));
            let part = match (row.weekday, times, row.on_date.zip(row.kind), row.id) {
                (Some(day), Some((start, end)), None, None) => HoursPart::Rule(HoursRule {
                    weekday: weekday(day)?,
                    hours: hours(start, end)?,
                    valid_from: row.valid_from.map(jiff_sqlx::Date::to_jiff),
                    valid_until: row.valid_until.map(jiff_sqlx::Date::to_jiff),
                }),
                (None, times, Some((date, kind)), Some(id)) => {
                    let exception = DayException { date: date.to_jiff(), kind: exception_kind(&kind, times)? };
                    HoursPart::Exception(ExceptionView { id: id.into(), exception, note: row.note })
                }
                (_, _, _, _) => return Err(Error::internal("hours in the database are neither weekly nor of a day")),
            };
            Ok(HoursRow { doctor: row.doctor_id.into(), clinic: row.clinic_id.into(), zone: row.time_zone, part })
        })
        .collect()
}

/// The clinic's part; it is added when the clinic has none yet.
fn part<'a>(times: &'a mut DoctorTimes, clinic: ClinicId, zone_name: &str) -> Result<&'a mut ClinicTimes> {
    let place = match times.clinics.iter().position(|part| part.clinic == clinic) {
        Some(place) => place,
        None => {
            times.clinics.push(ClinicTimes { clinic, zone: zone(zone_name)?, rules: Vec::new(), exceptions: Vec::new() });
            times.clinics.len() - 1
        }
    };
    Ok(&mut times.clinics[place])
}

pub(in crate::scheduling) fn weekday(number: i16) -> Result<Weekday> {
    i8::try_from(number).map_err(Error::internal).and_then(|day| Weekday::from_monday_one_offset(day).map_err(Error::internal))
}

pub(in crate::scheduling) fn hours(start: Time, end: Time) -> Result<LocalHours> {
    LocalHours::new(start, end).map_err(|_| Error::internal("hours in the database end before they start"))
}

pub(in crate::scheduling) fn exception_kind(kind: &str, times: Option<(Time, Time)>) -> Result<ExceptionKind> {
    match (kind, times) {
        ("off", None) => Ok(ExceptionKind::DayOff),
        ("off", Some((start, end))) => Ok(ExceptionKind::Off { hours: hours(start, end)? }),
        ("extra", Some((start, end))) => Ok(ExceptionKind::Extra { hours: hours(start, end)? }),
        (_, _) => Err(Error::internal("a day in the database differs in an unknown way")),
    }
}

pub(in crate::scheduling) fn positive(minutes: i16) -> NonZeroU16 {
    NonZeroU16::new(minutes.unsigned_abs()).unwrap_or(NonZeroU16::MIN)
}
