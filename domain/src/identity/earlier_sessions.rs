//! How a new second factor or a new role changes the sessions that the user has already.

use super::sessions::announce_end;
use crate::{Result, db::Tx};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::ids::UserId;

/// Ends the sessions of a user that have one factor: a user may set a second one up because somebody else knows the password. Returns how many.
pub(super) async fn end_with_one_factor(tx: &mut Tx, user: UserId) -> Result<i64> {
    let now = tx.now();
    let rows = sqlx::query!(
        "update sessions set revoked_at = $2 where user_id = $1 and revoked_at is null and assurance = 'one_factor' returning id",
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    for row in &rows {
        announce_end(tx, user, row.id.into()).await?;
    }
    Ok(i64::try_from(rows.len()).unwrap_or(i64::MAX))
}

/// Shortens the sessions of a new member of the staff, so that from now on they last no longer than a session of the staff.
pub(super) async fn limit_as_staff(tx: &mut Tx, user: UserId) -> Result<()> {
    let latest = tx.now() + SignedDuration::from_hours(tx.domain().settings().staff_session_absolute_hours);
    sqlx::query!(
        "update sessions set expires_at = $2 where user_id = $1 and kind = 'browser' and revoked_at is null and expires_at > $2",
        user.uuid(),
        latest.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
