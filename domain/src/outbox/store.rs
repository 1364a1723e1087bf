//! The outbox table.

use super::OutboxDepth;
use crate::{Domain, Error, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::EventId;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

/// An event that waits to be passed on.
pub(crate) struct Waiting {
    pub(crate) id: EventId,
    /// The event as JSON.
    pub(crate) body: Value,
    /// When it happened.
    pub(crate) at: Timestamp,
    /// Whether its mails were written with it; an earlier version of the server left that to the dispatcher.
    pub(crate) mails_written: bool,
}

/// Inserts an event in the transaction of the change; returns the event's id. Its JSON is an object, and `kind` in it is the kind. Use cases call
/// [`crate::db::Tx::emit`]. Only events without an acting user, such as a sweeper's, are inserted here directly; they have no mails.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    domain: &Domain,
    at: Timestamp,
    event: &impl Serialize,
) -> Result<EventId> {
    let (id, era) = (domain.new_id::<EventId>(), domain.era());
    let body = serde_json::to_value(event).map_err(Error::internal)?;
    let kind = body.get("kind").and_then(Value::as_str).ok_or_else(|| Error::internal("an event without a kind"))?.to_owned();
    sqlx::query!(
        "insert into outbox_events (id, era, at, kind, body, mails_written) values ($1, $2, $3, $4, $5, true)",
        id.uuid(),
        era,
        at.to_sqlx(),
        kind,
        body
    )
    .execute(connection)
    .await?;
    Ok(id)
}

/// Events of finished transactions, oldest first.
pub(crate) async fn finished(connection: &mut PgConnection, era: i16, limit: i64) -> Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        "select id, at, body, mails_written from outbox_events
         where era < $1 or (era = $1 and xid < pg_snapshot_xmin(pg_current_snapshot()))
         order by era, xid, number limit $2",
        era,
        limit
    )
    .fetch_all(connection)
    .await?;
    let waiting = rows.into_iter().map(|row| Waiting {
        id: row.id.into(),
        body: row.body,
        at: row.at.to_jiff(),
        mails_written: row.mails_written,
    });
    Ok(waiting.collect())
}

pub(crate) async fn delete(connection: &mut PgConnection, ids: &[EventId]) -> Result<()> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    sqlx::query!("delete from outbox_events where id = any($1)", &ids).execute(connection).await?;
    Ok(())
}

/// Whether any event waits.
pub(crate) async fn any_waits(executor: impl PgExecutor<'_>) -> Result<bool> {
    let row = sqlx::query!("select exists (select from outbox_events) as \"any!\"").fetch_one(executor).await?;
    Ok(row.any)
}

/// How many events wait.
pub(crate) async fn waiting(connection: &mut PgConnection) -> Result<i64> {
    let row = sqlx::query!("select count(*) as \"waiting!\" from outbox_events").fetch_one(connection).await?;
    Ok(row.waiting)
}

/// How many events wait, and since when.
pub(super) async fn depth(connection: &mut PgConnection) -> Result<OutboxDepth> {
    let row = sqlx::query!("select count(*) as \"waiting!\", min(at) as oldest from outbox_events").fetch_one(connection).await?;
    Ok(OutboxDepth { waiting: row.waiting, oldest_at: row.oldest.map(jiff_sqlx::Timestamp::to_jiff) })
}
