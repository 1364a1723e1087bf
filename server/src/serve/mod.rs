//! One server process: everything that `bedside serve` starts, and how it stops.

mod assemble;
mod assets;
pub mod connections;
mod owner;
mod pages;
mod state;
mod stopped;

pub(crate) use assemble::relay_config;
pub use assemble::{Assembled, Error, Schema, assemble, attach, connect, start_relay};
pub use pages::{page_paths, router};
pub use state::AppState;

use self::connections::Connections;
use crate::{rest::ErrorBody, tls, workers};
use axum::{Json, http::StatusCode, response::IntoResponse};
use axum_server::tls_rustls::RustlsConfig;
use model::errors::Code;
use relay::Relay;
use rustls::ServerConfig;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long running requests and calls may continue when the server stops.
const DRAIN: Duration = Duration::from_secs(15);

/// How often to check whether the last call has ended.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Tells the relay to create no new allocations, and waits up to `patience` for existing ones to end.
pub async fn drain(relay: &Relay, patience: Duration) {
    relay.drain();
    let empty = async {
        while relay.stats().allocations > 0 {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    // The shutdown of the relay ends the remaining ones.
    let _ = tokio::time::timeout(patience, empty).await;
}

/// Runs until `stop` is cancelled, then drains: no new connections are accepted, running requests are finished, calls through the relay may end,
/// workers end, and the relay and the database stop.
///
/// # Errors
/// When a listener cannot be bound or a part fails to start.
pub async fn serve(assembled: Assembled, stop: CancellationToken, ready: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let Assembled { state, database, options } = assembled;
    let tasks = TaskTracker::new();
    workers::start(&state, &tasks, &stop);

    let handle = axum_server::Handle::new();
    tasks.spawn({
        let (stop, handle) = (stop.clone(), handle.clone());
        async move {
            stop.cancelled().await;
            handle.graceful_shutdown(Some(DRAIN));
        }
    });
    if let Some(relay) = state.relay.clone() {
        let stop = stop.clone();
        tasks.spawn(async move {
            stop.cancelled().await;
            drain(&relay, DRAIN).await;
        });
    }
    let service = router(&state, options).into_make_service_with_connect_info::<SocketAddr>();
    let listener =
        std::net::TcpListener::bind(state.config.listen).map_err(|source| Error::Listen(state.config.listen, source))?;
    listener.set_nonblocking(true).map_err(|source| Error::Listen(state.config.listen, source))?;
    let address = listener.local_addr().map_err(|source| Error::Listen(state.config.listen, source))?;
    ready(address);
    let connections = Connections::allowed_by_system(&state.config);
    let certificate = match tls::files(&state.config.tls) {
        Some(files) => {
            let rustls = RustlsConfig::from_config(tls::load(files)?);
            tasks.spawn({
                let (rustls, relay, config, stop) = (rustls.clone(), state.relay.clone(), state.config.clone(), stop.clone());
                let take = move |pair: Arc<ServerConfig>| {
                    if let Some(relay) = &relay {
                        relay.reload_tls(tls::for_relay(&pair));
                    }
                    rustls.reload_from_config(pair);
                };
                async move {
                    if let Some(files) = tls::files(&config.tls) {
                        tls::keep_fresh(files, take, stop).await;
                    }
                }
            });
            Some(rustls)
        }
        None => None,
    };
    let served = connections::serve(listener, certificate, connections, handle, service).await;
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    if let Some(relay) = &state.relay {
        relay.shutdown().await;
    }
    state.domain.close().await;
    database.stop().await?;
    tracing::info!("stopped");
    served.map_err(|source| Error::Listen(address, source))
}

/// The answer to a program whose request failed: `{code, message, details}`.
pub fn error_answer(code: Code, status: StatusCode) -> impl IntoResponse {
    (status, Json(ErrorBody::new(code, Vec::new())))
}
