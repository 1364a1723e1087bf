//! Messages between copies of the server: a row in an unlogged table, and its id in a NOTIFY. They are deleted after a minute.

use crate::{Domain, Result};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;

/// The channel on which copies are notified of signals; the payload is `origin:id`, the origin in hexadecimal.
pub const SIGNAL_CHANNEL: &str = "bedside_signals";

const KEPT: SignedDuration = SignedDuration::from_mins(1);

/// Sends a message to the other copies. The origin lets a copy ignore its own messages.
///
/// # Errors
/// `database.unavailable`.
pub async fn publish(domain: &Domain, origin: u128, body: &[u8]) -> Result<()> {
    let now = domain.now();
    sqlx::query!(
        "with kept as (insert into live_signals (body, at) values ($1, $2) returning id)
         select pg_notify($3, $4 || ':' || id) from kept",
        body,
        now.to_sqlx(),
        SIGNAL_CHANNEL,
        format!("{origin:x}")
    )
    .fetch_one(domain.pool())
    .await?;
    Ok(())
}

/// The message with this id; `None` when it has been deleted.
///
/// # Errors
/// `database.unavailable`.
pub async fn fetch(domain: &Domain, id: i64) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!("select body from live_signals where id = $1", id).fetch_optional(domain.pool()).await?)
}

pub(super) async fn sweep(domain: &Domain) -> Result<u64> {
    let before = domain.now() - KEPT;
    Ok(sqlx::query!("delete from live_signals where at < $1", before.to_sqlx()).execute(domain.pool()).await?.rows_affected())
}
