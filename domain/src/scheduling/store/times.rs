//! What decides open times: policies, hours, exceptions, busy times.

use super::{
    rooms::{self, Taking},
    today, visit_types, zone,
};
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
    directory::DayHours,
    errors::FieldFault,
    ids::{AppointmentId, ClinicId, DoctorId, PatientId},
    scheduling::{
        BookingPolicy, ClosedDays, DayException, ExceptionKind, HoursRule, LocalHours, Occupied, TimeRange, VisitMode,
        views::ExceptionView,
    },
};
use sqlx::PgConnection;
use std::{
    collections::{BTreeSet, HashMap},
    num::NonZeroU16,
};
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

/// The times of a doctor for an appointment that is to be moved: its own room does not count as taken.
pub(in crate::scheduling) async fn load_for_moving(
    connection: &mut PgConnection,
    doctor: DoctorId,
    now: Timestamp,
    (patient, moving): (PatientId, AppointmentId),
) -> Result<Option<DoctorTimes>> {
    let taking = Taking { now, since: now, until: None, patient: Some(patient), moving: Some(moving) };
    Ok(read(connection, &[doctor], None, taking).await?.remove(&doctor))
}

/// The same, but reservations that are over when `within` begins, or begin when it is over, are left out: only times within it may be asked for.
pub(in crate::scheduling) async fn load_within(
    connection: &mut PgConnection,
    doctors: &[DoctorId],
    now: Timestamp,
    within: Option<(Timestamp, Timestamp)>,
    patient: Option<PatientId>,
) -> Result<HashMap<DoctorId, DoctorTimes>> {
    let (since, until) = within.map_or((now, None), |(since, until)| (since, Some(until)));
    read(connection, doctors, within, Taking { now, since, until, patient, moving: None }).await
}

async fn read(
    connection: &mut PgConnection,
    doctors: &[DoctorId],
    within: Option<(Timestamp, Timestamp)>,
    taking: Taking,
) -> Result<HashMap<DoctorId, DoctorTimes>> {
    let Taking { now, patient, .. } = taking;
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
            let part = part(times, &row)?;
            match row.part {
                HoursPart::Rule(rule) => part.rules.push(rule),
                HoursPart::Exception(differs) => part.exceptions.push(differs.exception),
            }
        }
    }
    add_rooms(connection, &mut found, taking).await?;
    // An overbooked visit takes its time too. It has an index of its own, so it is asked for by itself.
    // Visits count for the day's number also when they are over and have no reservation any more. A day is never longer than two days around an instant of it.
    let busy = sqlx::query!(
        "select doctor_id as \"doctor_id!\", lower(patient_range) as \"starts_at!\", upper(patient_range) as \"ends_at?\",
           lower(doctor_range) as \"start?\", upper(doctor_range) as \"end?\"
         from reservations
         where doctor_id = any($1) and not beside and doctor_range && tstzrange($5::timestamptz, $4::timestamptz)
           and (kind <> 'held' or (expires_at > $2 and patient_id is distinct from $3))
         union all
         select doctor_id, lower(patient_range), upper(patient_range), lower(doctor_range), upper(doctor_range)
         from reservations where doctor_id = any($1) and beside and doctor_range && tstzrange($5::timestamptz, $4::timestamptz)
         union all
         select d.doctor_id, x.starts_at, null, null, null
         from doctor_profile d cross join lateral (
           select a.starts_at from appointments a where a.doctor_id = d.doctor_id and a.state <> 'cancelled'
           union all
           select lower(r.patient_range) from reservations r
           where r.doctor_id = d.doctor_id and r.kind = 'held' and r.expires_at > $2 and r.patient_id is distinct from $3) x
         where d.doctor_id = any($1) and d.most_per_day is not null and x.starts_at > $5::timestamptz - interval '2 days'
           and ($4::timestamptz is null or x.starts_at < $4::timestamptz + interval '2 days')
         union all
         select doctor_id, lower(busy), upper(busy), lower(busy), upper(busy)
         from outside_busy
         where doctor_id = any($1) and busy && tstzrange($5::timestamptz, $4::timestamptz)",
        &ids,
        now.to_sqlx(),
        patient.map(PatientId::uuid),
        within.map(|(_, until)| until.to_sqlx()),
        within.map_or(now, |(since, _)| since).to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    for row in busy {
        let Some(times) = found.get_mut(&DoctorId::from(row.doctor_id)) else { continue };
        let starts_at = row.starts_at.to_jiff();
        let (Some(ends_at), Some(start), Some(end)) = (row.ends_at, row.start, row.end) else {
            times.counted.push(starts_at);
            continue;
        };
        let (visit, with_buffers) =
            (TimeRange::new(starts_at, ends_at.to_jiff()), TimeRange::new(start.to_jiff(), end.to_jiff()));
        times.busy.extend(visit.zip(with_buffers).map(|(visit, with_buffers)| Occupied { visit, with_buffers }));
    }
    Ok(found)
}

/// Adds when the rooms are taken, if any of the doctors meets patients in person.
async fn add_rooms(connection: &mut PgConnection, found: &mut HashMap<DoctorId, DoctorTimes>, taking: Taking) -> Result<()> {
    let in_person = found.values().filter(|times| times.types.iter().any(|offered| offered.mode == VisitMode::InPerson));
    let clinics: BTreeSet<Uuid> = in_person.flat_map(|times| &times.clinics).map(|part| part.clinic.uuid()).collect();
    if clinics.is_empty() {
        return Ok(());
    }
    let clinics: Vec<Uuid> = clinics.into_iter().collect();
    let rooms = rooms::taken(connection, &clinics, taking).await?;
    for part in found.values_mut().flat_map(|times| &mut times.clinics) {
        if let Some(rooms) = rooms.get(&part.clinic) {
            part.rooms.clone_from(rooms);
        }
    }
    Ok(())
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
                (empty_part(&row)?, Vec::new())
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

/// The booking policies of doctors, and whether they accept bookings at all. A licence is valid on its last day too.
async fn policies(connection: &mut PgConnection, ids: &[Uuid], today: Date) -> Result<HashMap<DoctorId, DoctorTimes>> {
    let rows = sqlx::query!(
        "select d.doctor_id as \"id!\", d.slot_minutes as \"slot_minutes!\", d.buffer_before_minutes as \"buffer_before_minutes!\",
           d.buffer_after_minutes as \"buffer_after_minutes!\", d.notice_minutes as \"notice_minutes!\",
           d.horizon_days as \"horizon_days!\", d.most_per_day,
           (select max(l.expires_on) from doctor_licence l where l.doctor_id = d.doctor_id) as licensed_until,
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
                horizon_days: row.horizon_days.unsigned_abs(),
                most_per_day: row.most_per_day.map(i16::unsigned_abs).and_then(NonZeroU16::new),
                ..BookingPolicy::of_length(length)
            }
            .with_length(length);
            let standing =
                Standing { verified: row.verified, suspended: row.suspended, licensed: row.licensed, has_fee: row.has_fee };
            let times = DoctorTimes {
                standing,
                types: Vec::new(),
                policy,
                in_clinic: false,
                licensed_until: row.licensed_until.map(jiff_sqlx::Date::to_jiff),
                clinics: Vec::new(),
                busy: Vec::new(),
                counted: Vec::new(),
            };
            (DoctorId::from(row.id), times)
        })
        .collect())
}

/// A part of a doctor's hours at a clinic.
struct HoursRow {
    doctor: DoctorId,
    clinic: ClinicId,
    zone: String,
    /// The clinic's opening hours as they are stored.
    opening: Vec<String>,
    /// The days on which the clinic is closed, each as its first and its last day.
    closed: Vec<String>,
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
           x.on_date as \"on_date?\", x.kind as \"kind?\", x.id as \"id?\", x.note as \"note?\", c.opening_hours as \"opening_hours!\",
           coalesce(k.closed, '{}') as \"closed!\"
         from (
           select r.doctor_id, r.clinic_id, r.weekday, r.starts, r.ends, r.valid_from, r.valid_until, null::date as on_date, null::text as kind,
             null::uuid as id, null::text as note
           from schedule_rules r where r.doctor_id = any($1)
           union all
           select e.doctor_id, e.clinic_id, null, e.starts, e.ends, null, null, e.on_date, e.kind, coalesce(e.part_of, e.id), e.note
           from schedule_exceptions e where e.doctor_id = any($1) and e.on_date >= $2) x
         join clinic_address c on c.clinic_id = x.clinic_id
         left join (
           select clinic_id, array_agg(to_char(first_day, 'YYYY-MM-DD') || ' ' || to_char(last_day, 'YYYY-MM-DD') order by first_day) as closed
           from clinic_closed_days where last_day >= $2 group by clinic_id) k on k.clinic_id = x.clinic_id
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
            let (opening, closed) = (row.opening_hours, row.closed);
            Ok(HoursRow {
                doctor: row.doctor_id.into(),
                clinic: row.clinic_id.into(),
                zone: row.time_zone,
                opening,
                closed,
                part,
            })
        })
        .collect()
}

/// The clinic's part; it is added when the clinic has none yet.
fn part<'a>(times: &'a mut DoctorTimes, row: &HoursRow) -> Result<&'a mut ClinicTimes> {
    let place = match times.clinics.iter().position(|part| part.clinic == row.clinic) {
        Some(place) => place,
        None => {
            times.clinics.push(empty_part(row)?);
            times.clinics.len() - 1
        }
    };
    Ok(&mut times.clinics[place])
}

/// A clinic without hours of the doctor yet.
fn empty_part(row: &HoursRow) -> Result<ClinicTimes> {
    let wrong = |_: FieldFault| Error::internal("the hours of a clinic in the database are malformed");
    let days = |text: &String| -> Result<ClosedDays> {
        let (first, last) = text.split_once(' ').ok_or_else(|| Error::internal("a closure in the database has no end"))?;
        Ok(ClosedDays { first: first.parse().map_err(Error::internal)?, last: last.parse().map_err(Error::internal)? })
    };
    let opening: Vec<Vec<LocalHours>> = row
        .opening
        .iter()
        .map(|day| DayHours::parse(day).map(|hours| hours.periods().to_vec()).map_err(wrong))
        .collect::<Result<_>>()?;
    Ok(ClinicTimes {
        clinic: row.clinic,
        zone: zone(&row.zone)?,
        rules: Vec::new(),
        exceptions: Vec::new(),
        closed: row.closed.iter().map(days).collect::<Result<_>>()?,
        opening: opening.try_into().ok(),
        rooms: Vec::new(),
    })
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
