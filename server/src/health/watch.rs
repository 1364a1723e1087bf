//! Watches what all copies of the server share: queues and seals. It becomes metrics, for alerts, and the faults that a copy names without leaving the
//! load balancer.

use domain::{Domain, health};
use metrics::gauge;
use model::health::{HealthFault, HealthParts};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often the state is read. An alert looks at minutes.
const EVERY: Duration = Duration::from_secs(10);

/// The newest faults that all copies share. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Watched(Arc<Mutex<Vec<HealthFault>>>);

impl Watched {
    /// The faults of the newest reading.
    #[must_use]
    pub fn faults(&self) -> Vec<HealthFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the state once, and records it.
    pub async fn read(&self, domain: &Domain) {
        let faults = match health::shared(domain).await {
            Ok(parts) => {
                record(&parts, domain);
                parts.faults(domain.now())
            }
            Err(error) => {
                tracing::warn!(error.code = %error, error.cause = error.causes(), "the state of queues and seals cannot be read");
                vec![HealthFault::StateUnknown]
            }
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }
}

/// Reads the state at intervals until `stop` is cancelled.
pub async fn watch(domain: Domain, watched: Watched, stop: CancellationToken) {
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        watched.read(&domain).await;
    }
}

/// Every copy reads the same database, so an alert takes the maximum over all copies.
fn record(parts: &HealthParts, domain: &Domain) {
    let now = domain.now();
    for (name, value) in [
        ("bedside_events_waiting", parts.events_waiting),
        ("bedside_events_oldest_seconds", parts.event_waits_secs(now)),
        ("bedside_events_set_aside", parts.events_dead),
        ("bedside_jobs_failed", parts.jobs_failed),
        ("bedside_mails_queued", parts.mails_queued),
        ("bedside_mails_failed", parts.mails_dead),
        ("bedside_audit_unsealed_rows", parts.seals.unsealed),
        ("bedside_audit_oldest_unsealed_seconds", parts.seals.late_secs(now)),
    ] {
        gauge!(name).set(u32::try_from(value.max(0)).unwrap_or(u32::MAX));
    }
}
