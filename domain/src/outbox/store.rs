//! The outbox table.

use super::{
    OutboxDepth,
    rules::{Failure, Next},
};
use crate::{Domain, Error, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    health::{DeadEvent, MOST_COUNTED},
    ids::EventId,
};
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
    /// How often it was tried in vain.
    pub(crate) tries: i16,
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

/// Events of finished transactions that are to be tried now, oldest first.
pub(crate) async fn finished(connection: &mut PgConnection, era: i16, now: Timestamp, limit: i64) -> Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        "select id, at, body, mails_written, tries from outbox_events
         where (era < $1 or (era = $1 and xid < pg_snapshot_xmin(pg_current_snapshot())))
           and (next_try_at is null or next_try_at <= $2)
         order by era, xid, number limit $3",
        era,
        now.to_sqlx(),
        limit
    )
    .fetch_all(connection)
    .await?;
    let waiting = rows.into_iter().map(|row| Waiting {
        id: row.id.into(),
        body: row.body,
        at: row.at.to_jiff(),
        mails_written: row.mails_written,
        tries: row.tries,
    });
    Ok(waiting.collect())
}

/// Records that an event could not be passed on: it is tried again later, or set aside; returns whether it was set aside.
pub(crate) async fn record_failure(
    connection: &mut PgConnection,
    event: &Waiting,
    failure: &Failure,
    now: Timestamp,
) -> Result<bool> {
    let tries = event.tries.saturating_add(1);
    match failure.next(tries, now.duration_since(event.at)) {
        Next::Later(pause) => {
            sqlx::query!(
                "update outbox_events set tries = $2, next_try_at = $3 where id = $1",
                event.id.uuid(),
                tries,
                (now + pause).to_sqlx()
            )
            .execute(connection)
            .await?;
            Ok(false)
        }
        Next::SetAside => {
            sqlx::query!(
                "with given_up as (delete from outbox_events where id = $1 returning id, at, kind, body, mails_written)
                 insert into outbox_dead (id, at, kind, body, mails_written, tries, cause, died_at)
                 select id, at, kind, body, mails_written, $2, left($3, 500), $4 from given_up",
                event.id.uuid(),
                tries,
                failure.cause(),
                now.to_sqlx()
            )
            .execute(connection)
            .await?;
            Ok(true)
        }
    }
}

/// Puts events that were set aside back, the oldest first; returns how many.
pub(super) async fn put_back(connection: &mut PgConnection, era: i16, limit: i64) -> Result<i64> {
    let done = sqlx::query!(
        "with revived as (
           delete from outbox_dead where id in (select id from outbox_dead order by died_at, id limit $2)
           returning id, at, kind, body, mails_written)
         insert into outbox_events (id, era, at, kind, body, mails_written)
         select id, $1, at, kind, body, mails_written from revived order by at, id",
        era,
        limit
    )
    .execute(connection)
    .await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
}

/// The newest events that were set aside.
pub(super) async fn newest_dead(connection: &mut PgConnection, limit: i64) -> Result<Vec<DeadEvent>> {
    let rows = sqlx::query!("select id, kind, at, cause, tries from outbox_dead order by died_at desc, id desc limit $1", limit)
        .fetch_all(connection)
        .await?;
    let events = rows.into_iter().map(|row| DeadEvent {
        id: row.id.into(),
        kind: row.kind,
        at: row.at.to_jiff(),
        cause: row.cause,
        tries: row.tries,
    });
    Ok(events.collect())
}

pub(crate) async fn delete(connection: &mut PgConnection, ids: &[EventId]) -> Result<()> {
    let ids: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    sqlx::query!("delete from outbox_events where id = any($1)", &ids).execute(connection).await?;
    Ok(())
}

/// Whether any event is to be tried now.
pub(crate) async fn any_waits(executor: impl PgExecutor<'_>, now: Timestamp) -> Result<bool> {
    let row = sqlx::query!(
        "select exists (select from outbox_events where next_try_at is null or next_try_at <= $1) as \"any!\"",
        now.to_sqlx()
    )
    .fetch_one(executor)
    .await?;
    Ok(row.any)
}

/// How many events wait, since when, and how many were set aside. Reads a bounded number of rows.
pub(super) async fn depth(connection: &mut PgConnection) -> Result<OutboxDepth> {
    let row = sqlx::query!(
        "select (select count(*) from (select from outbox_events limit $1) w) as \"waiting!\",
           (select count(*) from (select from outbox_dead limit $1) d) as \"dead!\",
           (select at from outbox_events where tries = 0 order by era, xid, number limit 1) as \"oldest?\"",
        MOST_COUNTED
    )
    .fetch_one(connection)
    .await?;
    Ok(OutboxDepth { waiting: row.waiting, dead: row.dead, oldest_at: row.oldest.map(jiff_sqlx::Timestamp::to_jiff) })
}
