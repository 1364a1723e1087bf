//! Tests of who gets an allocation, how many, and for how long.

use crate::support::client::{Client, Parts, Raw, code, relayed};
use crate::support::{BEGIN, Bench, TTL, own_ports};
use relay::credentials::{self, Credentials};
use stun::attributes::{ATTR_EVEN_PORT, ATTR_LIFETIME, ATTR_REQUESTED_ADDRESS_FAMILY, ATTR_REQUESTED_TRANSPORT, AttrType};
use stun::message::{METHOD_ALLOCATE, METHOD_REFRESH};

#[tokio::test]
async fn a_good_credential_gets_an_allocation_in_the_range() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    let relayed = ana.allocate().await.unwrap();
    assert!((20_000..=29_999).contains(&relayed.port()), "{relayed}");
    let stats = bench.relay.stats();
    assert_eq!((stats.allocations, stats.allocations_made, stats.refused_credentials), (1, 1, 0));
}

#[tokio::test]
async fn an_expired_credential_is_refused() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    bench.pass_secs(TTL);
    assert_eq!(ana.allocate().await, Err(401));
    assert_eq!(bench.relay.stats().refused_credentials, 1);
}

#[tokio::test]
async fn forged_credentials_are_refused() {
    let bench = Bench::start(|_| {}).await;
    let good = bench.issue("visit", "ana");
    let longer = Credentials { username: format!("{}:visit:ana", BEGIN + 9 * TTL), ..good.clone() };
    let somebody = Credentials { username: good.username.replace("ana", "bob"), ..good.clone() };
    let guessed = Credentials { password: "password".into(), ..good.clone() };
    let foreign =
        credentials::issue(&credentials::Secret::new("the secret of another relay"), "visit", "ana", BEGIN + TTL).unwrap();
    let shapeless = Credentials { username: "ana".into(), ..good };
    for forged in [longer, somebody, guessed, foreign, shapeless] {
        let mut client = Client::new(bench.relay.local_addr(), forged.clone()).await;
        assert_eq!(client.allocate().await, Err(401), "{forged:?}");
    }
    let stats = bench.relay.stats();
    assert_eq!((stats.refused_credentials, stats.allocations_made), (5, 0));
}

#[tokio::test]
async fn a_nonce_of_somebody_else_is_stale() {
    let bench = Bench::start(|_| {}).await;
    let (mut ana, mut bob) = (bench.client("visit", "ana").await, bench.client("visit", "bob").await);
    ana.greet().await;
    bob.greet().await;
    ana.nonce.clone_from(&bob.nonce);
    assert_eq!(ana.allocate().await, Err(438));
    assert!(ana.allocate().await.is_ok(), "the challenge brings a good one");
}

#[tokio::test]
async fn a_participant_gets_no_more_than_its_quota() {
    let bench = Bench::start(|config| config.quota.per_participant = 2).await;
    let mut first = bench.client("visit", "ana").await;
    first.allocate().await.unwrap();
    bench.client("visit", "ana").await.allocate().await.unwrap();
    let mut third = bench.client("visit", "ana").await;
    assert_eq!(third.allocate().await, Err(486));
    assert!(bench.client("visit", "bob").await.allocate().await.is_ok());
    assert_eq!(first.refresh(0).await, 0);
    assert!(third.allocate().await.is_ok(), "what is given back can be had again at once");
    assert_eq!((bench.relay.stats().refused_quota, bench.relay.stats().allocations), (1, 3));
}

#[tokio::test]
async fn a_source_address_gets_no_more_than_its_quota() {
    let bench = Bench::start(|config| config.quota.per_source = 1).await;
    bench.client("visit", "ana").await.allocate().await.unwrap();
    assert_eq!(bench.client("elsewhere", "bob").await.allocate().await, Err(486));
}

#[tokio::test]
async fn a_full_range_has_no_room_and_costs_no_quota() {
    let port = own_ports(16_000, 1);
    let bench = Bench::start(|config| config.ports = port..=port).await;
    bench.client("visit", "ana").await.allocate().await.unwrap();
    let mut bob = bench.client("visit", "bob").await;
    assert_eq!(bob.allocate().await, Err(508));
    assert_eq!(bench.relay.stats().allocations, 1);
    bench.relay.close_participant("visit", "ana").await;
    assert!(bob.allocate().await.is_ok());
}

#[tokio::test]
async fn an_allocation_outlives_its_credential_but_not_its_own_limit() {
    let bench = Bench::start(|config| config.longest_allocation = std::time::Duration::from_secs(3 * TTL)).await;
    let mut ana = bench.client("visit", "ana").await;
    ana.allocate().await.unwrap();
    bench.pass_secs(2 * TTL);
    assert_eq!(ana.refresh(600).await, 0);
    bench.pass_secs(TTL);
    assert_eq!(ana.refresh(600).await, 437);
    assert_eq!(bench.relay.stats().allocations, 0);
}

#[tokio::test]
async fn another_credential_does_not_steer_an_allocation() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    ana.allocate().await.unwrap();
    ana.credentials = bench.issue("visit", "bob");
    assert_eq!(ana.refresh(0).await, 441);
    assert_eq!(ana.permit(&["8.8.8.8:53".parse().unwrap()]).await, 441);
    assert_eq!(bench.relay.stats().allocations, 1);
}

#[tokio::test]
async fn without_an_allocation_there_is_nothing_to_refresh_or_permit() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    ana.greet().await;
    assert_eq!(ana.refresh(600).await, 437);
    assert_eq!(ana.permit(&["8.8.8.8:53".parse().unwrap()]).await, 437);
    assert_eq!(ana.bind_channel(0x4000, "8.8.8.8:53".parse().unwrap()).await, 437);
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer_and_a_new_one_a_mismatch() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    ana.greet().await;
    let transport = || vec![Box::new(Raw(ATTR_REQUESTED_TRANSPORT, vec![17, 0, 0, 0])) as _];
    let request = ana.signed(METHOD_ALLOCATE, transport());
    let first = ana.ask_raw(&request.raw).await;
    let again = ana.ask_raw(&request.raw).await;
    assert_eq!(first.raw, again.raw);
    assert!(relayed(&first).is_ok());
    assert_eq!(ana.allocate().await, Err(437));
    assert_eq!(bench.relay.stats().allocations_made, 1);
}

#[tokio::test]
async fn what_the_relay_cannot_give_is_answered_by_its_own_code() {
    let bench = Bench::start(|_| {}).await;
    let part = |attribute: AttrType, value: &'static [u8]| move || -> Parts { vec![Box::new(Raw(attribute, value.to_vec()))] };
    let mut ana = bench.client("visit", "ana").await;
    assert_eq!(ana.allocate_with(part(ATTR_REQUESTED_ADDRESS_FAMILY, &[2, 0, 0, 0])).await, Err(440), "no IPv6 here");
    assert_eq!(ana.allocate_with(part(ATTR_REQUESTED_ADDRESS_FAMILY, &[9, 0, 0, 0])).await, Err(440));
    assert_eq!(ana.allocate_with(part(AttrType(0x7abc), &[1])).await, Err(420));
    let tcp = || vec![Box::new(Raw(ATTR_REQUESTED_TRANSPORT, vec![6, 0, 0, 0])) as _];
    assert_eq!(code(&ana.ask(METHOD_ALLOCATE, tcp).await), 442);
    assert_eq!(bench.relay.stats().allocations, 0, "a refused request holds nothing");
    let even = ana.allocate_with(part(ATTR_EVEN_PORT, &[0])).await.unwrap();
    assert_eq!(even.port() % 2, 0);
}

#[tokio::test]
async fn a_range_without_an_even_port_answers_at_once() {
    let bench = Bench::start(|config| config.ports = 20_001..=20_001).await;
    let mut ana = bench.client("visit", "ana").await;
    let even = || -> Parts { vec![Box::new(Raw(ATTR_EVEN_PORT, vec![0]))] };
    assert_eq!(ana.allocate_with(even).await, Err(508));
}

#[tokio::test]
async fn nothing_can_be_added_to_a_signed_request() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    ana.allocate().await.unwrap();
    let mut request = ana.signed(METHOD_REFRESH, Vec::new());
    // FINGERPRINT must be last, and anyone can compute a new one, so it is cut off first.
    request.raw.truncate(request.raw.len() - 8);
    request.length -= 8;
    request.add(ATTR_LIFETIME, &[0; 4]);
    assert_eq!(code(&ana.ask_raw(&request.raw).await), 0, "what stands behind the signature is not there");
    assert_eq!(bench.relay.stats().allocations, 1);
}

#[tokio::test]
async fn a_closed_participant_gets_in_again_only_with_a_newer_credential() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = bench.client("visit", "ana").await;
    let mut bob = bench.client("visit", "bob").await;
    ana.allocate().await.unwrap();
    bob.allocate().await.unwrap();
    assert_eq!(bench.relay.close_participant("visit", "ana").await, 1);
    assert_eq!(ana.refresh(600).await, 437);
    assert_eq!(ana.allocate().await, Err(401), "issued before");
    assert_eq!(bob.refresh(600).await, 0);
    bench.pass_secs(1);
    ana.credentials = bench.issue("visit", "ana");
    assert!(ana.allocate().await.is_ok(), "issued after");
}
