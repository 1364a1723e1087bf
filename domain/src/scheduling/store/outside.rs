//! Doctors' calendars outside of Bedside, and their busy times.

use crate::{
    Error, Result,
    access::{Permit, actions::Write},
    db::Tx,
    scheduling::subjects::Timetable,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{DoctorId, OutsideCalendarId},
    scheduling::{OutsideCalendarView, OutsideName, OutsideTrouble, TimeRange},
};
use sqlx::{PgConnection, PgPool};

/// A calendar that is to be read.
pub(in crate::scheduling) struct DueRow {
    pub(in crate::scheduling) id: OutsideCalendarId,
    pub(in crate::scheduling) doctor: DoctorId,
    pub(in crate::scheduling) address_cipher: Vec<u8>,
}

/// The calendars of a doctor, the oldest first.
pub(in crate::scheduling) async fn of_doctor(
    connection: &mut PgConnection,
    doctor: DoctorId,
) -> Result<Vec<OutsideCalendarView>> {
    let rows = sqlx::query!(
        "select id, name, read_at, trouble, broken from outside_calendars where doctor_id = $1 order by added_at, id",
        doctor.uuid()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let trouble = row.trouble.as_deref().map(OutsideTrouble::parse).transpose();
            Ok(OutsideCalendarView {
                id: row.id.into(),
                name: row.name,
                read_at: row.read_at.map(jiff_sqlx::Timestamp::to_jiff),
                trouble: trouble.map_err(|_| Error::internal("a trouble in the database is none"))?,
                broken: row.broken.unsigned_abs(),
            })
        })
        .collect()
}

/// Inserts a calendar that is to be read at once.
pub(in crate::scheduling) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Write, Timetable>,
    id: OutsideCalendarId,
    name: &OutsideName,
    address_cipher: &[u8],
) -> Result<()> {
    let (Timetable(doctor), now) = (permit.id(), tx.now());
    sqlx::query!(
        "insert into outside_calendars (id, doctor_id, name, address_cipher, added_at, due_at) values ($1, $2, $3, $4, $5, $5)",
        id.uuid(),
        doctor.uuid(),
        name.as_str(),
        address_cipher,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Deletes a calendar with its busy times; returns whether the doctor had it.
pub(in crate::scheduling) async fn delete(tx: &mut Tx, permit: &Permit<Write, Timetable>, id: OutsideCalendarId) -> Result<bool> {
    let Timetable(doctor) = permit.id();
    let deleted = sqlx::query!("delete from outside_calendars where id = $1 and doctor_id = $2", id.uuid(), doctor.uuid())
        .execute(tx.connection())
        .await?;
    Ok(deleted.rows_affected() == 1)
}

/// Takes calendars that are due, and makes them due again later. Those of doctors whose account is suspended or deleted wait.
pub(in crate::scheduling) async fn take_due(pool: &PgPool, now: Timestamp, again: Timestamp, limit: i64) -> Result<Vec<DueRow>> {
    let rows = sqlx::query!(
        "update outside_calendars set due_at = $2
         where id in (select c.id from outside_calendars c where c.due_at <= $1
             and exists (select from doctor_name d join account u on u.user_id = d.user_id where d.doctor_id = c.doctor_id and u.suspended_at is null)
           order by c.due_at limit $3 for update of c skip locked)
         returning id, doctor_id, address_cipher",
        now.to_sqlx(),
        again.to_sqlx(),
        limit
    )
    .fetch_all(pool)
    .await?;
    let due = rows.into_iter().map(|row| DueRow {
        id: row.id.into(),
        doctor: row.doctor_id.into(),
        address_cipher: row.address_cipher,
    });
    Ok(due.collect())
}

/// Notes why a calendar could not be read.
pub(in crate::scheduling) async fn note_trouble(
    connection: &mut PgConnection,
    id: OutsideCalendarId,
    trouble: OutsideTrouble,
) -> Result<()> {
    sqlx::query!("update outside_calendars set trouble = $2 where id = $1", id.uuid(), trouble.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a calendar was read; returns whether it still exists.
pub(in crate::scheduling) async fn note_read(
    connection: &mut PgConnection,
    id: OutsideCalendarId,
    now: Timestamp,
    broken: u32,
) -> Result<bool> {
    let broken = i32::try_from(broken).unwrap_or(i32::MAX);
    let noted = sqlx::query!(
        "update outside_calendars set read_at = $2, trouble = null, broken = $3 where id = $1",
        id.uuid(),
        now.to_sqlx(),
        broken
    )
    .execute(connection)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Replaces the busy times of a calendar; returns whether they differ from what they were.
pub(in crate::scheduling) async fn replace_busy(
    connection: &mut PgConnection,
    id: OutsideCalendarId,
    doctor: DoctorId,
    busy: &[TimeRange],
) -> Result<bool> {
    let known = sqlx::query!(
        "select lower(busy) as \"start!\", upper(busy) as \"end!\" from outside_busy where calendar_id = $1 order by busy",
        id.uuid()
    )
    .fetch_all(&mut *connection)
    .await?;
    if known.iter().map(|row| (row.start.to_jiff(), row.end.to_jiff())).eq(busy.iter().map(|range| (range.start(), range.end())))
    {
        return Ok(false);
    }
    sqlx::query!("delete from outside_busy where calendar_id = $1", id.uuid()).execute(&mut *connection).await?;
    let starts: Vec<jiff_sqlx::Timestamp> = busy.iter().map(|range| range.start().to_sqlx()).collect();
    let ends: Vec<jiff_sqlx::Timestamp> = busy.iter().map(|range| range.end().to_sqlx()).collect();
    sqlx::query!(
        "insert into outside_busy (calendar_id, doctor_id, busy)
         select $1, $2, tstzrange(x.starts, x.ends) from unnest($3::timestamptz[], $4::timestamptz[]) as x(starts, ends)",
        id.uuid(),
        doctor.uuid(),
        &starts as &[jiff_sqlx::Timestamp],
        &ends as &[jiff_sqlx::Timestamp]
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// The time zone of the first clinic where a doctor works.
pub(in crate::scheduling) async fn zone_of_doctor(connection: &mut PgConnection, doctor: DoctorId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select c.time_zone as \"time_zone!\" from schedule_rules r join clinic_address c on c.clinic_id = r.clinic_id
         where r.doctor_id = $1 order by r.clinic_id limit 1",
        doctor.uuid()
    )
    .fetch_optional(connection)
    .await?)
}
