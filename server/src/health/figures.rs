//! `/metrics` on a listener of its own.

use crate::{config::Config, telemetry::Metrics};
use axum::{Router, routing::get};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Serves the figures until `stop` is cancelled. A port that is taken is said and the server goes on.
pub(super) async fn serve(config: Arc<Config>, metrics: Metrics, stop: CancellationToken) {
    let keep = metrics.clone().keep(stop.clone());
    let Some(address) = config.metrics.listen else { return keep.await };
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(error = %error, %address, "the figures have no listener; metrics.listen names another address");
            return keep.await;
        }
    };
    let router = Router::new().route("/metrics", get(move || async move { metrics.render() }));
    let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    let ((), served) = tokio::join!(keep, async { served.await });
    if let Err(error) = served {
        tracing::warn!(error = %error, "the listener for figures failed");
    }
}
