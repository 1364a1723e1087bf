//! Tests of which packets flow through the relay, and which never do.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use crate::support::{Bench, LIMIT, LOOPBACK, echo, socket_at};
use relay::RelayedAddress;
use relay::credentials::Credentials;
use relay::peers::PeerPolicy;
use tokio::net::UdpSocket;
use tokio::time::timeout;
use turn::client::{Client, ClientConfig};
use webrtc_util::Conn;

/// The client of the `turn` crate, which WebRTC in Rust uses.
async fn turn_client(relay: SocketAddr, credentials: Credentials) -> Client {
    let client = Client::new(ClientConfig {
        stun_serv_addr: relay.to_string(),
        turn_serv_addr: relay.to_string(),
        username: credentials.username,
        password: credentials.password,
        realm: String::new(),
        software: String::new(),
        rto_in_ms: 0,
        conn: Arc::new(socket_at("127.0.0.1").await),
        vnet: None,
    })
    .await
    .unwrap();
    client.listen().await.unwrap();
    client
}

async fn received(conn: &impl Conn) -> (Vec<u8>, SocketAddr) {
    let mut buffer = [0; 2048];
    let (length, from) = timeout(LIMIT, conn.recv_from(&mut buffer)).await.expect("a packet in time").unwrap();
    (buffer[..length].to_vec(), from)
}

async fn after_knocks(conn: &impl Conn) -> (Vec<u8>, SocketAddr) {
    loop {
        let packet = received(conn).await;
        if packet.0 != b"knock" {
            return packet;
        }
    }
}

fn is_silent(socket: &UdpSocket) -> bool {
    matches!(socket.try_recv_from(&mut [0; 64]), Err(error) if error.kind() == ErrorKind::WouldBlock)
}

#[tokio::test]
async fn a_packet_goes_to_a_listed_peer_and_back() {
    let bench = Bench::open().await;
    let client = turn_client(bench.relay.local_addr(), bench.issue("visit", "ana")).await;
    let relayed = client.allocate().await.unwrap();
    let peer = echo().await;
    for round in 0..20 {
        let payload = format!("packet {round}");
        relayed.send_to(payload.as_bytes(), peer).await.unwrap();
        assert_eq!(received(&relayed).await, (payload.into_bytes(), peer));
    }
    let stats = bench.relay.stats();
    assert_eq!((stats.packets_relayed, stats.refused_peers), (40, 0));
    assert_eq!((stats.bytes_to_peers, stats.bytes_to_clients, stats.bytes_relayed()), (170, 170, 340));
    client.close().await.unwrap();
}

#[tokio::test]
async fn two_clients_relay_to_each_other_without_any_exception() {
    let bench = Bench::start(|_| {}).await;
    let (ana, bob) = (
        turn_client(bench.relay.local_addr(), bench.issue("visit", "ana")).await,
        turn_client(bench.relay.local_addr(), bench.issue("visit", "bob")).await,
    );
    let (for_ana, for_bob) = (ana.allocate().await.unwrap(), bob.allocate().await.unwrap());
    let (at_ana, at_bob) = (for_ana.local_addr().unwrap(), for_bob.local_addr().unwrap());
    // Each sends once to create a permission for the other, as ICE does; the first of these packets may arrive before the permission exists.
    for_bob.send_to(b"knock", at_ana).await.unwrap();
    for_ana.send_to(b"knock", at_bob).await.unwrap();
    for round in 0..20u8 {
        for_ana.send_to(&[round; 100], at_bob).await.unwrap();
        assert_eq!(after_knocks(&for_bob).await, (vec![round; 100], at_ana));
        for_bob.send_to(&[round; 50], at_ana).await.unwrap();
        assert_eq!(after_knocks(&for_ana).await, (vec![round; 50], at_bob));
    }
    assert_eq!(bench.relay.stats().refused_peers, 0);
    ana.close().await.unwrap();
    bob.close().await.unwrap();
}

#[tokio::test]
async fn without_a_permission_nothing_comes_in() {
    let bench = Bench::open().await;
    let mut ana = bench.client("visit", "ana").await;
    let relayed = ana.allocate().await.unwrap();
    let (stranger, friend) = (socket_at("127.0.0.2").await, socket_at("127.0.0.3").await);
    assert_eq!(ana.permit(&[friend.local_addr().unwrap()]).await, 0);
    stranger.send_to(b"hello", relayed).await.unwrap();
    friend.send_to(b"hi", relayed).await.unwrap();
    assert_eq!(ana.receive().await, (b"hi".to_vec(), friend.local_addr().unwrap()));
}

#[tokio::test]
async fn every_peer_of_one_request_is_permitted() {
    let bench = Bench::open().await;
    let mut ana = bench.client("visit", "ana").await;
    let relayed = ana.allocate().await.unwrap();
    let peers = [socket_at("127.0.0.2").await, socket_at("127.0.0.3").await, socket_at("127.0.0.4").await];
    let addresses: Vec<_> = peers.iter().map(|peer| peer.local_addr().unwrap()).collect();
    assert_eq!(ana.permit(&addresses).await, 0);
    for (peer, address) in peers.iter().zip(addresses) {
        peer.send_to(b"hi", relayed).await.unwrap();
        assert_eq!(ana.receive().await, (b"hi".to_vec(), address));
    }
}

#[tokio::test]
async fn a_refused_peer_gets_never_a_packet_and_sends_none() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    let relayed = ana.allocate().await.unwrap();
    let peer = socket_at("127.0.0.2").await;
    let address = peer.local_addr().unwrap();
    assert_eq!(ana.permit(&[address]).await, 403);
    assert_eq!(ana.permit(&["8.8.8.8:1".parse().unwrap(), address]).await, 403, "one bad peer spoils the request");
    assert_eq!(ana.bind_channel(0x4000, address).await, 403);
    ana.send(address, b"out").await;
    ana.send_on_channel(0x4000, b"out").await;
    peer.send_to(b"in", relayed).await.unwrap();
    ana.settle().await;
    assert!(is_silent(&peer) && is_silent(&ana.socket));
    let stats = bench.relay.stats();
    assert_eq!((stats.packets_relayed, stats.bytes_relayed()), (0, 0));
    assert!(stats.refused_peers >= 3, "{stats:?}");
}

#[tokio::test]
async fn other_ports_of_the_relays_own_address_are_out_of_reach() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    let relayed = ana.allocate().await.unwrap();
    // Another program on the relay's host. Its address may be permitted, because other allocations have it too, but this port stays closed.
    let neighbour = socket_at("127.0.0.1").await;
    let address = neighbour.local_addr().unwrap();
    assert_eq!(ana.permit(&[address]).await, 0);
    assert_eq!(ana.bind_channel(0x4000, address).await, 403);
    ana.send(address, b"out").await;
    neighbour.send_to(b"in", relayed).await.unwrap();
    ana.settle().await;
    assert!(is_silent(&neighbour) && is_silent(&ana.socket));
    assert_eq!(bench.relay.stats().packets_relayed, 0);
}

#[tokio::test]
async fn too_many_peers_are_refused() {
    let bench = Bench::start(|config| config.quota.peers_per_allocation = 2).await;
    let mut ana = bench.client("visit", "ana").await;
    ana.allocate().await.unwrap();
    let peer = |last| SocketAddr::from(([8, 8, 8, last], 1));
    assert_eq!(ana.permit(&[peer(1), peer(2)]).await, 0);
    assert_eq!(ana.permit(&[peer(3)]).await, 508);
    assert_eq!(ana.permit(&[peer(1)]).await, 0);
}

#[tokio::test]
async fn closing_a_scope_ends_its_flow_and_no_other() {
    let bench = Bench::open().await;
    let mut ana = bench.client("visit", "ana").await;
    let mut cem = bench.client("elsewhere", "cem").await;
    let (at_ana, at_cem) = (ana.allocate().await.unwrap(), cem.allocate().await.unwrap());
    let peer = socket_at("127.0.0.1").await;
    let address = peer.local_addr().unwrap();
    for client in [&mut ana, &mut cem] {
        assert_eq!(client.bind_channel(0x4000, address).await, 0);
        client.send_on_channel(0x4000, b"before").await;
        assert_eq!(received(&peer).await.0, b"before");
    }
    assert_eq!(bench.relay.close_scope("visit").await, 1);
    assert_eq!(bench.relay.close_scope("visit").await, 0);
    ana.send_on_channel(0x4000, b"after").await;
    peer.send_to(b"back", at_ana).await.unwrap();
    ana.settle().await;
    assert!(is_silent(&peer) && is_silent(&ana.socket));
    assert_eq!(ana.allocate().await, Err(401), "its credential opens nothing any more");
    cem.send_on_channel(0x4000, b"still").await;
    assert_eq!(received(&peer).await, (b"still".to_vec(), at_cem));
    assert_eq!(bench.relay.stats().allocations, 1);
}

#[tokio::test]
async fn relaying_works_over_ipv6() {
    if UdpSocket::bind("[::1]:0").await.is_err() {
        eprintln!("SKIPPED relaying_works_over_ipv6: this machine has no IPv6 loopback");
        return;
    }
    let bench = Bench::start(|config| {
        config.listen = vec!["[::1]:0".parse().unwrap(), SocketAddr::new(LOOPBACK, 0)];
        config.relayed.push(RelayedAddress::new("::1".parse().unwrap()));
        config.peers = PeerPolicy::allowing(["::1/128".parse().unwrap()]);
    })
    .await;
    let mut ana = bench.client("visit", "ana").await;
    let v6 =
        || vec![Box::new(crate::support::client::Raw(stun::attributes::ATTR_REQUESTED_ADDRESS_FAMILY, vec![2, 0, 0, 0])) as _];
    let relayed = ana.allocate_with(v6).await.unwrap();
    assert!(relayed.is_ipv6());
    let peer = socket_at("::1").await;
    let address = peer.local_addr().unwrap();
    assert_eq!(ana.permit(&["8.8.8.8:1".parse().unwrap()]).await, 443);
    assert_eq!(ana.permit(&[address]).await, 0);
    ana.send(address, b"out").await;
    assert_eq!(received(&peer).await, (b"out".to_vec(), relayed));
    peer.send_to(b"in", relayed).await.unwrap();
    assert_eq!(ana.receive().await, (b"in".to_vec(), address));
}
