//! `/metrics`: the metrics of this process for Prometheus. They contain no personal data, but show the state of the system. Therefore they are
//! served on a separate listener, which only the monitoring should reach, and on the main listener only with the token.

use crate::{config::secret::Secret, telemetry::Metrics};
use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::vault::equal_in_constant_time;
use metrics::{counter, gauge};
use relay::{Relay, Stats};
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const PATH: &str = "/metrics";

/// The collected metrics, and the relay whose counters are read for each request. Cheap to clone.
#[derive(Clone)]
pub struct Figures {
    metrics: Metrics,
    relay: Option<Arc<Relay>>,
}

impl Figures {
    /// Creates the metrics of the process, including those of its relay.
    #[must_use]
    pub fn new(metrics: Metrics, relay: Option<Arc<Relay>>) -> Self {
        Self { metrics, relay }
    }

    /// All metrics in the Prometheus text format.
    fn render(&self) -> String {
        if let Some(relay) = &self.relay {
            record(&relay.stats(), relay.is_alive());
        }
        self.metrics.render()
    }

    fn answer(&self) -> Response {
        ([(header::CONTENT_TYPE, Metrics::CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")], self.render()).into_response()
    }

    /// The route on the main listener, which requires the token as a bearer token.
    pub(super) fn routes<S: Clone + Send + Sync + 'static>(self, token: Secret<String>) -> Router<S> {
        let answer = move |headers: HeaderMap| async move {
            let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
            if sent.is_some_and(|sent| equal_in_constant_time(sent, token.expose().as_bytes())) {
                self.answer()
            } else {
                (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response()
            }
        };
        Router::new().route(PATH, get(answer))
    }

    /// Serves the metrics at `listen` until `stop` is cancelled. If the port is in use, this is logged and the process continues.
    pub async fn serve(self, listen: Option<SocketAddr>, stop: CancellationToken) {
        let keep = self.metrics.clone().keep(stop.clone());
        let Some(address) = listen else { return keep.await };
        let listener = match TcpListener::bind(address).await {
            Ok(listener) => listener,
            Err(error) => {
                tracing::warn!(error = %error, %address, "the figures have no listener; metrics.listen names another address");
                return keep.await;
            }
        };
        let router = Router::new().route(PATH, get(move || async move { self.answer() }));
        let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        let ((), served) = tokio::join!(keep, async { served.await });
        if let Err(error) = served {
            tracing::warn!(error = %error, "the listener for figures failed");
        }
    }
}

/// Records the relay's counters as metrics. Values that only grow are counters.
fn record(stats: &Stats, alive: bool) {
    gauge!("bedside_relay_up").set(u8::from(alive));
    // Above 2^53 a gauge would lose precision, but allocations and connections stay far below.
    gauge!("bedside_relay_allocations").set(u32::try_from(stats.allocations).unwrap_or(u32::MAX));
    gauge!("bedside_relay_connections").set(u32::try_from(stats.connections).unwrap_or(u32::MAX));
    counter!("bedside_relay_allocations_total").absolute(stats.allocations_made);
    counter!("bedside_relay_packets_total").absolute(stats.packets_relayed);
    counter!("bedside_relay_bytes_total", "direction" => "to_peers").absolute(stats.bytes_to_peers);
    counter!("bedside_relay_bytes_total", "direction" => "to_clients").absolute(stats.bytes_to_clients);
    counter!("bedside_relay_refused_total", "reason" => "peer").absolute(stats.refused_peers);
    counter!("bedside_relay_refused_total", "reason" => "credentials").absolute(stats.refused_credentials);
    counter!("bedside_relay_refused_total", "reason" => "quota").absolute(stats.refused_quota);
    counter!("bedside_relay_refused_total", "reason" => "bandwidth").absolute(stats.refused_bandwidth);
    counter!("bedside_relay_dropped_total").absolute(stats.dropped);
    counter!("bedside_relay_unanswered_total").absolute(stats.unanswered);
    counter!("bedside_relay_malformed_total").absolute(stats.malformed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use relay::credentials;
    use tower::ServiceExt;

    const TOKEN: &str = "a token of the monitoring";

    async fn ask(router: &Router, authorization: &str) -> (StatusCode, String) {
        let request = Request::get(PATH).header(header::AUTHORIZATION, authorization).body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_main_listener_tells_them_to_the_token_alone_and_asks_the_relay() {
        let secret = credentials::Secret::new("at least sixteen bytes of randomness");
        let mut config = relay::Config::new("test", secret, [127, 0, 0, 1].into(), Arc::new(|| 0));
        config.listen = vec![([127, 0, 0, 1], 0).into()];
        let relay = Arc::new(Relay::start(config).await.unwrap());
        let (metrics, recorder) = Metrics::detached();
        let router = Figures::new(metrics, Some(relay.clone())).routes::<()>(Secret::new(TOKEN.to_owned()));
        let _recording = metrics::set_default_local_recorder(&recorder);
        for wrong in ["", "Bearer", "Bearer a token of the monitorinG", "Basic a token of the monitoring"] {
            assert_eq!(ask(&router, wrong).await, (StatusCode::UNAUTHORIZED, String::new()), "{wrong}");
        }
        let (status, text) = ask(&router, &format!("Bearer {TOKEN}")).await;
        assert_eq!(status, StatusCode::OK);
        for line in [
            "bedside_relay_up 1",
            "bedside_relay_allocations 0",
            "bedside_relay_packets_total 0",
            r#"bedside_relay_refused_total{reason="quota"} 0"#,
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
        relay.shutdown().await;
    }

    #[test]
    fn every_figure_of_the_relay_is_told() {
        let (metrics, recorder) = Metrics::detached();
        let stats = Stats {
            allocations: 1,
            connections: 2,
            allocations_made: 3,
            bytes_to_peers: 4,
            bytes_to_clients: 5,
            packets_relayed: 6,
            dropped: 7,
            refused_peers: 8,
            refused_credentials: 9,
            refused_quota: 10,
            refused_bandwidth: 11,
            unanswered: 12,
            malformed: 13,
        };
        metrics::with_local_recorder(&recorder, || record(&stats, false));
        let text = metrics.render();
        let mut told: Vec<u32> =
            text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit(' ').next()?.parse().ok()).collect();
        told.sort_unstable();
        // 0: the relay is no longer alive.
        assert_eq!(told, (0..=13).collect::<Vec<_>>(), "{text}");
    }
}
