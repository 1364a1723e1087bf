//! Tests with certificate and key files on disk.

use super::{
    watch::{Reload, Watch},
    *,
};
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{CertificateParams, KeyPair};
use std::{path::PathBuf, sync::Mutex};

struct Pair {
    _folder: tempfile::TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

impl Pair {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let pair = Self { _folder: folder, certificate, key };
        pair.renew();
        pair
    }

    fn renew(&self) {
        let (certificate, key) = self_signed();
        std::fs::write(&self.certificate, certificate).unwrap();
        std::fs::write(&self.key, key).unwrap();
    }

    fn files(&self) -> Files<'_> {
        Files { certificate: &self.certificate, key: &self.key }
    }
}

fn self_signed() -> (String, String) {
    let names = ["localhost", "*.clinic.example", "127.0.0.1", "::1"].map(str::to_owned);
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2027, 1, 1);
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

#[test]
fn a_pair_serves_http_2_and_1_1() {
    let pair = Pair::new();
    let config = load(pair.files()).unwrap();
    assert_eq!(config.alpn_protocols, [b"h2".to_vec(), b"http/1.1".to_vec()]);
    assert!(for_relay(&config).alpn_protocols.is_empty());
}

#[test]
fn a_new_pair_is_taken_and_a_broken_one_is_not() {
    let pair = Pair::new();
    let serving = Mutex::new(load(pair.files()).unwrap());
    let serves = || serving.lock().unwrap().clone();
    let mut watch = Watch::default();
    let mut reload = || watch.reload(pair.files(), |config| *serving.lock().unwrap() = config);
    assert_eq!(reload(), Reload::Taken);
    assert_eq!(reload(), Reload::Unchanged);

    pair.renew();
    let before = serves();
    assert_eq!(reload(), Reload::Taken);
    assert!(!Arc::ptr_eq(&before, &serves()));

    let working = serves();
    std::fs::write(&pair.certificate, self_signed().0).unwrap();
    assert_eq!(reload(), Reload::Refused, "the certificate of another key");
    assert_eq!(reload(), Reload::Unchanged, "told once");
    std::fs::remove_file(&pair.key).unwrap();
    assert_eq!(reload(), Reload::Refused);
    assert!(Arc::ptr_eq(&working, &serves()), "the old pair stays");

    pair.renew();
    assert_eq!(reload(), Reload::Taken);
}

#[test]
fn what_is_no_pair_is_refused_by_name() {
    let pair = Pair::new();
    std::fs::write(&pair.certificate, "nothing").unwrap();
    assert!(matches!(load(pair.files()), Err(Error::NoCertificate(path)) if path == pair.certificate));
    pair.renew();
    std::fs::write(&pair.key, "nothing").unwrap();
    assert!(matches!(load(pair.files()), Err(Error::NoKey(path)) if path == pair.key));
}

#[test]
fn a_certificate_tells_its_dates_and_names() {
    let pair = Pair::new();
    let validity = validity(&pair.certificate).unwrap();
    assert_eq!(validity.not_after.to_string(), "2027-01-01T00:00:00Z");
    for host in ["localhost", "a.clinic.example", "127.0.0.1", "[::1]"] {
        assert!(validity.covers(host), "{host}");
    }
    for host in ["clinic.example", "a.b.clinic.example", "127.0.0.2"] {
        assert!(!validity.covers(host), "{host}");
    }
}

#[tokio::test]
async fn a_client_that_trusts_it_connects() {
    use axum::{Router, routing::get};
    use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let pair = Pair::new();
    let handle = axum_server::Handle::new();
    let app = Router::new().route("/", get(|| async { "hello" }));
    let server = axum_server::bind_rustls(([127, 0, 0, 1], 0).into(), RustlsConfig::from_config(load(pair.files()).unwrap()))
        .handle(handle.clone());
    let serving = tokio::spawn(server.serve(app.into_make_service()));
    let address: std::net::SocketAddr = handle.listening().await.unwrap();

    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&pair.certificate).unwrap()).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(client));
    let socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let mut stream = connector.connect(ServerName::try_from("localhost").unwrap(), socket).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(String::from_utf8_lossy(&answer).ends_with("hello"));
    handle.shutdown();
    serving.await.unwrap().unwrap();
}
