//! Tests of the relay with an independent client: coturn's `turnutils_uclient`.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use relay::RelayedAddress;
use relay::peers::PeerPolicy;

use crate::support::{Bench, LOOPBACK, certificate, echo};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio_rustls::TlsConnector;

/// Runs the client against one of the relay's addresses until it ends and returns what it printed. If the client is not installed, prints
/// that the test is skipped and returns `None`.
async fn uclient_at(test: &str, bench: &Bench, relay: SocketAddr, arguments: &[&str]) -> Option<String> {
    let credentials = bench.issue("visit", "ana");
    let mut command = Command::new("turnutils_uclient");
    command.args(["-c", "-n", "20", "-l", "300", "-u", &credentials.username, "-w", &credentials.password]);
    command.args(["-p", &relay.port().to_string()]).args(arguments).arg(relay.ip().to_string());
    command.stdin(Stdio::null()).kill_on_drop(true);
    let negative = arguments.iter().any(|argument| matches!(*argument, "-N" | "-R" | "-B"));
    let output = match tokio::time::timeout(Duration::from_secs(if negative { 10 } else { 60 }), command.output()).await {
        Ok(output) => output,
        // In negative tests the client waits for connections that it broke off itself.
        Err(_) if negative => return Some(String::new()),
        Err(_) => panic!("the client does not end: {arguments:?}"),
    };
    match output {
        Ok(output) => {
            let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            // The exit status of negative tests depends on what they provoke.
            assert!(output.status.success() || negative, "{printed}");
            Some(printed)
        }
        Err(error) => {
            eprintln!("SKIPPED {test}: turnutils_uclient of Debian's package coturn cannot be run: {error}");
            None
        }
    }
}

async fn uclient(test: &str, bench: &Bench, arguments: &[&str]) -> Option<String> {
    uclient_at(test, bench, bench.relay.local_addr(), arguments).await
}

fn assert_nothing_lost(printed: &str, packets: usize) {
    let all = format!("tot_send_msgs={packets}, tot_recv_msgs={packets}");
    assert!(printed.contains(&all) && printed.contains("Total lost packets 0 "), "{printed}");
}

#[tokio::test]
async fn coturns_client_reaches_a_peer_by_channels() {
    let bench = Bench::open().await;
    let peer = echo().await;
    let arguments = ["-m", "2", "-e", "127.0.0.1", "-r", &peer.port().to_string()];
    let Some(printed) = uclient("coturns_client_reaches_a_peer_by_channels", &bench, &arguments).await else { return };
    assert_nothing_lost(&printed, 40);
    assert_eq!(bench.relay.stats().packets_relayed, 80);
}

#[tokio::test]
async fn coturns_client_reaches_a_peer_by_indications() {
    let bench = Bench::open().await;
    let peer = echo().await;
    let arguments = ["-s", "-m", "2", "-e", "127.0.0.1", "-r", &peer.port().to_string()];
    let Some(printed) = uclient("coturns_client_reaches_a_peer_by_indications", &bench, &arguments).await else { return };
    assert_nothing_lost(&printed, 40);
}

#[tokio::test]
async fn coturns_clients_reach_each_other() {
    let bench = Bench::start(|_| {}).await;
    let Some(printed) = uclient("coturns_clients_reach_each_other", &bench, &["-y", "-m", "2"]).await else { return };
    assert_nothing_lost(&printed, 40);
    assert_eq!(bench.relay.stats().refused_peers, 0);
}

/// Opens a TCP port that forwards into the relay's TLS, for a client that cannot be made to use TLS 1.2: Debian's build tries all versions
/// from 1.0 on, which rustls rightly refuses.
async fn tunnel(bench: &Bench) -> SocketAddr {
    let (server, trust) = certificate();
    bench.relay.reload_tls(server);
    let (relay, connector) = (bench.relay.tls_addrs()[0], TlsConnector::from(trust));
    let entrance = TcpListener::bind((LOOPBACK, 0)).await.unwrap();
    let address = entrance.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = entrance.accept().await {
            let connector = connector.clone();
            tokio::spawn(async move {
                let stream = TcpStream::connect(relay).await.unwrap();
                let mut stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
                // The tunnel ends as the client ends it, so errors are ignored.
                let _ = tokio::io::copy_bidirectional(&mut client, &mut stream).await;
            });
        }
    });
    address
}

#[tokio::test]
async fn coturns_clients_reach_peers_and_each_other_over_tcp_and_tls() {
    let bench = Bench::open().await;
    let peer = echo().await.port().to_string();
    let (tcp, tls) = (bench.relay.tcp_addrs()[0], tunnel(&bench).await);
    let name = "coturns_clients_reach_peers_and_each_other_over_tcp_and_tls";
    let run = |relay, way: &'static [&'static str]| {
        let (bench, peer) = (&bench, &peer);
        async move {
            let peer = if way.contains(&"-y") { Vec::new() } else { vec!["-e", "127.0.0.1", "-r", peer.as_str()] };
            let arguments = [&["-t", "-m", "2"], way, &peer].concat();
            if let Some(printed) = uclient_at(name, bench, relay, &arguments).await {
                assert_nothing_lost(&printed, 40);
            }
        }
    };
    tokio::join!(run(tcp, &[]), run(tcp, &["-s"]), run(tcp, &["-y"]), run(tls, &[]), run(tls, &["-s"]), run(tls, &["-y"]));
}

#[tokio::test]
async fn coturns_client_gets_what_it_asks_for_besides() {
    let bench = Bench::start(|config| {
        config.peers = PeerPolicy::allowing(["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        config.relayed.push(RelayedAddress::new("::1".parse().unwrap()));
    })
    .await;
    let peer = echo().await.port().to_string();
    let name = "coturns_client_gets_what_it_asks_for_besides";
    // -g: DONT-FRAGMENT, -s: Send indications; -D: channel data padded in datagrams too; -G: repeated requests; -X: an explicit address family.
    for special in [&["-g", "-s"][..], &["-D"], &["-G"], &["-X"]] {
        let arguments = [special, &["-e", "127.0.0.1", "-r", &peer, "-m", "2"]].concat();
        let Some(printed) = uclient(name, &bench, &arguments).await else { return };
        assert_nothing_lost(&printed, 40);
    }
}

#[tokio::test]
async fn coturns_negative_tests_leave_the_relay_whole() {
    let bench = Bench::open().await;
    let peer = echo().await.port().to_string();
    let name = "coturns_negative_tests_leave_the_relay_whole";
    let (udp, tcp) = (bench.relay.local_addr(), bench.relay.tcp_addrs()[0]);
    let run = |relay, special: &'static [&'static str]| {
        let (bench, peer) = (&bench, &peer);
        async move {
            let arguments = [special, &["-e", "127.0.0.1", "-r", peer.as_str(), "-m", "2"]].concat();
            uclient_at(name, bench, relay, &arguments).await;
        }
    };
    tokio::join!(run(udp, &["-N"]), run(udp, &["-R"]), run(udp, &["-B"]), run(tcp, &["-t", "-N"]), run(tcp, &["-t", "-B"]));
    let mut ana = bench.client("visit", "ana").await;
    assert!(ana.allocate().await.is_ok());
}
