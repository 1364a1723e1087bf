//! HTTPS on certificate files: rustls with ring, TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
//!
//! Invariant: a pair that cannot serve never replaces one that can. The files are compared by what they hold, not by their
//! dates, so that a link that is moved to a new folder (Kubernetes, certbot) counts as a change.

mod pair;
mod watch;

pub use pair::{Error, Validity, validity};
pub use watch::keep_fresh;

use crate::config::keys::Tls;
use axum_server::tls_rustls::RustlsConfig;
use std::path::Path;

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

/// Reads the pair for the listener. Give the result to [`keep_fresh`] as well.
///
/// # Errors
/// When a file cannot be read, holds no certificate or key, or the two do not belong together.
pub fn load(files: Files<'_>) -> Result<RustlsConfig, Error> {
    Ok(RustlsConfig::from_config(pair::server_config(&pair::Pems::read(files)?)?))
}

#[cfg(test)]
mod tests;
