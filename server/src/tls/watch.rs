//! Reloads the certificate and key when their files change.

use super::{
    Files,
    pair::{Error, Pems, server_config},
};
use rustls::ServerConfig;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Certificates are valid for weeks, so checking twice a minute is often enough, and it costs only two small reads.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Checks the files regularly until cancelled. A new usable certificate is passed to `take` and used for new connections; an unusable one is
/// logged once and the old one stays in use.
pub async fn keep_fresh(files: Files<'_>, take: impl Fn(Arc<ServerConfig>), stop: CancellationToken) {
    let mut watch = Watch::default();
    let mut tick = tokio::time::interval(LOOK_EVERY);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        watch.reload(files, &take);
    }
}

/// The result of the last check.
#[derive(Default)]
pub(super) struct Watch {
    seen: Option<Result<[u8; 32], String>>,
}

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reload {
    Unchanged,
    Taken,
    Refused,
}

impl Watch {
    pub(super) fn reload(&mut self, files: Files<'_>, take: impl Fn(Arc<ServerConfig>)) -> Reload {
        let read = Pems::read(files);
        let seen = read.as_ref().map(Pems::fingerprint).map_err(ToString::to_string);
        if self.seen.as_ref() == Some(&seen) {
            return Reload::Unchanged;
        }
        let is_first = self.seen.replace(seen).is_none();
        match read.and_then(|pems| server_config(&pems)) {
            Ok(config) => {
                take(config);
                if !is_first {
                    tracing::info!(certificate = %files.certificate.display(), "took the new certificate");
                }
                Reload::Taken
            }
            Err(error) => {
                refused(&error, files);
                Reload::Refused
            }
        }
    }
}

fn refused(error: &Error, files: Files<'_>) {
    let error: &dyn std::error::Error = error;
    tracing::error!(
        certificate = %files.certificate.display(),
        error,
        "the new certificate cannot be used; the old one stays in use until it ends"
    );
}
