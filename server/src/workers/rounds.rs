//! Workers that repeat their work at intervals.

use domain::{Domain, audit, drafts, idempotency, identity, live, notices, notifications::Round, scheduling};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

/// How soon the dispatcher tries again when events wait that cannot be passed on yet.
const DISPATCH_AGAIN: Duration = Duration::from_millis(50);
/// The dispatcher of a server instance is woken by what that instance emits. It also looks for events of an instance that was killed before it passed them
/// on, after this time at the earliest and twice this time at the latest.
const DISPATCH_LEFTOVERS: Duration = Duration::from_secs(5);
const SEAL_EVERY: Duration = Duration::from_secs(1);
const SWEEP_EVERY: Duration = Duration::from_mins(1);
/// How often the first free times of doctors are renewed, so that searches find little to do.
const RENEW_EVERY: Duration = Duration::from_secs(10);
const AFTER_TROUBLE: Duration = Duration::from_secs(2);

/// Dispatches events as soon as a transaction of this process has emitted one.
pub(super) async fn dispatch(domain: Domain, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match notices::dispatch_once(&domain).await {
            Ok(Round::PassedOn(_)) => continue,
            Ok(Round::NotYet) => DISPATCH_AGAIN,
            Ok(Round::Nothing) => up_to_twice(DISPATCH_LEFTOVERS, &domain),
            Err(error) => {
                trouble("dispatcher", &error, &stop).await;
                continue;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = domain.emitted() => {}
            () = sleep(pause) => {}
        }
    }
}

/// A random duration from `shortest` to twice that, so that the instances do not all ask the database at the same moment.
fn up_to_twice(shortest: Duration, domain: &Domain) -> Duration {
    let mut byte = [0; 1];
    domain.randomness().fill(&mut byte);
    shortest + shortest * u32::from(byte[0]) / 255
}

/// Seals the audit log every second, if anything was written, and also stores each seal outside the database.
pub(super) async fn seal(domain: Domain, var_dir: PathBuf, stop: CancellationToken) {
    let anchors = var_dir.join("audit/seals.jsonl");
    let mut tick = interval(SEAL_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        match audit::seal_once(&domain).await {
            Ok(Some(anchor)) => {
                if let Err(error) = keep(&anchors, &anchor) {
                    tracing::error!(error = %error, seal = anchor.number, "a seal could not be kept outside of the database");
                }
            }
            Ok(None) => {}
            Err(error) => trouble("sealer", &error, &stop).await,
        }
    }
}

/// Appends a seal to the file, as one line of JSON.
fn keep(path: &Path, anchor: &audit::Anchor) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    let mut line = serde_json::to_vec(anchor)?;
    line.push(b'\n');
    file.write_all(&line)?;
    file.sync_data()
}

/// Deletes expired data: drafts, idempotency keys, sessions, live events, holds.
pub(super) async fn sweep(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(SWEEP_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        let swept = async {
            Ok::<_, domain::Error>(
                drafts::sweep(&domain).await?
                    + drafts::sweep_kept(&domain).await?
                    + idempotency::sweep(&domain).await?
                    + identity::sweep_sessions(&domain).await?
                    + live::sweep(&domain).await?
                    + scheduling::sweep_holds(&domain).await?,
            )
        };
        match swept.await {
            Ok(rows) => tracing::debug!(rows, "swept"),
            Err(error) => trouble("sweeper", &error, &stop).await,
        }
    }
}

/// Computes the first free times of doctors that are outdated.
pub(super) async fn renew_first_times(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(RENEW_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        match scheduling::renew_first_times(&domain).await {
            Ok(doctors) => tracing::debug!(doctors, "renewed first free times"),
            Err(error) => trouble("renewer of first free times", &error, &stop).await,
        }
    }
}

async fn trouble(worker: &'static str, error: &domain::Error, stop: &CancellationToken) {
    tracing::error!(worker, error.code = %error, error.cause = error.causes(), "a worker failed and tries again");
    tokio::select! {
        () = stop.cancelled() => {}
        () = sleep(AFTER_TROUBLE) => {}
    }
}
