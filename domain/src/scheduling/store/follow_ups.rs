//! When doctors want to see patients again, and who was told that the day has come.

use crate::{
    Result,
    access::{
        Permit,
        actions::{Decide, Write},
    },
    db::Tx,
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AppointmentId, UserId},
    quiet_hours::{DayMinute, QuietHours},
};
use sqlx::PgConnection;

/// Whoever has not been told within this time is told no more: the server was off for long.
const LATEST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A person who may be told that a follow-up is due: it is, or it is their quiet hours.
pub(in crate::scheduling) struct Due {
    pub(in crate::scheduling) appointment: AppointmentId,
    pub(in crate::scheduling) user: UserId,
    pub(in crate::scheduling) due_at: Timestamp,
    time_zone: String,
    quiet: Option<QuietHours>,
}

impl Due {
    /// When the person is told.
    pub(in crate::scheduling) fn moment(&self) -> Timestamp {
        let zone = jiff::tz::db().get(&self.time_zone).unwrap_or(TimeZone::UTC);
        self.quiet.map_or(self.due_at, |quiet| quiet.moment(self.due_at, self.due_at + LATEST, &zone))
    }
}

/// The day on which a patient is to be seen again after an appointment, and its instant.
pub(in crate::scheduling) async fn of(connection: &mut PgConnection, id: AppointmentId) -> Result<Option<(Date, Timestamp)>> {
    let row = sqlx::query!("select due_on, due_at from follow_ups where appointment_id = $1", id.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| (row.due_on.to_jiff(), row.due_at.to_jiff())))
}

/// Sets that day and its instant, or removes it.
pub(in crate::scheduling) async fn set(
    tx: &mut Tx,
    permit: &Permit<Decide, AppointmentId>,
    due: Option<(Date, Timestamp)>,
) -> Result<()> {
    let (id, by, now) = (permit.id(), tx.access().acting()?.user, tx.now());
    match due {
        Some((day, at)) => {
            sqlx::query!(
                "insert into follow_ups (appointment_id, due_on, due_at, planned_by, planned_at) values ($1, $2, $3, $4, $5)
                 on conflict (appointment_id) do update set due_on = excluded.due_on, due_at = excluded.due_at, planned_by = excluded.planned_by,
                   planned_at = excluded.planned_at",
                id.uuid(),
                day.to_sqlx(),
                at.to_sqlx(),
                by.uuid(),
                now.to_sqlx()
            )
            .execute(tx.connection())
            .await?;
        }
        None => {
            sqlx::query!("delete from follow_ups where appointment_id = $1", id.uuid()).execute(tx.connection()).await?;
        }
    }
    sqlx::query!("update appointments set version = version + 1 where id = $1", id.uuid()).execute(tx.connection()).await?;
    Ok(())
}

/// Who may be told now, after this one in the order of the days. Nobody is told who has a later visit with the doctor, over or to come.
pub(in crate::scheduling) async fn due(
    connection: &mut PgConnection,
    now: Timestamp,
    after: Option<&Due>,
    limit: i64,
) -> Result<Vec<Due>> {
    let rows = sqlx::query!(
        "select f.appointment_id as \"appointment_id!\", u.user_id as \"user_id!\", f.due_at as \"due_at!\", u.time_zone as \"time_zone!\",
           q.quiet_from as \"quiet_from?\", q.quiet_until as \"quiet_until?\"
         from follow_ups f join appointments a on a.id = f.appointment_id
           cross join representatives(a.patient_id, $1::timestamptz) r join account u on u.user_id = r left join quiet_hours q on q.user_id = u.user_id
         where f.due_at <= $1::timestamptz and f.due_at > $2::timestamptz and u.suspended_at is null
           and not exists (select from follow_up_reminders d
             where d.appointment_id = f.appointment_id and d.user_id = u.user_id and d.due_at = f.due_at)
           and not exists (select from appointments n where n.patient_id = a.patient_id and n.doctor_id = a.doctor_id and n.starts_at > a.starts_at
             and n.state not in ('cancelled', 'no_show'))
           and ($3::timestamptz is null or (f.due_at, f.appointment_id, u.user_id) > ($3, $4::uuid, $5::uuid))
         order by f.due_at, f.appointment_id, u.user_id limit $6",
        now.to_sqlx(),
        (now - LATEST).to_sqlx(),
        after.map(|after| after.due_at.to_sqlx()),
        after.map(|after| after.appointment.uuid()),
        after.map(|after| after.user.uuid()),
        limit
    )
    .fetch_all(connection)
    .await?;
    let due = rows.into_iter().map(|row| Due {
        appointment: row.appointment_id.into(),
        user: row.user_id.into(),
        due_at: row.due_at.to_jiff(),
        time_zone: row.time_zone,
        quiet: row
            .quiet_from
            .and_then(DayMinute::of)
            .zip(row.quiet_until.and_then(DayMinute::of))
            .map(|(from, until)| QuietHours { from, until }),
    });
    Ok(due.collect())
}

/// Notes that somebody is told; `false` when it was noted before, or the day is another one now.
pub(in crate::scheduling) async fn note(
    tx: &mut Tx,
    permit: &Permit<Write, AppointmentId>,
    user: UserId,
    due_at: Timestamp,
) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "insert into follow_up_reminders (appointment_id, user_id, due_at, sent_at)
         select f.appointment_id, $2::uuid, f.due_at, $3::timestamptz from follow_ups f where f.appointment_id = $1 and f.due_at = $4::timestamptz
         on conflict do nothing",
        permit.id().uuid(),
        user.uuid(),
        now.to_sqlx(),
        due_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a message to this user is still true: the follow-up is due, there is no later visit with the doctor, and the user acts for the patient.
pub(in crate::scheduling) async fn is_due_for(
    connection: &mut PgConnection,
    id: AppointmentId,
    user: UserId,
    at: Timestamp,
) -> Result<bool> {
    let row = sqlx::query!(
        "select exists (select from follow_ups f join appointments a on a.id = f.appointment_id
           where f.appointment_id = $1 and f.due_at <= $3::timestamptz
             and exists (select from representatives(a.patient_id, $3::timestamptz) r where r = $2)
             and not exists (select from appointments n where n.patient_id = a.patient_id and n.doctor_id = a.doctor_id and n.starts_at > a.starts_at
               and n.state not in ('cancelled', 'no_show'))) as \"due!\"",
        id.uuid(),
        user.uuid(),
        at.to_sqlx()
    )
    .fetch_one(connection)
    .await?;
    Ok(row.due)
}
