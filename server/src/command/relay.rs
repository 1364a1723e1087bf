//! `bedside relay`

use super::{chain, load, say, serve::stop_on_signal};
use crate::{serve::relay_config, telemetry};
use domain::clock::{Clock, SystemClock};
use relay::{Relay, credentials::Secret};
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

/// How long calls may go on after the first signal. A second signal ends them.
const DRAIN: Duration = Duration::from_secs(60);

/// How often it is asked whether the last call has ended.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Serves the relay and nothing else, without a database, until Ctrl-C or SIGTERM. Then it makes no new allocation and lets those that live
/// end for a minute.
pub async fn relay(file: Option<PathBuf>) -> ExitCode {
    let config = match load(file) {
        Ok(config) => config,
        Err(code) => return code,
    };
    if let Err(error) = telemetry::init(&config.log) {
        say(&chain(&error));
        return ExitCode::FAILURE;
    }
    let Some(secret) = &config.relay.secret else {
        say("`relay.secret` is missing. Set the secret that the servers have too; they make the credentials.");
        return ExitCode::from(2);
    };
    let secret = Secret::new(secret.expose().as_bytes());
    let clock = Arc::new(|| u64::try_from(SystemClock.now().as_second()).unwrap_or(0));
    let relay = match Relay::start(relay_config(&config, secret, clock)).await {
        Ok(relay) => relay,
        Err(error) => {
            tracing::error!(error = chain(&error), "the relay cannot start");
            return ExitCode::FAILURE;
        }
    };
    tracing::info!(address = %relay.local_addr(), "relaying");
    stop_on_signal().cancelled().await;
    relay.drain();
    let empty = async {
        while relay.stats().allocations > 0 {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    // What lives still is ended by the shutdown.
    let _ = tokio::time::timeout(DRAIN, empty).await;
    relay.shutdown().await;
    ExitCode::SUCCESS
}
