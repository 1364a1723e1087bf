//! Events that are passed on after commit. A use case emits an event of its area in its transaction and does not know who reacts to it;
//! `notifications` passes the events on. They are stored as JSON, and no area is known here.
//!
//! Invariant: events are named in the past tense and carry ids, never clinical or personal text.

pub(crate) mod store;

use crate::{Domain, Result};
use jiff::Timestamp;

/// The events that wait to be passed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxDepth {
    /// How many events.
    pub waiting: i64,
    /// When the oldest of them happened.
    pub oldest_at: Option<Timestamp>,
}

/// The events that wait to be passed on; for health.
///
/// # Errors
/// `database.unavailable`.
pub async fn depth(domain: &Domain) -> Result<OutboxDepth> {
    let mut connection = domain.pool().acquire().await?;
    store::depth(&mut connection).await
}
