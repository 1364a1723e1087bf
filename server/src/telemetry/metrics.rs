//! Metrics for Prometheus. Code records them with the macros of the crate `metrics`; the server serves the text of [`Metrics::render`].

use super::Error;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The buckets for the duration of a request or a job, in seconds: from a cached response to the longest that users wait.
const DURATION_BUCKETS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// The metrics of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// The media type of [`Metrics::render`].
    pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

    /// Metrics that are not installed for the process, with their recorder. One process can have several of these.
    ///
    /// # Panics
    /// Never: the buckets are constants.
    #[must_use]
    pub fn detached() -> (Self, PrometheusRecorder) {
        let recorder = builder().expect("the buckets are not empty").build_recorder();
        (Self(recorder.handle()), recorder)
    }

    pub(super) fn install() -> Result<Self, Error> {
        Ok(Self(builder()?.install_recorder()?))
    }

    /// All metrics in the Prometheus text format (`text/plain; version=0.0.4`).
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Regularly moves measured values into their buckets until cancelled. Otherwise they accumulate between two scrapes.
    pub async fn keep(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(UPKEEP_EVERY);
        while stop.run_until_cancelled(tick.tick()).await.is_some() {
            self.0.run_upkeep();
        }
    }
}

fn builder() -> Result<PrometheusBuilder, Error> {
    Ok(PrometheusBuilder::new().set_buckets(&DURATION_BUCKETS)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_and_measured_is_rendered() {
        let (rendered, recorder) = Metrics::detached();
        metrics::with_local_recorder(&recorder, || {
            metrics::counter!("bedside_refusals_total", "reason" => "anonymous").increment(2);
            metrics::histogram!("bedside_request_seconds").record(0.2);
        });
        let text = rendered.render();
        assert!(text.contains(r#"bedside_refusals_total{reason="anonymous"} 2"#), "{text}");
        assert!(text.contains(r#"bedside_request_seconds_bucket{le="0.25"} 1"#), "{text}");
    }
}
