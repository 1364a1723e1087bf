//! The outbox table.

use super::{Event, OutboxDepth};
use crate::{Domain, Error, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::EventId;
use sqlx::PgConnection;

/// Inside the transaction of what happened. Use cases call [`crate::db::Tx::emit`]; only what is nobody's act, as a sweeper's, comes here.
pub(crate) async fn insert(connection: &mut PgConnection, domain: &Domain, at: Timestamp, event: &Event) -> Result<()> {
    let (id, era) = (domain.new_id::<EventId>(), domain.era());
    let body = serde_json::to_value(event).map_err(Error::internal)?;
    sqlx::query!(
        "insert into outbox_events (id, era, at, kind, body) values ($1, $2, $3, $4, $5)",
        id.uuid(),
        era,
        at.to_sqlx(),
        event.kind(),
        body
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Events of finished transactions, oldest first.
pub(crate) async fn finished(connection: &mut PgConnection, era: i16, limit: i64) -> Result<Vec<(EventId, Event)>> {
    let rows = sqlx::query!(
        "select id, body from outbox_events
         where era < $1 or (era = $1 and xid < pg_snapshot_xmin(pg_current_snapshot()))
         order by era, xid, number limit $2",
        era,
        limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((row.id.into(), serde_json::from_value(row.body).map_err(Error::internal)?))).collect()
}

pub(crate) async fn delete(connection: &mut PgConnection, ids: &[EventId]) -> Result<()> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    sqlx::query!("delete from outbox_events where id = any($1)", &ids).execute(connection).await?;
    Ok(())
}

/// How many events wait.
pub(crate) async fn waiting(connection: &mut PgConnection) -> Result<i64> {
    let row = sqlx::query!("select count(*) as \"waiting!\" from outbox_events").fetch_one(connection).await?;
    Ok(row.waiting)
}

/// What waits to be passed on, and since when.
pub(super) async fn depth(connection: &mut PgConnection) -> Result<OutboxDepth> {
    let row = sqlx::query!("select count(*) as \"waiting!\", min(at) as oldest from outbox_events").fetch_one(connection).await?;
    Ok(OutboxDepth { waiting: row.waiting, oldest_at: row.oldest.map(jiff_sqlx::Timestamp::to_jiff) })
}
