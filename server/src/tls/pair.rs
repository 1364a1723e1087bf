//! A certificate with its key: loading them, and reading the certificate's validity.

use super::Files;
use jiff::Timestamp;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use sha2::{Digest, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use x509_parser::parse_x509_certificate;
use zeroize::Zeroizing;

/// Why a certificate and its key cannot be used. Never contains data of the key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("{} cannot be read", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file contains no certificate.
    #[error("{} holds no PEM certificate that can be read", .0.display())]
    NoCertificate(PathBuf),
    /// The file contains no private key.
    #[error("{} holds no PEM private key that can be read", .0.display())]
    NoKey(PathBuf),
    /// The certificate and the key cannot be used together.
    #[error("tls.certificate and tls.key cannot serve together: {0}")]
    Pair(#[source] rustls::Error),
}

/// The contents of both files.
pub(super) struct Pems {
    certificate: (PathBuf, Vec<u8>),
    key: (PathBuf, Zeroizing<Vec<u8>>),
}

impl Pems {
    pub(super) fn read(files: Files<'_>) -> Result<Self, Error> {
        let read = |path: &Path| std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source });
        Ok(Self {
            certificate: (files.certificate.to_owned(), read(files.certificate)?),
            key: (files.key.to_owned(), Zeroizing::new(read(files.key)?)),
        })
    }

    /// A hash of both files, which detects changes without keeping the key in memory.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        let (certificate, key) = (&self.certificate.1, &self.key.1);
        let length = u64::try_from(certificate.len()).unwrap_or(u64::MAX).to_be_bytes();
        Sha256::new().chain_update(length).chain_update(certificate).chain_update(key.as_slice()).finalize().into()
    }
}

/// The rustls configuration for the certificate.
pub(super) fn server_config(pems: &Pems) -> Result<Arc<ServerConfig>, Error> {
    let chain = chain(&pems.certificate.0, &pems.certificate.1)?;
    let key = PrivateKeyDer::from_pem_slice(&pems.key.1).map_err(|_| Error::NoKey(pems.key.0.clone()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(Error::Pair)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(Error::Pair)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn chain(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let chain: Vec<_> =
        CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| Error::NoCertificate(path.to_owned()))?;
    if chain.is_empty() { Err(Error::NoCertificate(path.to_owned())) } else { Ok(chain) }
}

/// The validity period and the names of the first certificate in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validity {
    /// The start of the validity period.
    pub not_before: Timestamp,
    /// The end of the validity period.
    pub not_after: Timestamp,
    /// The DNS names and IP addresses for which it is valid.
    pub names: Vec<String>,
}

impl Validity {
    /// Whether the certificate is valid for a host: by name, by a `*.` wildcard of the parent domain, or by address (RFC 6125 §6.4).
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let above = host.split_once('.').map(|(_, above)| format!("*.{above}"));
        self.names.iter().any(|name| *name == host || Some(name) == above.as_ref())
    }
}

/// Reads the validity of a certificate file.
///
/// # Errors
/// When the file cannot be read or contains no certificate.
pub fn validity(certificate: &Path) -> Result<Validity, Error> {
    let unreadable = || Error::NoCertificate(certificate.to_owned());
    let pem = std::fs::read(certificate).map_err(|source| Error::Io { path: certificate.to_owned(), source })?;
    let chain = chain(certificate, &pem)?;
    let first = chain.first().ok_or_else(unreadable)?;
    let (_, parsed) = parse_x509_certificate(first).map_err(|_| unreadable())?;
    let instant = |seconds| Timestamp::from_second(seconds).map_err(|_| unreadable());
    let names =
        parsed.subject_alternative_name().ok().flatten().map(|names| names.value.general_names.iter().filter_map(name).collect());
    Ok(Validity {
        not_before: instant(parsed.validity().not_before.timestamp())?,
        not_after: instant(parsed.validity().not_after.timestamp())?,
        names: names.unwrap_or_default(),
    })
}

fn name(name: &x509_parser::extensions::GeneralName<'_>) -> Option<String> {
    use x509_parser::extensions::GeneralName;
    match name {
        GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
        GeneralName::IPAddress(bytes) => match *bytes {
            [a, b, c, d] => Some(std::net::Ipv4Addr::new(*a, *b, *c, *d).to_string()),
            bytes => <[u8; 16]>::try_from(bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
        },
        _ => None,
    }
}
