//! The state of the system. The readiness check and the administrators' page use the same reading.

use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{self, SealState},
    db, notifications, outbox,
};
use model::{
    audit::SealView,
    health::{HealthParts, HealthReport, RelayFigures},
};
use std::time::Instant;

/// Reads the state of all parts. It never fails: a part that does not answer is marked in the report.
pub async fn read(domain: &Domain, relay: Option<RelayFigures>) -> HealthReport {
    let began = Instant::now();
    let answered = domain.ping().await.is_ok();
    let database_micros = answered.then(|| u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
    let (schema_current, parts) = if answered {
        (db::schema_is_current(domain.pool()).await, noted("parts", parts(domain).await))
    } else {
        (Ok(false), None)
    };
    let schema_current = noted("schema", schema_current).unwrap_or(false);
    HealthReport { at: domain.now(), database_micros, schema_current, parts, relay }
}

/// The same report, for an administrator.
///
/// # Errors
/// `access.forbidden` for callers who are not administrators.
pub async fn report(domain: &Domain, access: &Access, relay: Option<RelayFigures>) -> Result<HealthReport> {
    access.scope(ResourceKind::System)?;
    Ok(read(domain, relay).await)
}

async fn parts(domain: &Domain) -> Result<HealthParts> {
    let events = outbox::depth(domain).await?;
    let mails = notifications::mail_queue(domain).await?;
    let jobs = notifications::job_queue(domain).await?;
    let seals = audit::seal_state(domain).await?;
    Ok(HealthParts {
        events_waiting: events.waiting,
        oldest_event_at: events.oldest_at,
        jobs_waiting: jobs.waiting,
        jobs_failed: jobs.failed,
        mails_queued: mails.queued,
        oldest_mail_at: mails.oldest_queued_at,
        mails_dead: mails.dead,
        seals: seals.into(),
    })
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
