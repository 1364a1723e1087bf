//! The state of the system: what is wrong with this process, for load balancers, and what all processes share, for alerts and for the administrators'
//! page. Every query reads a bounded number of rows, so that health costs the same with a hundred million rows as with none.

use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{self, SealState},
    notifications, outbox, schema,
};
use model::{
    audit::SealView,
    health::{DeadEvent, HealthParts, HealthReport, RelayFigures},
};
use std::time::Instant;

/// How the database answers this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// How long it took, in microseconds; none when it did not answer.
    pub micros: Option<u64>,
    /// Whether the schema is at least as new as this binary requires.
    pub schema_current: bool,
}

/// Asks whether the database answers this process and has the schema that it needs. It never fails.
pub async fn answered(domain: &Domain) -> Answered {
    let began = Instant::now();
    if domain.ping().await.is_err() {
        return Answered { micros: None, schema_current: false };
    }
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let schema_current = noted("schema", schema::is_current(domain.pool()).await).unwrap_or(false);
    Answered { micros: Some(micros), schema_current }
}

/// The state that all processes share: queues and seals.
///
/// # Errors
/// `database.unavailable`.
pub async fn shared(domain: &Domain) -> Result<HealthParts> {
    let events = outbox::depth(domain).await?;
    let mails = notifications::mail_queue(domain).await?;
    let jobs = notifications::job_queue(domain).await?;
    let seals = audit::seal_state(domain).await?;
    Ok(HealthParts {
        events_waiting: events.waiting,
        oldest_event_at: events.oldest_at,
        events_dead: events.dead,
        jobs_waiting: jobs.waiting,
        jobs_failed: jobs.failed,
        mails_queued: mails.queued,
        oldest_mail_at: mails.oldest_queued_at,
        mails_dead: mails.dead,
        seals: seals.into(),
    })
}

/// Reads the state of all parts. It never fails: a part that does not answer is marked in the report.
pub async fn read(domain: &Domain, relay: Option<RelayFigures>) -> HealthReport {
    let Answered { micros, schema_current } = answered(domain).await;
    let (parts, dead_events) = if micros.is_some() {
        let parts = noted("parts", shared(domain).await);
        (parts, dead_events(domain, parts).await)
    } else {
        (None, Vec::new())
    };
    HealthReport { at: domain.now(), database_micros: micros, schema_current, parts, dead_events, relay }
}

/// The same report, for an administrator.
///
/// # Errors
/// `access.forbidden` for callers who are not administrators.
pub async fn report(domain: &Domain, access: &Access, relay: Option<RelayFigures>) -> Result<HealthReport> {
    access.scope(ResourceKind::System)?;
    Ok(read(domain, relay).await)
}

async fn dead_events(domain: &Domain, parts: Option<HealthParts>) -> Vec<DeadEvent> {
    if parts.is_none_or(|parts| parts.events_dead == 0) {
        return Vec::new();
    }
    noted("dead events", outbox::newest_dead(domain).await).unwrap_or_default()
}

impl From<SealState> for SealView {
    fn from(state: SealState) -> Self {
        Self {
            seals: state.seals,
            last_sealed_at: state.last_sealed_at,
            unsealed: state.unsealed,
            oldest_unsealed_at: state.oldest_unsealed_at,
        }
    }
}

fn noted<T>(part: &'static str, read: Result<T>) -> Option<T> {
    read.inspect_err(|error| tracing::warn!(part, error.code = %error, error.cause = error.causes(), "health cannot be read"))
        .ok()
}
