//! A relay with a clock that the test sets, and a client that sends exactly what the test says.

pub(crate) mod client;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use relay::credentials::{self, Credentials, Secret};
use relay::peers::PeerPolicy;
use relay::{Config, Relay};
use tokio::net::UdpSocket;

/// How long a test waits at most for something that must come.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

pub(crate) const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The time at which every test begins, in Unix seconds.
pub(crate) const BEGIN: u64 = 1_800_000_000;

/// The lifetime of credentials in tests, in seconds.
pub(crate) const TTL: u64 = 300;

pub(crate) struct Bench {
    pub(crate) relay: Relay,
    now_unix: Arc<AtomicU64>,
}

impl Bench {
    /// A relay on loopback whose configuration the test adjusts.
    pub(crate) async fn start(adjust: impl FnOnce(&mut Config)) -> Self {
        let now_unix = Arc::new(AtomicU64::new(BEGIN));
        let clock = Arc::clone(&now_unix);
        let mut config = Config::new("relay.test", secret(), LOOPBACK, Arc::new(move || clock.load(Ordering::SeqCst)));
        config.listen = vec![SocketAddr::new(LOOPBACK, 0)];
        config.listen_tcp = config.listen.clone();
        config.listen_tls = config.listen.clone();
        config.tls = Some(certificate().0);
        config.workers = 2;
        config.credential_lifetime = Duration::from_secs(TTL);
        // Below the range from which the system assigns ports to other sockets of the tests.
        config.ports = 20_000..=29_999;
        adjust(&mut config);
        Self { relay: Relay::start(config).await.unwrap(), now_unix }
    }

    /// A relay whose policy allows loopback peers.
    pub(crate) async fn open() -> Self {
        Self::start(|config| config.peers = PeerPolicy::allowing(["127.0.0.0/8".parse().unwrap()])).await
    }

    pub(crate) fn pass_secs(&self, secs: u64) {
        self.now_unix.fetch_add(secs, Ordering::SeqCst);
    }

    /// A credential issued now.
    pub(crate) fn issue(&self, scope: &str, participant: &str) -> Credentials {
        credentials::issue(&secret(), scope, participant, self.now_unix.load(Ordering::SeqCst) + TTL).unwrap()
    }

    /// A client with a credential issued now.
    pub(crate) async fn client(&self, scope: &str, participant: &str) -> client::Client {
        client::Client::new(self.relay.local_addr(), self.issue(scope, participant)).await
    }
}

/// A fresh certificate for `localhost`, as a configuration for the relay and for a client.
pub(crate) fn certificate() -> (Arc<rustls::ServerConfig>, Arc<rustls::ClientConfig>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let server = rustls::ServerConfig::builder().with_no_client_auth();
    let server = server.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let client = rustls::ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    (Arc::new(server), Arc::new(client))
}

pub(crate) fn secret() -> Secret {
    Secret::new("a secret for tests only")
}

/// The first of `count` consecutive ports from the range of 1000 at `range`, which one test uses alone. It depends on the process id, so
/// that two test runs at the same time hardly get the same ports.
pub(crate) fn own_ports(range: u16, count: u16) -> u16 {
    let rows = 1000 / u32::from(count);
    range + u16::try_from(std::process::id() % rows).unwrap() * count
}

pub(crate) async fn socket_at(address: &str) -> UdpSocket {
    UdpSocket::bind((address, 0)).await.unwrap()
}

/// Starts a peer that echoes every datagram until the test ends.
pub(crate) async fn echo() -> SocketAddr {
    let socket = socket_at("127.0.0.1").await;
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let _ = socket.send_to(&buffer[..length], from).await;
        }
    });
    address
}
