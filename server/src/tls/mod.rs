//! TLS on certificate files, for HTTP and for the relay: rustls with ring, TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
//!
//! Invariant: a pair that cannot serve never replaces one that can. The files are compared by what they hold, not by their
//! dates, so that a link that is moved to a new folder (Kubernetes, certbot) counts as a change.

mod pair;
mod watch;

pub use pair::{Error, Validity, validity};
pub use watch::keep_fresh;

use crate::config::keys::Tls;
use rustls::ServerConfig;
use std::{path::Path, sync::Arc};

/// The certificate and the key that the configuration names; none when it names none.
#[must_use]
pub fn files(tls: &Tls) -> Option<Files<'_>> {
    Some(Files { certificate: tls.certificate.as_deref()?, key: tls.key.as_deref()? })
}

/// Two files that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The certificate and its chain, PEM.
    pub certificate: &'a Path,
    /// Its private key, PEM.
    pub key: &'a Path,
}

/// Reads the pair, for HTTP.
///
/// # Errors
/// When a file cannot be read, holds no certificate or key, or the two do not belong together.
pub fn load(files: Files<'_>) -> Result<Arc<ServerConfig>, Error> {
    pair::server_config(&pair::Pems::read(files)?)
}

/// The same pair for the relay. Its clients name other protocols than HTTP, or none (RFC 7443), and none of them is refused.
#[must_use]
pub fn for_relay(http: &ServerConfig) -> Arc<ServerConfig> {
    let mut config = http.clone();
    config.alpn_protocols.clear();
    Arc::new(config)
}

#[cfg(test)]
mod tests;
