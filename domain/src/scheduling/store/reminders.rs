//! Of which visits people were reminded.

use crate::{
    Error, Result,
    access::{Permit, actions::Write},
    db::{ROWS_SWEPT, Tx, in_chunks},
};
use jiff::{Timestamp, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AppointmentId, UserId},
    quiet_hours::{DayMinute, QuietHours},
    scheduling::Ahead,
};
use sqlx::{PgConnection, PgPool};

/// A reminder that may be due: it is, or it would fall into the quiet hours of its reader.
pub(in crate::scheduling) struct Candidate {
    pub(in crate::scheduling) appointment: AppointmentId,
    pub(in crate::scheduling) user: UserId,
    pub(in crate::scheduling) starts_at: Timestamp,
    /// Since when the visit is agreed for this time: it was booked, confirmed or moved then, and people were told.
    pub(in crate::scheduling) settled_at: Timestamp,
    time_zone: String,
    quiet: Option<QuietHours>,
}

impl Candidate {
    /// When it is sent.
    pub(in crate::scheduling) fn moment(&self, ahead: Ahead) -> Timestamp {
        let due = self.starts_at - ahead.before();
        let zone = jiff::tz::db().get(&self.time_zone).unwrap_or(TimeZone::UTC);
        self.quiet.map_or(due, |quiet| quiet.moment(due, self.starts_at, &zone))
    }
}

/// The reminders that may be due, after this one in the order of the visits. For those with quiet hours a day more is looked at, because a reminder may have to
/// be sent before these hours begin. A visit that was booked, confirmed or moved later than its reminder was due has none: the mail about that is as new.
pub(in crate::scheduling) async fn candidates(
    connection: &mut PgConnection,
    ahead: Ahead,
    now: Timestamp,
    after: Option<&Candidate>,
    limit: i64,
) -> Result<Vec<Candidate>> {
    let rows = sqlx::query!(
        "select a.id as \"id!\", u.user_id as \"user_id!\", a.starts_at as \"starts_at!\", greatest(a.booked_at, a.revised_at) as \"settled_at!\", u.time_zone as \"time_zone!\",
           q.quiet_from as \"quiet_from?\", q.quiet_until as \"quiet_until?\"
         from appointments a cross join representatives(a.patient_id, $3::timestamptz) r join account u on u.user_id = r
           left join quiet_hours q on q.user_id = u.user_id
         where a.state = 'confirmed' and a.starts_at > $1::timestamptz and a.starts_at <= $2::timestamptz + interval '1 day'
           and (q.user_id is not null or a.starts_at <= $2::timestamptz) and u.suspended_at is null
           and greatest(a.booked_at, a.revised_at) <= a.starts_at - ($2::timestamptz - $3::timestamptz)
           and not exists (select from appointment_reminders d
             where d.appointment_id = a.id and d.user_id = u.user_id and d.ahead = $4 and d.starts_at = a.starts_at)
           and ($5::timestamptz is null or (a.starts_at, a.id, u.user_id) > ($5, $6::uuid, $7::uuid))
         order by a.starts_at, a.id, u.user_id limit $8",
        (now + ahead.latest()).to_sqlx(),
        (now + ahead.before()).to_sqlx(),
        now.to_sqlx(),
        ahead.as_str(),
        after.map(|after| after.starts_at.to_sqlx()),
        after.map(|after| after.appointment.uuid()),
        after.map(|after| after.user.uuid()),
        limit
    )
    .fetch_all(connection)
    .await?;
    let candidates = rows.into_iter().map(|row| Candidate {
        appointment: row.id.into(),
        user: row.user_id.into(),
        starts_at: row.starts_at.to_jiff(),
        settled_at: row.settled_at.to_jiff(),
        time_zone: row.time_zone,
        quiet: row.quiet_from.and_then(DayMinute::of).zip(row.quiet_until.and_then(DayMinute::of)).map(quiet_hours),
    });
    Ok(candidates.collect())
}

fn quiet_hours((from, until): (DayMinute, DayMinute)) -> QuietHours {
    QuietHours { from, until }
}

/// Notes that somebody is reminded; `false` when it was noted before, or the visit is not planned for this time any more.
pub(in crate::scheduling) async fn note(
    tx: &mut Tx,
    permit: &Permit<Write, AppointmentId>,
    user: UserId,
    starts_at: Timestamp,
    ahead: Ahead,
) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "insert into appointment_reminders (appointment_id, user_id, ahead, starts_at, sent_at)
         select a.id, $2::uuid, $3::text, a.starts_at, $4::timestamptz from appointments a
         where a.id = $1 and a.state = 'confirmed' and a.starts_at = $5::timestamptz and a.starts_at > $4::timestamptz
         on conflict do nothing",
        permit.id().uuid(),
        user.uuid(),
        ahead.as_str(),
        now.to_sqlx(),
        starts_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether an appointment is still planned for this time.
pub(in crate::scheduling) async fn is_planned(
    connection: &mut PgConnection,
    id: AppointmentId,
    starts_at: Timestamp,
) -> Result<bool> {
    let row = sqlx::query!(
        "select exists (select from appointments where id = $1 and state = 'confirmed' and starts_at = $2) as \"planned!\"",
        id.uuid(),
        starts_at.to_sqlx()
    )
    .fetch_one(connection)
    .await?;
    Ok(row.planned)
}

/// Deletes the notes about visits before this time; returns how many.
pub(in crate::scheduling) async fn sweep(pool: &PgPool, before: Timestamp) -> Result<u64> {
    let before = before.to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from appointment_reminders where (appointment_id, user_id, ahead, starts_at) in (
               select appointment_id, user_id, ahead, starts_at from appointment_reminders where starts_at < $1 limit $2)",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(pool).await?.rows_affected())
    })
    .await
}
