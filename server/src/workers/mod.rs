//! Background workers: the dispatcher, the job queue, the sealer of the audit log, the depositor of its seals, the keeper of keys, the sweeper, the renewer of doctors' first
//! free times, the offerer of freed times, the closer of visits that were not attended, the warner of licences that end soon, the reader of doctors' other calendars, the one that reminds of visits, the listener for live events, the watch over queues and seals, the metrics listener.
//!
//! Each server instance runs all of them. Work that only one instance may do at a time is guarded by an advisory lock in the database.

mod breaker;
mod jobs;
mod rounds;

use crate::{anchors, health, live, serve::AppState};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Starts all workers; they end when `stop` is cancelled.
pub fn start(state: &AppState, tasks: &TaskTracker, stop: &CancellationToken) {
    tasks.spawn(rounds::dispatch(state.domain.clone(), stop.clone()));
    tasks.spawn(rounds::seal(state.domain.clone(), anchors::seals_file(&state.config), stop.clone()));
    tasks.spawn(rounds::deposit(state.domain.clone(), state.config.clone(), stop.clone()));
    tasks.spawn(rounds::seal_days(state.domain.clone(), stop.clone()));
    tasks.spawn(rounds::keep_keys(state.domain.clone(), stop.clone()));
    tasks.spawn(rounds::sweep(state.domain.clone(), state.files.clone(), stop.clone()));
    tasks.spawn(rounds::renew_first_times(state.domain.clone(), stop.clone()));
    tasks.spawn(rounds::offer_freed_times(state.domain.clone(), stop.clone()));
    tasks.spawn(rounds::close_unattended(state.domain.clone(), stop.clone()));
    tasks.spawn(rounds::warn_of_licences(state.domain.clone(), stop.clone()));
    tasks.spawn(rounds::read_calendars(state.domain.clone(), stop.clone()));
    tasks.spawn(rounds::remind(state.domain.clone(), stop.clone()));
    tasks.spawn(live::listen(state.live.clone(), stop.clone()));
    tasks.spawn(health::watch(state.domain.clone(), state.watched.clone(), stop.clone()));
    tasks.spawn(jobs::run(state.clone(), stop.clone()));
    tasks.spawn(state.figures.clone().serve(state.config.metrics.listen, stop.clone()));
}
