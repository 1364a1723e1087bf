//! A doctor's hours in the database.

use super::times;
use crate::{
    Error, Result,
    access::{Permit, actions::Write},
    db::Tx,
    scheduling::subjects::Timetable,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, ScheduleExceptionId, ScheduleRuleId},
    scheduling::{
        BlockNote, DayException, ExceptionKind, HoursRule, LocalHours,
        views::{ExceptionView, WeekHours},
    },
};
use sqlx::PgConnection;

/// The version of the doctor's row, and the length of a visit in minutes.
pub(in crate::scheduling) async fn version(connection: &mut PgConnection, doctor: DoctorId) -> Result<(i32, u16)> {
    let row = sqlx::query!(
        "select version as \"version!\", slot_minutes as \"slot_minutes!\" from doctor_profile where doctor_id = $1",
        doctor.uuid()
    )
    .fetch_one(connection)
    .await?;
    Ok((row.version, row.slot_minutes.unsigned_abs()))
}

/// The clinics at which a doctor works, by name: through a membership, or because there are hours.
pub(in crate::scheduling) async fn clinics(connection: &mut PgConnection, doctor: DoctorId) -> Result<Vec<ClinicId>> {
    let ids = sqlx::query_scalar!(
        "select c.clinic_id as \"clinic_id!\" from clinic_address c
         where exists (select from role_held m join doctor_name d on d.user_id = m.user_id where d.doctor_id = $1 and m.role = 'doctor'
             and (m.clinic_id is null or m.clinic_id = c.clinic_id))
           or exists (select from schedule_rules r where r.doctor_id = $1 and r.clinic_id = c.clinic_id)
         order by c.name, c.clinic_id",
        doctor.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(ClinicId::from).collect())
}

/// The weekly hours of a doctor that are valid on or after a date, with their clinics.
pub(in crate::scheduling) async fn week(
    connection: &mut PgConnection,
    doctor: DoctorId,
    since: Date,
) -> Result<Vec<(ClinicId, WeekHours)>> {
    let rows = sqlx::query!(
        "select clinic_id, weekday, starts, ends from schedule_rules
         where doctor_id = $1 and (valid_until is null or valid_until >= $2) order by weekday, starts",
        doctor.uuid(),
        since.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let hours = times::hours(row.starts.to_jiff(), row.ends.to_jiff())?;
            Ok((row.clinic_id.into(), WeekHours { weekday: times::weekday(row.weekday)?, hours }))
        })
        .collect()
}

/// Replaces the weekly hours at one clinic, from a date on.
pub(in crate::scheduling) async fn replace_week(
    tx: &mut Tx,
    permit: &Permit<Write, Timetable>,
    clinic: ClinicId,
    week: &[WeekHours],
    from: Date,
) -> Result<()> {
    let Timetable(doctor) = permit.id();
    sqlx::query!("delete from schedule_rules where doctor_id = $1 and clinic_id = $2", doctor.uuid(), clinic.uuid())
        .execute(tx.connection())
        .await?;
    for hours in week {
        let id = tx.new_id::<ScheduleRuleId>();
        let rule = HoursRule { weekday: hours.weekday, hours: hours.hours, valid_from: Some(from), valid_until: None };
        sqlx::query!(
            "insert into schedule_rules (id, doctor_id, clinic_id, weekday, starts, ends, valid_from) values ($1, $2, $3, $4, $5, $6, $7)",
            id.uuid(),
            doctor.uuid(),
            clinic.uuid(),
            i16::from(rule.weekday.to_monday_one_offset()),
            rule.hours.start().to_sqlx(),
            rule.hours.end().to_sqlx(),
            from.to_sqlx()
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// The exceptions from a date on, with their clinics, in order.
pub(in crate::scheduling) async fn exceptions(
    connection: &mut PgConnection,
    doctor: DoctorId,
    since: Date,
) -> Result<Vec<(ClinicId, ExceptionView)>> {
    let rows = sqlx::query!(
        "select coalesce(part_of, id) as \"id!\", clinic_id, on_date, kind, starts as \"starts?\", ends as \"ends?\", note from schedule_exceptions
         where doctor_id = $1 and on_date >= $2 order by on_date, starts nulls first, schedule_exceptions.id",
        doctor.uuid(),
        since.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let hours = row.starts.map(jiff_sqlx::Time::to_jiff).zip(row.ends.map(jiff_sqlx::Time::to_jiff));
            let exception = DayException { date: row.on_date.to_jiff(), kind: times::exception_kind(&row.kind, hours)? };
            Ok((row.clinic_id.into(), ExceptionView { id: row.id.into(), exception, note: row.note }))
        })
        .collect()
}

/// Inserts an exception, unless the same one exists.
pub(in crate::scheduling) async fn insert_exception(
    tx: &mut Tx,
    permit: &Permit<Write, Timetable>,
    clinic: ClinicId,
    exception: DayException,
) -> Result<ScheduleExceptionId> {
    let Timetable(doctor) = permit.id();
    let (kind, hours) = match exception.kind {
        ExceptionKind::DayOff => ("off", None),
        ExceptionKind::Off { hours } => ("off", Some(hours)),
        ExceptionKind::Extra { hours } => ("extra", Some(hours)),
    };
    let (starts, ends) = (hours.map(LocalHours::start).map(ToSqlx::to_sqlx), hours.map(LocalHours::end).map(ToSqlx::to_sqlx));
    let same = sqlx::query_scalar!(
        "select id from schedule_exceptions where doctor_id = $1 and clinic_id = $2 and on_date = $3 and kind = $4
           and starts is not distinct from $5 and ends is not distinct from $6",
        doctor.uuid(),
        clinic.uuid(),
        exception.date.to_sqlx(),
        kind,
        starts as _,
        ends as _
    )
    .fetch_optional(tx.connection())
    .await?;
    if let Some(id) = same {
        return Ok(id.into());
    }
    let (id, now) = (tx.new_id::<ScheduleExceptionId>(), tx.now());
    sqlx::query!(
        "insert into schedule_exceptions (id, doctor_id, clinic_id, on_date, kind, starts, ends, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.uuid(),
        doctor.uuid(),
        clinic.uuid(),
        exception.date.to_sqlx(),
        kind,
        starts as _,
        ends as _,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Inserts time off on one or more dates at one or more clinics as one exception, and returns its id.
pub(in crate::scheduling) async fn insert_block(
    tx: &mut Tx,
    permit: &Permit<Write, Timetable>,
    parts: &[(ClinicId, Date, LocalHours)],
    note: Option<&BlockNote>,
) -> Result<ScheduleExceptionId> {
    let (Timetable(doctor), now) = (permit.id(), tx.now());
    let first = tx.new_id::<ScheduleExceptionId>();
    for (place, (clinic, date, hours)) in parts.iter().enumerate() {
        let (id, part_of) = if place == 0 { (first, None) } else { (tx.new_id::<ScheduleExceptionId>(), Some(first)) };
        sqlx::query!(
            "insert into schedule_exceptions (id, doctor_id, clinic_id, on_date, kind, starts, ends, created_at, note, part_of)
             values ($1, $2, $3, $4, 'off', $5, $6, $7, $8, $9)",
            id.uuid(),
            doctor.uuid(),
            clinic.uuid(),
            date.to_sqlx(),
            hours.start().to_sqlx(),
            hours.end().to_sqlx(),
            now.to_sqlx(),
            note.map(BlockNote::as_str),
            part_of.map(ScheduleExceptionId::uuid)
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(first)
}

/// Deletes an exception, with all its parts.
pub(in crate::scheduling) async fn delete_exception(
    tx: &mut Tx,
    permit: &Permit<Write, Timetable>,
    id: ScheduleExceptionId,
) -> Result<()> {
    let Timetable(doctor) = permit.id();
    let deleted = sqlx::query!("delete from schedule_exceptions where id = $1 and doctor_id = $2", id.uuid(), doctor.uuid())
        .execute(tx.connection())
        .await?;
    if deleted.rows_affected() == 1 { Ok(()) } else { Err(Error::new(Code::NotFound)) }
}
