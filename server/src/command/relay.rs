//! `bedside relay`: runs only the relay.

use super::{begin, chain, say, serve::stop_on_signal};
use crate::{
    config::Config,
    copies::{self, Copies, CopyId, Heard, InRedis},
    health::Figures,
    live, serve, tls,
};
use domain::{
    clock::{Clock, SystemClock},
    randomness::SystemRandomness,
};
use relay::{Relay, credentials::Secret};
use std::{convert::Infallible, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// How long existing calls may continue after the first signal. A second signal ends them.
const DRAIN: Duration = Duration::from_secs(60);
const HEAR_AGAIN: Duration = Duration::from_secs(1);

/// Runs only the relay, without a database, until Ctrl-C or SIGTERM. After that it creates no new allocations and waits up to a minute for
/// existing ones to end. With `redis.url` it hears from the servers what was revoked; without it, what was revoked is relayed until its credential expires.
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
    let started = async {
        let relay = Arc::new(start(&config, secret).await?);
        let me = CopyId::random(&SystemRandomness);
        let redis = config.redis.url.as_ref().map(|url| InRedis::new(url, &config.redis.prefix, me)).transpose()?;
        Ok::<_, serve::Error>((relay, redis))
    };
    let (relay, revoked_by) = match started.await {
        Ok(started) => started,
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
    let relaying = async {
        tokio::join!(fresh, stop.cancelled());
        serve::drain(&relay, DRAIN).await;
    };
    let revocations = async {
        match &revoked_by {
            Some(redis) => close_revoked(&relay, redis).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = relaying => {}
        () = revocations => {}
    }
    relay.shutdown().await;
    ended.cancel();
    if let Err(error) = figures.await {
        tracing::warn!(%error, "the listener for figures failed");
    }
    ExitCode::SUCCESS
}

/// Closes allocations that servers say are over, as long as it is polled.
async fn close_revoked(relay: &Relay, redis: &InRedis) {
    loop {
        let Err(error) = hear(relay, redis).await;
        tracing::warn!(%error, "what servers revoke is not heard; trying again");
        tokio::time::sleep(HEAR_AGAIN).await;
    }
}

async fn hear(relay: &Relay, redis: &InRedis) -> Result<Infallible, copies::Error> {
    let mut incoming = redis.listen().await?;
    loop {
        if let Heard::Message(_, message) = incoming.next().await? {
            live::close_revoked(relay, message).await;
        }
    }
}

async fn start(config: &Config, secret: Secret) -> Result<Relay, serve::Error> {
    let clock = Arc::new(|| u64::try_from(SystemClock.now().as_second()).unwrap_or(0));
    Ok(Relay::start(serve::relay_config(config, secret, clock)?).await?)
}
