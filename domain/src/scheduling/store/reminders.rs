//! Of which visits people were reminded.

use crate::{
    Error, Result,
    access::{Permit, actions::Write},
    db::{ROWS_SWEPT, Tx, in_chunks},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AppointmentId, UserId},
    scheduling::Ahead,
};
use sqlx::{PgConnection, PgPool};

/// The appointments of which people are to be reminded now. One that was booked later than its reminder was due has none: the mail about the booking is as new.
pub(in crate::scheduling) async fn due(
    connection: &mut PgConnection,
    ahead: Ahead,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<AppointmentId>> {
    let rows = sqlx::query!(
        "select a.id from appointments a
         where a.state = 'confirmed' and a.starts_at > $1::timestamptz and a.starts_at <= $2::timestamptz
           and a.booked_at <= a.starts_at - ($2::timestamptz - $3::timestamptz)
           and not exists (select from appointment_reminders r
             where r.appointment_id = a.id and r.ahead = $4 and r.starts_at = a.starts_at)
         order by a.starts_at, a.id limit $5",
        (now + ahead.latest()).to_sqlx(),
        (now + ahead.before()).to_sqlx(),
        now.to_sqlx(),
        ahead.as_str(),
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// Notes that people are reminded; returns when the visit begins. `None` when somebody else has done so, or the visit is not planned for this time any more.
pub(in crate::scheduling) async fn note(
    tx: &mut Tx,
    permit: &Permit<Write, AppointmentId>,
    ahead: Ahead,
) -> Result<Option<Timestamp>> {
    let now = tx.now();
    let row = sqlx::query!(
        "insert into appointment_reminders (appointment_id, ahead, starts_at, sent_at)
         select a.id, $2::text, a.starts_at, $3::timestamptz from appointments a
         where a.id = $1 and a.state = 'confirmed' and a.starts_at > $4::timestamptz and a.starts_at <= $5::timestamptz
         on conflict do nothing returning starts_at",
        permit.id().uuid(),
        ahead.as_str(),
        now.to_sqlx(),
        (now + ahead.latest()).to_sqlx(),
        (now + ahead.before()).to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| row.starts_at.to_jiff()))
}

/// The users who act for the patient of an appointment, and whose accounts are open.
pub(in crate::scheduling) async fn readers(tx: &mut Tx, permit: &Permit<Write, AppointmentId>) -> Result<Vec<UserId>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select u.user_id as \"user_id!\" from appointments a cross join representatives(a.patient_id, $2) r join account u on u.user_id = r
         where a.id = $1 and u.suspended_at is null order by u.user_id",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| row.user_id.into()).collect())
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
            "delete from appointment_reminders where (appointment_id, ahead, starts_at) in (
               select appointment_id, ahead, starts_at from appointment_reminders where starts_at < $1 limit $2)",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(pool).await?.rows_affected())
    })
    .await
}
