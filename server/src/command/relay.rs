//! `bedside relay`: runs only the relay.

use super::{begin, chain, say, serve::stop_on_signal};
use crate::{config::Config, health::Figures, serve, tls};
use domain::clock::{Clock, SystemClock};
use relay::{Relay, credentials::Secret};
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How long existing calls may continue after the first signal. A second signal ends them.
const DRAIN: Duration = Duration::from_secs(60);

/// Runs only the relay, without a database, until Ctrl-C or SIGTERM. After that it creates no new allocations and waits up to a minute for
/// existing ones to end.
pub async fn relay(file: Option<PathBuf>) -> ExitCode {
    let (config, metrics) = match begin(file) {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let Some(secret) = &config.relay.secret else {
        say("`relay.secret` is missing. Set the secret that the servers have too; they make the credentials.");
        return ExitCode::from(2);
    };
    let secret = Secret::new(secret.expose().as_bytes());
    let relay = match start(&config, secret).await {
        Ok(relay) => Arc::new(relay),
        Err(error) => {
            tracing::error!(error = chain(&error), "the relay cannot start");
            return ExitCode::FAILURE;
        }
    };
    tracing::info!(address = %relay.local_addr(), "relaying");
    let stop = stop_on_signal();
    // The metrics are served until the last call has ended.
    let ended = CancellationToken::new();
    let figures = tokio::spawn(Figures::new(metrics, Some(relay.clone())).serve(config.metrics.listen, ended.clone()));
    let fresh = async {
        if let Some(files) = tls::files(&config.tls) {
            tls::keep_fresh(files, |pair| relay.reload_tls(tls::for_relay(&pair)), stop.clone()).await;
        }
    };
    tokio::join!(fresh, stop.cancelled());
    serve::drain(&relay, DRAIN).await;
    relay.shutdown().await;
    ended.cancel();
    if let Err(error) = figures.await {
        tracing::warn!(%error, "the listener for figures failed");
    }
    ExitCode::SUCCESS
}

async fn start(config: &Config, secret: Secret) -> Result<Relay, serve::Error> {
    let clock = Arc::new(|| u64::try_from(SystemClock.now().as_second()).unwrap_or(0));
    Ok(Relay::start(serve::relay_config(config, secret, clock)?).await?)
}
