//! Reads the pair again when its files change.

use super::{
    Files,
    pair::{Error, Pems, server_config},
};
use rustls::ServerConfig;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Certificates live for weeks; half a minute is soon enough and costs two small reads.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Looks at the files now and then, until cancelled. A new pair that can serve is given to `take`, for the next connections; one that
/// cannot is told once, and the old one stays.
pub async fn keep_fresh(files: Files<'_>, take: impl Fn(Arc<ServerConfig>), stop: CancellationToken) {
    let mut watch = Watch::default();
    let mut tick = tokio::time::interval(LOOK_EVERY);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        watch.look(files, &take);
    }
}

/// What was seen last.
#[derive(Default)]
pub(super) struct Watch {
    seen: Option<Result<[u8; 32], String>>,
}

/// What a look found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Unchanged,
    Taken,
    Refused,
}

impl Watch {
    pub(super) fn look(&mut self, files: Files<'_>, take: impl Fn(Arc<ServerConfig>)) -> Look {
        let read = Pems::read(files);
        let seen = read.as_ref().map(Pems::fingerprint).map_err(ToString::to_string);
        if self.seen.as_ref() == Some(&seen) {
            return Look::Unchanged;
        }
        let is_first = self.seen.replace(seen).is_none();
        match read.and_then(|pems| server_config(&pems)) {
            Ok(config) => {
                take(config);
                if !is_first {
                    tracing::info!(certificate = %files.certificate.display(), "took the new certificate");
                }
                Look::Taken
            }
            Err(error) => {
                refused(&error, files);
                Look::Refused
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
