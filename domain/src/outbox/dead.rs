//! Events that were set aside: what administrators see of them, and passing them on again.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
};
use model::health::DeadEvent;

/// How many events the administrators' page shows.
const SHOWN: i64 = 20;

/// How many events are put back at once.
const AT_ONCE: i64 = 1_000;

/// The newest events that were set aside.
pub(crate) async fn newest_dead(domain: &Domain) -> Result<Vec<DeadEvent>> {
    store::newest_dead(&mut *domain.pool().acquire().await?, SHOWN).await
}

/// Puts the events that were set aside back into the outbox, the oldest thousand, for an admin; returns how many. Do it when the cause is gone: after
/// the version that knows them runs again, or what they are about is back.
///
/// # Errors
/// `access.forbidden` for callers who are not an admin.
pub async fn replay_dead_events(domain: &Domain, access: &Access) -> Result<i64> {
    access.scope(ResourceKind::System)?;
    let mut tx = domain.begin("outbox.replay_dead_events", access).await?;
    tx.wake_dispatcher_after_commit()?;
    let events = store::put_back(tx.connection(), domain.era(), AT_ONCE).await?;
    tx.commit(Audit::of(AuditAction::NotificationsDeadEventsReplayed).with("events", events)).await?;
    Ok(events)
}
