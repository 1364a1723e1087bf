//! Tests of overload while a call continues.

use std::sync::Arc;

use relay::stun::{Class, Method, TransactionId, Writer, attribute};
use tokio::time::timeout;

use crate::support::{Bench, LIMIT, echo, own_ports, socket_at};

/// How many waves of clients that request an allocation and then do not authenticate.
const WAVES: u32 = 400;

/// The clients of a wave, and how many requests each sends. One wave and the call's packet fit into the listener's socket buffer together.
/// The system drops what does not fit, which no relay can prevent, so a wave waits until the relay has processed the one before.
const HALF_OPEN: u32 = 25;
const ASKED: u32 = 10;

fn allocate_request(number: u32) -> Vec<u8> {
    let mut id = [1; 12];
    id[..4].copy_from_slice(&number.to_be_bytes());
    let mut buffer = vec![0; 64];
    let mut writer = Writer::new(&mut buffer, Class::Request, Method::Allocate, TransactionId(id));
    writer.attribute(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
    let length = writer.finish().unwrap();
    buffer.truncate(length);
    buffer
}

/// Requests allocations without a credential, as fast as the relay can refuse them.
async fn flood(bench: Arc<Bench>) {
    for wave in 0..WAVES {
        for client in 0..HALF_OPEN {
            // A new port makes a new client.
            let stranger = socket_at("127.0.0.1").await;
            for number in 0..ASKED {
                let request = allocate_request((wave * HALF_OPEN + client) * ASKED + number);
                stranger.send_to(&request, bench.relay.local_addr()).await.unwrap();
            }
            // This malformed datagram is read last, and is counted, so it shows that the others have been processed.
            stranger.send_to(b"\xff", bench.relay.local_addr()).await.unwrap();
        }
        let worked_off = async {
            while bench.relay.stats().malformed < u64::from((wave + 1) * HALF_OPEN) {
                tokio::task::yield_now().await;
            }
        };
        timeout(LIMIT, worked_off).await.expect("the relay takes all");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_strangers_leaves_nothing_and_disturbs_no_call() {
    let bench = Bench::open().await;
    let mut ana = bench.client("visit", "ana").await;
    ana.allocate().await.unwrap();
    assert_eq!(ana.bind_channel(0x4000, echo().await).await, 0);
    let bench = Arc::new(bench);
    let flood = tokio::spawn(flood(Arc::clone(&bench)));
    let mut exchanged = 0;
    while !flood.is_finished() {
        ana.send_on_channel(0x4000, b"still here").await;
        assert_eq!(ana.next().await, b"\x40\0\0\x0astill here");
        exchanged += 1;
    }
    flood.await.unwrap();
    assert!(exchanged > 10, "{exchanged}");
    let stats = bench.relay.stats();
    assert_eq!((stats.allocations, stats.allocations_made), (1, 1));
    assert_eq!(ana.refresh(600).await, 0);
}

#[tokio::test]
async fn ports_come_back_however_an_allocation_ends() {
    let first = own_ports(17_000, 8);
    let bench = Bench::start(|config| {
        config.ports = first..=first + 7;
        // All clients share one address, and each begins unauthenticated.
        config.quota.answers_to_strangers = u32::MAX;
    })
    .await;
    for round in 0..600 {
        let (mut ana, mut bob) = (bench.client("visit", "ana").await, bench.client("visit", "bob").await);
        ana.allocate().await.unwrap();
        bob.allocate().await.unwrap();
        match round % 3 {
            0 => assert_eq!((ana.refresh(0).await, bob.refresh(0).await), (0, 0)),
            1 => {
                assert_eq!(bench.relay.close_participant("visit", "ana").await, 1);
                assert_eq!(bench.relay.close_scope("visit").await, 1);
                bench.pass_secs(1);
            }
            _ => {
                assert_eq!(bob.refresh(0).await, 0);
                assert_eq!(bench.relay.close_scope("visit").await, 1);
                bench.pass_secs(1);
            }
        }
    }
    let stats = bench.relay.stats();
    assert_eq!((stats.allocations, stats.allocations_made), (0, 1200));
}
