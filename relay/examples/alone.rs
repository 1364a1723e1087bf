//! A stand-alone relay for benchmarks: `alone <listen> <secret> [workers]`. UDP and TCP listen on the given port, TLS with a freshly generated
//! certificate on the next port. It relays to loopback addresses, which a relay on the internet must never do.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use relay::credentials::Secret;
use relay::peers::PeerPolicy;
use relay::{Bandwidth, Config, Relay};

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "this program is what owns the clock")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [listen, secret, rest @ ..] = arguments.as_slice() else {
        return Err("usage: alone <listen> <secret> [workers]".into());
    };
    let listen: SocketAddr = listen.parse()?;
    let clock: relay::Clock = Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs()));
    let mut config = Config::new("bench", Secret::new(secret.as_str()), listen.ip(), clock);
    config.listen = vec![listen];
    config.listen_tcp = vec![listen];
    config.listen_tls = vec![SocketAddr::new(listen.ip(), listen.port() + 1)];
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
    let tls = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key)?;
    config.tls = Some(Arc::new(tls));
    config.ports = 20_000..=29_999;
    config.peers = PeerPolicy::allowing(["127.0.0.0/8".parse()?]);
    config.bandwidth = Bandwidth { bytes_per_second: None };
    config.quota.per_source = 10_000;
    // Some load generators use one username for all clients.
    config.quota.per_participant = 10_000;
    config.quota.connections_per_source = 10_000;
    // All clients of a load test share one source address, and each begins unauthenticated.
    config.quota.answers_to_strangers = u32::MAX;
    config.workers = rest.first().map_or(Ok(0), |workers| workers.parse())?;
    let relay = Relay::start(config).await?;
    std::future::pending::<()>().await;
    relay.shutdown().await;
    Ok(())
}
