//! Telemetry: logs to standard error, and metrics for Prometheus.
//!
//! Invariant: set up once, by the binary, before anything else runs. This module does not decide what is logged: the code that logs must
//! keep personal data out of its lines. Only panics are cleaned here, because other people's code writes their messages.

mod logs;
mod metrics;
mod panics;

pub use metrics::Metrics;

use crate::config::keys::Log;

/// Logs or metrics could not be set up: they were already set up in this process, or the filter is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `log.filter` cannot be parsed.
    #[error("log.filter is not a filter")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// A logger is already set up.
    #[error("the log is set up already")]
    Log(#[from] tracing_subscriber::util::TryInitError),
    /// A metrics recorder is already set up.
    #[error("the figures are set up already")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

/// Sets up logs, the panic hook and metrics for this process.
///
/// # Errors
/// When one of them was already set up, or `log.filter` is wrong.
pub fn init(log: &Log) -> Result<Metrics, Error> {
    logs::init(log)?;
    panics::log_them();
    Metrics::install()
}
