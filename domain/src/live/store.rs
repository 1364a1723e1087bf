//! Numbers and stores live events.

use super::LiveKind;
use crate::Result;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::UserId;
use sqlx::PgConnection;
use uuid::Uuid;

/// Gives the event the user's next number. Only the dispatcher calls this: a number assigned inside a business transaction could become visible
/// after a higher one.
pub(crate) async fn append(
    connection: &mut PgConnection,
    user: UserId,
    kind: LiveKind,
    resource: Uuid,
    at: Timestamp,
) -> Result<i64> {
    let row = sqlx::query!(
        "with counter as (
           insert into live_counters (user_id, last) values ($1, 1)
           on conflict (user_id) do update set last = live_counters.last + 1
           returning last)
         insert into live_events (user_id, number, kind, resource_id, at) select $1, last, $2, $3, $4 from counter returning number",
        user.uuid(),
        kind.as_str(),
        resource,
        at.to_sqlx()
    )
    .fetch_one(connection)
    .await?;
    Ok(row.number)
}
