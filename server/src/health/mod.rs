//! Liveness and readiness of this process, for supervisors and load balancers.
//!
//! Whether the process is ready depends only on facts about itself: the database answers it, the schema is new enough, it hears live events. What is wrong
//! for all copies alike is named in the body with the status 200, and is a metric for alerts ([`Watched`]); if it were a reason to leave the load balancer,
//! one stuck queue would take the whole site down.
//!
//! Both answers are public, so they contain kinds of faults but no numbers, and cost at most two small statements a second. The administrators' page shows
//! the numbers ([`domain::health`]).

mod figures;
mod watch;

pub use figures::Figures;
pub use watch::{Watched, watch};

use crate::{live::Hub, serve::AppState};
use admin::RelayReading;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    Domain,
    health::{self, Answered},
};
use model::health::{HealthFault, RelayFigures};
use relay::Relay;
use serde::Serialize;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// How long an answer of the database is cached.
const KEPT: Duration = Duration::from_secs(1);

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The time of the newest answer of the database, and the faults that it showed.
type Newest = Option<(Instant, Vec<HealthFault>)>;

/// What readiness depends on.
#[derive(Clone)]
struct Readings {
    domain: Domain,
    live: Hub,
    watched: Watched,
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
    let readings = Readings {
        domain: state.domain.clone(),
        live: state.live.clone(),
        watched: state.watched.clone(),
        newest: Arc::default(),
    };
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
    let (status, word) = if faults.iter().any(|fault| fault.is_of_one_process()) {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    } else if faults.is_empty() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::OK, "degraded")
    };
    answer(status, word, faults)
}

impl Readings {
    async fn faults(&self) -> Vec<HealthFault> {
        let mut faults = self.of_database().await;
        if !self.live.is_listening() {
            faults.push(HealthFault::ListenerLost);
        }
        faults.extend(self.watched.faults());
        faults
    }

    async fn of_database(&self) -> Vec<HealthFault> {
        // Concurrent requests wait for the answer to the first of them.
        let mut newest = self.newest.lock().await;
        if let Some((_, faults)) = newest.as_ref().filter(|(at, _)| at.elapsed() < KEPT) {
            return faults.clone();
        }
        let faults = match tokio::time::timeout(PATIENCE, health::answered(&self.domain)).await {
            Ok(Answered { micros: Some(_), schema_current: true }) => Vec::new(),
            Ok(Answered { micros: Some(_), schema_current: false }) => vec![HealthFault::SchemaOld],
            Ok(Answered { micros: None, .. }) | Err(_) => vec![HealthFault::DatabaseUnreachable],
        };
        *newest = Some((Instant::now(), faults.clone()));
        faults
    }
}

fn answer(status: StatusCode, word: &'static str, faults: Vec<HealthFault>) -> Response {
    let mut response = (status, Json(Answer { status: word, faults })).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
