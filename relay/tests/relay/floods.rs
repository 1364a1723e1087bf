//! Too much of everything, while a call goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use relay::stun::{Class, Method, TransactionId, Writer, attribute};
use tokio::time::timeout;

use crate::support::{Bench, LIMIT, echo, socket_at};

/// How many requests without a credential.
const UNAUTHENTICATED: u32 = 100_000;

/// How many clients that ask for an allocation and go no further.
const HALF_OPEN: u32 = 10_000;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_strangers_leaves_nothing_and_disturbs_no_call() {
    let bench = Bench::open().await;
    let mut ana = bench.client("visit", "ana").await;
    ana.allocate().await.unwrap();
    assert_eq!(ana.bind_channel(0x4000, echo().await).await, 0);
    let relay = bench.relay.local_addr();
    let over = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&over);
    let flood = tokio::spawn(async move {
        let mut stranger = socket_at("127.0.0.1").await;
        for number in 0..UNAUTHENTICATED {
            if number % (UNAUTHENTICATED / HALF_OPEN) == 0 {
                // Another port: another client that goes no further.
                stranger = socket_at("127.0.0.1").await;
            }
            let _ = stranger.send_to(&allocate_request(number), relay).await;
            if number % 64 == 0 {
                tokio::task::yield_now().await;
            }
        }
        told.store(true, Ordering::SeqCst);
    });
    let mut lost = 0;
    let mut exchanged = 0;
    while !over.load(Ordering::SeqCst) {
        ana.send_on_channel(0x4000, b"still here").await;
        match timeout(LIMIT / 10, ana.next()).await {
            Ok(packet) => assert_eq!(packet, b"\x40\0\0\x0astill here"),
            Err(_) => lost += 1,
        }
        exchanged += 1;
    }
    flood.await.unwrap();
    // A full buffer of the listener may cost a packet, as any datagram on the way may be lost.
    assert!(exchanged > 10 && lost * 20 <= exchanged, "{lost} of {exchanged} were lost");
    let stats = bench.relay.stats();
    assert_eq!((stats.allocations, stats.allocations_made), (1, 1));
    assert_eq!(ana.refresh(600).await, 0);
}

#[tokio::test]
async fn ports_come_back_however_an_allocation_ends() {
    let first = 31_000 + u16::try_from(std::process::id() % 800).unwrap() * 8;
    let bench = Bench::start(|config| config.ports = first..=first + 7).await;
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
