//! Events that are passed on after commit. A use case emits an event of its area in its transaction and does not know who reacts to it;
//! `notifications` passes the events on. They are stored as JSON, and no area is known here.
//!
//! An event that cannot be passed on is tried again, later each time. After some tries it is set aside, so that it holds up no other event; an
//! administrator sees it and can pass it on again.
//!
//! Invariant: events are named in the past tense and carry ids, never clinical or personal text.

mod dead;
mod rules;
pub(crate) mod store;

pub use dead::replay_dead_events;
pub use rules::MOST_TRIES;

pub(crate) use dead::newest_dead;
pub(crate) use rules::Failure;

use crate::{Domain, Result};
use jiff::Timestamp;

/// The events that wait to be passed on. Counts end at [`model::health::MOST_COUNTED`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxDepth {
    /// How many events.
    pub waiting: i64,
    /// When the oldest of those that were not tried yet happened.
    pub oldest_at: Option<Timestamp>,
    /// How many events were set aside.
    pub dead: i64,
}

/// The events that wait to be passed on; for health.
///
/// # Errors
/// `database.unavailable`.
pub async fn depth(domain: &Domain) -> Result<OutboxDepth> {
    let mut connection = domain.pool().acquire().await?;
    store::depth(&mut connection).await
}
