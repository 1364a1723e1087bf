//! What the server says about itself: log lines to standard error, and figures for Prometheus.
//!
//! Invariant: set up once, by the binary, before anything else runs. Nothing here decides what is logged; that no personal
//! data is in a line is the duty of whoever writes it. Only panics, which others' code words, are stripped here.

mod logs;
mod metrics;
mod panics;

pub use metrics::Metrics;

use crate::config::keys::Log;

/// Logging or figures could not be set up: another part of the process did so already, or the filter is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `log.filter` cannot be read.
    #[error("log.filter is not a filter")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// A log is set up already.
    #[error("the log is set up already")]
    Log(#[from] tracing_subscriber::util::TryInitError),
    /// A recorder of figures is set up already.
    #[error("the figures are set up already")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

/// Sets up log, panic hook and figures for this process.
///
/// # Errors
/// When any of it was set up before, or `log.filter` is wrong.
pub fn init(log: &Log) -> Result<Metrics, Error> {
    logs::init(log)?;
    panics::log_them();
    Metrics::install()
}
