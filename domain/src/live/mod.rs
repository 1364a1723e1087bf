//! Durable live events: ids with a number per user. The dispatcher assigns the numbers after commit, and the events are kept for seven days. A page
//! that comes back with an older number is told to reload.

mod listen;
pub(crate) mod payloads;
pub(crate) mod store;

pub use listen::{Heard, Listener};
pub use model::live::LiveKind;

use crate::{
    Domain, Error, Result,
    db::{ROWS_SWEPT, in_chunks},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::ids::UserId;
use uuid::Uuid;

/// The channel on which the listeners of all copies are notified of new live events. The payload is JSON: `[[user, number], …]`. Many users are named in
/// several notifications.
pub(crate) const LIVE_CHANNEL: &str = "bedside_live";

/// The channel on which they are notified of doctors whose times have changed; the payload is JSON: `[doctor, …]`.
pub(crate) const TIMES_CHANNEL: &str = "bedside_times";

/// The channel on which triggers (migration 0028) tell that a user may do other things than before; the payload is the user's id.
pub(crate) const RIGHTS_CHANNEL: &str = "bedside_rights";

/// A live event of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEvent {
    /// Its position in the user's stream, from 1, without gaps.
    pub number: i64,
    /// What changed.
    pub kind: LiveKind,
    /// The id of what changed.
    pub resource: Uuid,
}

/// What a user missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missed {
    /// These events, in order.
    Events(Vec<LiveEvent>),
    /// Too many events, or too old ones: reload and continue from this number.
    Resync {
        /// The newest number.
        last: i64,
    },
}

const KEPT_DAYS: i64 = 7;
const AT_ONCE: i64 = 200;

/// The number of the user's newest event.
///
/// # Errors
/// `database.unavailable`.
pub async fn last_number(domain: &Domain, user: UserId) -> Result<i64> {
    let row =
        sqlx::query!("select last from live_counters where user_id = $1", user.uuid()).fetch_optional(domain.pool()).await?;
    Ok(row.map_or(0, |row| row.last))
}

/// The events after the number that the user's page has.
///
/// # Errors
/// `database.unavailable`.
pub async fn missed(domain: &Domain, user: UserId, after: i64) -> Result<Missed> {
    let last = last_number(domain, user).await?;
    let rows = sqlx::query!(
        "select number, kind, resource_id from live_events where user_id = $1 and number > $2 order by number limit $3",
        user.uuid(),
        after,
        AT_ONCE + 1
    )
    .fetch_all(domain.pool())
    .await?;
    let events: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let kind = LiveKind::parse(&row.kind).map_err(|_| Error::internal("an unknown kind of live event"))?;
            Ok(LiveEvent { number: row.number, kind, resource: row.resource_id })
        })
        .collect::<Result<_>>()?;
    let too_many = events.len() > usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
    let gap = after > last || (after < last && events.first().is_none_or(|first| first.number != after + 1));
    Ok(if too_many || gap { Missed::Resync { last } } else { Missed::Events(events) })
}

/// Deletes events older than seven days; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep(domain: &Domain) -> Result<u64> {
    let before = (domain.now() - SignedDuration::from_hours(24 * KEPT_DAYS)).to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from live_events where ctid = any(array(select ctid from live_events where at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}
