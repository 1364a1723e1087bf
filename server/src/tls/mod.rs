//! TLS with certificate files, for HTTP and for the relay: rustls with ring, TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
//!
//! Invariant: an unusable certificate never replaces a usable one. Files are compared by content, not by modification time, so
//! that a symbolic link that is moved to a new folder (Kubernetes, certbot) counts as a change.

mod pair;
mod watch;

pub use pair::{Error, Validity, validity};
pub use watch::keep_fresh;

use crate::config::keys::Tls;
use rustls::ServerConfig;
use std::{path::Path, sync::Arc};

/// The certificate and key files of the configuration; none when they are not set.
#[must_use]
pub fn files(tls: &Tls) -> Option<Files<'_>> {
    Some(Files { certificate: tls.certificate.as_deref()?, key: tls.key.as_deref()? })
}

/// The files of a certificate and its key.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// The certificate and its chain, in PEM.
    pub certificate: &'a Path,
    /// The private key of the certificate, in PEM.
    pub key: &'a Path,
}

/// Loads the certificate and key for HTTP.
///
/// # Errors
/// When a file cannot be read, contains no certificate or key, or the two do not match.
pub fn load(files: Files<'_>) -> Result<Arc<ServerConfig>, Error> {
    pair::server_config(&pair::Pems::read(files)?)
}

/// The same certificate for the relay. Clients of the relay offer other protocols than HTTP, or none (RFC 7443); all are accepted.
#[must_use]
pub fn for_relay(http: &ServerConfig) -> Arc<ServerConfig> {
    let mut config = http.clone();
    config.alpn_protocols.clear();
    Arc::new(config)
}

#[cfg(test)]
mod tests;
