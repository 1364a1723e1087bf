//! Liveness and readiness of this process, for supervisors and load balancers.
//!
//! Both answers are public, so they contain kinds of faults but no numbers. The administrators' page shows the numbers; it reads the same
//! state ([`domain::health`]). A reading is cached for a second, so that many requests cost the database only one reading.

mod figures;

pub use figures::Figures;

use crate::serve::AppState;
use admin::RelayReading;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{Domain, health};
use model::health::{HealthFault, HealthReport, RelayFigures};
use relay::Relay;
use serde::Serialize;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// How long a reading is cached.
const KEPT: Duration = Duration::from_secs(1);

/// How long a reading may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The time of the newest reading, and the faults that it found.
type Newest = Option<(Instant, Vec<HealthFault>)>;

/// The cached reading.
#[derive(Debug, Clone)]
struct Readings {
    domain: Domain,
    newest: Arc<Mutex<Newest>>,
}

/// The body of both answers.
#[derive(Debug, Serialize)]
struct Answer {
    status: &'static str,
    faults: Vec<HealthFault>,
}

/// The routes `/health/live` and `/health/ready`, and `/metrics` if a token is set for it.
pub fn routes<S: Clone + Send + Sync + 'static>(state: &AppState) -> Router<S> {
    let readings = Readings { domain: state.domain.clone(), newest: Arc::default() };
    let figures = state.config.metrics.token.clone().map(|token| state.figures.clone().routes(token));
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state(readings)
        .merge(figures.unwrap_or_default())
}

/// Reads the relay's counters for the administrators' page.
#[must_use]
pub fn relay_reading(relay: Arc<Relay>) -> RelayReading {
    RelayReading(Arc::new(move || {
        let stats = relay.stats();
        RelayFigures {
            allocations: u64::try_from(stats.allocations).unwrap_or(u64::MAX),
            allocations_made: stats.allocations_made,
            bytes_relayed: stats.bytes_relayed(),
            refused: stats.refused_peers + stats.refused_credentials + stats.refused_quota,
        }
    }))
}

/// The process answers. Nothing else is checked, so that a slow database does not make a supervisor kill the server.
async fn live() -> Response {
    answer(StatusCode::OK, "live", Vec::new())
}

async fn ready(State(readings): State<Readings>) -> Response {
    let faults = readings.faults().await;
    if faults.is_empty() {
        answer(StatusCode::OK, "ready", faults)
    } else {
        answer(StatusCode::SERVICE_UNAVAILABLE, "not_ready", faults)
    }
}

impl Readings {
    async fn faults(&self) -> Vec<HealthFault> {
        // Concurrent requests wait for the reading in progress.
        let mut newest = self.newest.lock().await;
        if let Some((_, faults)) = newest.as_ref().filter(|(at, _)| at.elapsed() < KEPT) {
            return faults.clone();
        }
        let read = tokio::time::timeout(PATIENCE, health::read(&self.domain, None)).await;
        let faults = read.as_ref().map_or_else(|_| vec![HealthFault::DatabaseUnreachable], HealthReport::faults);
        *newest = Some((Instant::now(), faults.clone()));
        faults
    }
}

fn answer(status: StatusCode, word: &'static str, faults: Vec<HealthFault>) -> Response {
    let mut response = (status, Json(Answer { status: word, faults })).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
