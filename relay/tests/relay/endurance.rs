//! Tests of what a relay on the open internet must withstand: garbage, and its own shutdown.

use std::net::SocketAddr;

use crate::support::client::{Parts, Raw};
use crate::support::{Bench, LIMIT, LOOPBACK};
use relay::{Config, Error, Relay};
use stun::attributes::{
    ATTR_CHANNEL_NUMBER, ATTR_DATA, ATTR_DONT_FRAGMENT, ATTR_EVEN_PORT, ATTR_LIFETIME, ATTR_REQUESTED_ADDRESS_FAMILY,
    ATTR_REQUESTED_TRANSPORT, ATTR_RESERVATION_TOKEN, ATTR_XOR_PEER_ADDRESS,
};
use stun::message::{METHOD_ALLOCATE, METHOD_CHANNEL_BIND, METHOD_CREATE_PERMISSION, METHOD_REFRESH};

/// A small random generator with a fixed seed, so that each run has the same garbage (xorshift64, Marsaglia 2003).
struct Garbage(u64);

impl Garbage {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }
}

#[tokio::test]
async fn garbage_ends_no_listener_and_leaves_nothing_behind() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    ana.allocate().await.unwrap();
    let transport = || vec![Box::new(Raw(ATTR_REQUESTED_TRANSPORT, vec![17, 0, 0, 0])) as _];
    let seed = ana.signed(METHOD_ALLOCATE, transport()).raw;
    let mut garbage = Garbage(0x9e37_79b9_7f4a_7c15);
    for round in 0..20_000 {
        let mut datagram = seed.clone();
        for _ in 0..=garbage.below(6) {
            let place = garbage.below(datagram.len());
            datagram[place] = garbage.byte();
        }
        datagram.truncate(garbage.below(datagram.len() + 1));
        if round % 3 == 0 {
            // A random type covers all methods, and ChannelData.
            datagram.splice(..datagram.len().min(2), [garbage.byte() & 0x41, garbage.byte() & 0x1f]);
        }
        ana.socket.send(&datagram).await.unwrap();
        if round % 50 == 0 {
            ana.settle().await;
        }
    }
    ana.settle().await;
    let stats = bench.relay.stats();
    assert_eq!(stats.allocations, 1);
    assert!(stats.malformed > 0, "{stats:?}");
    assert!(bench.client("visit", "bob").await.allocate().await.is_ok());
}

#[tokio::test]
async fn signed_garbage_ends_no_listener_either() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    ana.greet().await;
    let attributes = [ATTR_CHANNEL_NUMBER, ATTR_DATA, ATTR_DONT_FRAGMENT, ATTR_EVEN_PORT, ATTR_LIFETIME]
        .into_iter()
        .chain([ATTR_REQUESTED_ADDRESS_FAMILY, ATTR_REQUESTED_TRANSPORT, ATTR_RESERVATION_TOKEN, ATTR_XOR_PEER_ADDRESS])
        .collect::<Vec<_>>();
    let methods = [METHOD_ALLOCATE, METHOD_REFRESH, METHOD_CREATE_PERMISSION, METHOD_CHANNEL_BIND];
    let mut garbage = Garbage(0x2545_f491_4f6c_dd1d);
    for round in 0..5_000 {
        let mut parts: Parts = Vec::new();
        for _ in 0..garbage.below(4) {
            let value = (0..garbage.below(21)).map(|place| if place == 1 { 1 } else { garbage.byte() }).collect();
            parts.push(Box::new(Raw(attributes[garbage.below(attributes.len())], value)));
        }
        if round % 2 == 0 {
            parts.push(Box::new(Raw(ATTR_REQUESTED_TRANSPORT, vec![17, 0, 0, 0])));
        }
        let request = ana.signed(methods[garbage.below(methods.len())], parts);
        ana.socket.send(&request.raw).await.unwrap();
        if round % 50 == 0 {
            ana.settle().await;
        }
    }
    ana.settle().await;
    let stats = bench.relay.stats();
    assert!(stats.allocations_made > 0 && stats.allocations <= 1, "{stats:?}");
    assert_eq!(stats.malformed, 0, "the engine bore all of it: {stats:?}");
}

#[tokio::test]
async fn an_allocation_that_is_not_refreshed_ends_and_gives_its_place_back() {
    let bench = Bench::start(|config| {
        config.quota.per_participant = 1;
        config.lifetime.default = std::time::Duration::from_secs(1);
    })
    .await;
    let mut ana = bench.client("visit", "ana").await;
    ana.allocate().await.unwrap();
    let ended = async {
        while bench.relay.stats().allocations > 0 {
            ana.settle().await;
        }
    };
    tokio::time::timeout(LIMIT, ended).await.expect("it ends by itself");
    assert!(ana.allocate().await.is_ok());
}

#[tokio::test]
async fn a_shutdown_ends_allocations_and_frees_every_port() {
    let bench = Bench::start(|_| {}).await;
    let listening = bench.relay.local_addr();
    let mut ana = bench.client("visit", "ana").await;
    let relayed = ana.allocate().await.unwrap();
    bench.relay.shutdown().await;
    bench.relay.shutdown().await;
    assert_eq!(bench.relay.stats().allocations, 0);
    let taken_over = std::net::UdpSocket::bind(relayed);
    assert!(taken_over.is_ok(), "{taken_over:?}");
    drop(bench);
    let taken_over = std::net::UdpSocket::bind(listening);
    assert!(taken_over.is_ok(), "{taken_over:?}");
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let taken = crate::support::socket_at("127.0.0.1").await;
    let address = taken.local_addr().unwrap();
    let mut config = Config::new("relay.test", crate::support::secret(), LOOPBACK, std::sync::Arc::new(|| 0));
    config.listen = vec![SocketAddr::new(LOOPBACK, 0), address];
    let Err(error) = Relay::start(config).await else { panic!("it must not start") };
    assert!(matches!(&error, Error::Listen { address: named, .. } if *named == address), "{error}");
}

#[tokio::test]
async fn a_worker_that_ends_by_a_fault_is_seen_and_keeps_nobody_waiting() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let broken = std::sync::Arc::new(AtomicBool::new(false));
    let seen = std::sync::Arc::clone(&broken);
    let bench = Bench::start(|config| {
        config.workers = 1;
        config.clock = std::sync::Arc::new(move || match seen.load(Ordering::SeqCst) {
            true => panic!("this test breaks the clock"),
            false => crate::support::BEGIN,
        });
    })
    .await;
    let mut ana = bench.client("visit", "ana").await;
    ana.allocate().await.unwrap();
    assert!(bench.relay.is_alive());
    broken.store(true, Ordering::SeqCst);
    let request = ana.signed(METHOD_REFRESH, Vec::new()).raw;
    ana.socket.send(&request).await.unwrap();
    let ended = async {
        while bench.relay.is_alive() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, ended).await.expect("it is seen");
    broken.store(false, Ordering::SeqCst);
    let closed = tokio::time::timeout(LIMIT, bench.relay.close_scope("visit")).await;
    assert_eq!(closed.expect("nobody answers, and nobody is waited for"), 0);
    bench.relay.shutdown().await;
    assert_eq!(bench.relay.stats().allocations, 0);
}
