//! Tests of allocations: which are made, how long they live, and how requests for them are answered (RFC 8656 §7, §8).

use std::time::Duration;

use super::*;

const V4: [u8; 4] = [1, 0, 0, 0];
const V6: [u8; 4] = [2, 0, 0, 0];

#[test]
fn an_allocation_tells_its_addresses_and_its_lifetime() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let answer = ana.allocate(&mut desk, &[]);
    let relayed = answer.relayed();
    assert_eq!(relayed.len(), 1);
    assert!(
        relayed[0].ip() == "198.41.0.4".parse::<std::net::IpAddr>().unwrap() && (50_000..=50_099).contains(&relayed[0].port())
    );
    let mapped = answer.get(attribute::XOR_MAPPED_ADDRESS).unwrap();
    assert_eq!(attribute::xor_address(&mapped, answer.message().transaction()), Some(ana.flow.client));
    assert_eq!(answer.lifetime_secs(), 600);
    assert_eq!((desk.sockets.open.len(), desk.stats().allocations), (1, 1));
}

#[test]
fn a_lifetime_is_granted_between_ten_minutes_and_an_hour() {
    let mut desk = Desk::new();
    for (port, (wanted, granted)) in (1000..).zip([(1u32, 600), (700, 700), (90_000, 3600)]) {
        let mut ana = Client::new(&desk, &format!("192.0.2.7:{port}"), "ana");
        let answer = ana.allocate(&mut desk, &[part(attribute::LIFETIME, &wanted.to_be_bytes())]);
        assert_eq!(answer.lifetime_secs(), granted);
    }
}

#[test]
fn an_allocation_ends_by_itself_and_gives_everything_back() {
    let mut desk = Desk::with(|config| config.ports = 50_000..=50_000);
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let mut bob = Client::new(&desk, "192.0.2.8:1000", "bob");
    assert_eq!(ana.allocate(&mut desk, &[]).code(), 0);
    desk.pass_secs(599);
    assert_eq!((desk.sweep(), ana.refresh(&mut desk, 600)), (0, 0));
    desk.pass_secs(600);
    assert_eq!(ana.refresh(&mut desk, 600), 437, "before any sweep too");
    assert_eq!((desk.sockets.open.len(), desk.stats().allocations, desk.sweep()), (0, 0, 0));
    bob = Client::new(&desk, &bob.flow.client.to_string(), "bob");
    assert_eq!(bob.allocate(&mut desk, &[]).code(), 0, "its port is free again");
    desk.pass_secs(600);
    assert_eq!((desk.sweep(), desk.sockets.open.len(), desk.stats().allocations), (1, 0, 0));
}

#[test]
fn a_dual_allocation_has_an_address_of_each_family() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let answer = ana.allocate(&mut desk, &[part(attribute::ADDITIONAL_ADDRESS_FAMILY, &V6)]);
    let relayed = answer.relayed();
    assert!(relayed.len() == 2 && relayed[0].is_ipv4() && relayed[1].is_ipv6());
    assert_eq!(ana.permit(&mut desk, &["8.8.8.8:1", "[2001:4860:4860::8888]:1"]), 0);
    let end_v6 = [part(attribute::LIFETIME, &[0; 4]), part(attribute::REQUESTED_ADDRESS_FAMILY, &V6)];
    assert_eq!(ana.ask(&mut desk, Method::Refresh, &end_v6).code(), 0);
    assert_eq!(ana.permit(&mut desk, &["[2001:4860:4860::8888]:1"]), 443);
    assert_eq!(ana.ask(&mut desk, Method::Refresh, &end_v6).code(), 443);
    assert_eq!((desk.sockets.open.len(), ana.permit(&mut desk, &["8.8.8.8:1"])), (1, 0));
    assert_eq!((ana.refresh(&mut desk, 0), desk.sockets.open.len()), (0, 0));
}

#[test]
fn without_ipv6_a_dual_allocation_has_one_address_and_the_reason() {
    let mut desk = Desk::with(|config| config.relayed.truncate(1));
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let answer = ana.allocate(&mut desk, &[part(attribute::ADDITIONAL_ADDRESS_FAMILY, &V6)]);
    assert_eq!((answer.code(), answer.relayed().len()), (0, 1));
    assert_eq!(answer.get(attribute::ADDRESS_ERROR_CODE), Some(vec![2, 0, 4, 40]));
}

#[test]
fn of_a_dual_allocation_each_family_is_had_without_the_other() {
    let both = [part(attribute::ADDITIONAL_ADDRESS_FAMILY, &V6)];
    let mut desk = Desk::with(|config| config.ports = 50_000..=50_000);
    let mut bob = Client::new(&desk, "192.0.2.8:1000", "bob");
    assert_eq!(bob.allocate(&mut desk, &[]).code(), 0, "the one port of IPv4");
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let answer = ana.allocate(&mut desk, &both);
    assert!(answer.relayed().len() == 1 && answer.relayed()[0].is_ipv6());
    assert_eq!(answer.get(attribute::ADDRESS_ERROR_CODE), Some(vec![1, 0, 5, 8]));
    let mut cem = Client::new(&desk, "192.0.2.9:1000", "cem");
    assert_eq!(cem.allocate(&mut desk, &both).code(), 508, "neither");
    assert_eq!((desk.stats().allocations, desk.sockets.open.len()), (2, 2));
    let mut desk = Desk::with(|config| _ = config.relayed.remove(0));
    let answer = Client::new(&desk, "192.0.2.7:1000", "ana").allocate(&mut desk, &both);
    assert_eq!((answer.relayed().len(), answer.get(attribute::ADDRESS_ERROR_CODE)), (1, Some(vec![1, 0, 4, 40])));
}

#[test]
fn a_reserved_neighbour_goes_to_who_has_the_token() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let answer = ana.allocate(&mut desk, &[part(attribute::EVEN_PORT, &[0x80])]);
    let port = answer.relayed()[0].port();
    assert_eq!(port % 2, 0);
    let token = part(attribute::RESERVATION_TOKEN, &answer.get(attribute::RESERVATION_TOKEN).unwrap());
    let mut bob = Client::new(&desk, "192.0.2.7:1001", "bob");
    assert_eq!(bob.allocate(&mut desk, std::slice::from_ref(&token)).code(), 508, "it is ana's");
    let mut second = Client::new(&desk, "192.0.2.7:1002", "ana");
    assert_eq!(second.allocate(&mut desk, &[token.clone(), part(attribute::EVEN_PORT, &[0])]).code(), 400);
    assert_eq!(second.allocate(&mut desk, std::slice::from_ref(&token)).relayed()[0].port(), port + 1);
    let mut third = Client::new(&desk, "192.0.2.7:1003", "ana");
    assert_eq!(third.allocate(&mut desk, &[token]).code(), 508, "once");
}

#[test]
fn who_reserves_ports_and_leaves_takes_no_more_than_the_quota() {
    let mut desk = Desk::with(|config| config.quota.per_participant = 3);
    let pair = [part(attribute::EVEN_PORT, &[0x80])];
    let mut codes = Vec::new();
    for port in 1000..1010 {
        let mut ana = Client::new(&desk, &format!("192.0.2.7:{port}"), "ana");
        let code = ana.allocate(&mut desk, &pair).code();
        codes.push(code);
        if code == 0 {
            assert_eq!(ana.refresh(&mut desk, 0), 0);
        }
    }
    assert_eq!(codes, [0, 0, 486, 486, 486, 486, 486, 486, 486, 486], "two are reserved, and a third place is no pair");
    let stats = desk.stats();
    assert_eq!((stats.allocations, stats.refused_quota, desk.sockets.open.len()), (0, 8, 0), "what is reserved is no allocation");
    assert_eq!(Client::new(&desk, "192.0.2.8:1000", "bob").allocate(&mut desk, &pair).code(), 0, "another has ports");
    desk.pass_secs(30);
    desk.sweep();
    assert_eq!(Client::new(&desk, "192.0.2.7:1010", "ana").allocate(&mut desk, &pair).code(), 0, "nobody came for them");
}

#[test]
fn a_reserved_port_is_taken_within_the_quota_that_it_counts_against() {
    let mut desk = Desk::with(|config| {
        config.quota.per_participant = 2;
        config.credential_lifetime = Duration::from_secs(300);
    });
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let answer = ana.allocate(&mut desk, &[part(attribute::EVEN_PORT, &[0x80])]);
    let token = part(attribute::RESERVATION_TOKEN, &answer.get(attribute::RESERVATION_TOKEN).unwrap());
    let mut second = Client::new(&desk, "192.0.2.7:1001", "ana");
    assert_eq!(second.allocate(&mut desk, &[]).code(), 486);
    assert_eq!(second.allocate(&mut desk, &[token]).code(), 0);
    assert_eq!(desk.stats().allocations, 2);
    assert_eq!((ana.refresh(&mut desk, 0), second.refresh(&mut desk, 0), desk.stats().allocations), (0, 0, 0));
    assert_eq!(ana.allocate(&mut desk, &[part(attribute::EVEN_PORT, &[0x80])]).code(), 0, "all places are free again");
    desk.shared.bar("visit", Some("ana"));
    assert_eq!(desk.server.close(&mut desk.sockets, "visit", Some("ana")).0, 1);
    desk.pass_secs(1);
    let mut later = Client::new(&desk, "192.0.2.7:1002", "ana");
    let pair = [part(attribute::EVEN_PORT, &[0x80])];
    assert_eq!(later.allocate(&mut desk, &pair).code(), 0, "what a closed participant reserved is free too");
}

#[test]
fn wishes_that_contradict_each_other_or_the_relay_have_their_codes() {
    let mut desk = Desk::with(|config| config.relayed.truncate(1));
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let requested = |value: &[u8]| part(attribute::REQUESTED_ADDRESS_FAMILY, value);
    let additional = |value: &[u8]| part(attribute::ADDITIONAL_ADDRESS_FAMILY, value);
    let even = |flags| part(attribute::EVEN_PORT, &[flags]);
    for (parts, code) in [
        (vec![requested(&V4), additional(&V6)], 400),
        (vec![additional(&V4)], 400),
        (vec![additional(&V6), even(0x80)], 400),
        (vec![requested(&V6)], 440),
        (vec![requested(&[9, 0, 0, 0])], 440),
        (vec![part(attribute::RESERVATION_TOKEN, &[1; 7])], 400),
        (vec![part(attribute::RESERVATION_TOKEN, &[1; 8])], 508),
        (vec![part(attribute::LIFETIME, &[1; 3])], 400),
        (vec![part(attribute::EVEN_PORT, &[])], 400),
        (vec![part(0x7abc, &[])], 420),
    ] {
        assert_eq!(ana.allocate(&mut desk, &parts).code(), code, "{parts:?}");
    }
    let transport = |value: &[u8]| [part(attribute::REQUESTED_TRANSPORT, value)];
    assert_eq!(ana.ask(&mut desk, Method::Allocate, &transport(&[6, 0, 0, 0])).code(), 442);
    assert_eq!(ana.ask(&mut desk, Method::Allocate, &transport(&[17])).code(), 400);
    assert_eq!(ana.ask(&mut desk, Method::Allocate, &[]).code(), 400);
    assert_eq!((desk.stats().allocations, desk.sockets.open.len()), (0, 0), "a refused request holds nothing");
}

#[test]
fn ports_that_something_else_holds_are_passed_over() {
    let mut desk = Desk::with(|config| config.ports = 50_000..=50_001);
    desk.sockets.taken.insert(50_000);
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    assert_eq!(ana.allocate(&mut desk, &[]).relayed()[0].port(), 50_001);
    let mut bob = Client::new(&desk, "192.0.2.7:1001", "bob");
    assert_eq!(bob.allocate(&mut desk, &[]).code(), 508);
    desk.sockets.taken.clear();
    assert_eq!(bob.allocate(&mut desk, &[]).relayed()[0].port(), 50_000);
}

#[test]
fn a_repeated_request_is_answered_the_same_for_as_long_as_it_may_be_repeated() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    ana.nonce = challenge(&mut desk, &mut ana.clone());
    let request = ana.signed(Method::Allocate, &[udp()]);
    let Became::Answer(first) = desk.hear(ana.flow, &request) else { panic!() };
    desk.pass_secs(39);
    desk.sweep();
    assert_eq!(desk.hear(ana.flow, &request), Became::Answer(first));
    assert_eq!(ana.allocate(&mut desk, &[]).code(), 437, "another request is none");
    desk.pass_secs(1);
    desk.sweep();
    let Became::Answer(late) = desk.hear(ana.flow, &request) else { panic!() };
    assert_eq!((Answered(late).code(), desk.stats().allocations_made), (437, 1));
}

#[test]
fn a_draining_relay_makes_no_allocation_and_keeps_those_that_live() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    assert_eq!(ana.allocate(&mut desk, &[]).code(), 0);
    desk.shared.drain();
    assert_eq!(Client::new(&desk, "192.0.2.7:1001", "bob").allocate(&mut desk, &[]).code(), 508);
    assert_eq!(ana.refresh(&mut desk, 600), 0);
}

#[test]
fn a_connection_that_is_gone_takes_its_allocation_along() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    ana.flow.transport = Transport::Stream(3);
    assert_eq!(ana.allocate(&mut desk, &[]).code(), 0);
    assert_eq!(desk.server.disconnect(&mut desk.sockets, ana.flow).0, 1);
    assert_eq!((desk.sockets.open.len(), desk.stats().allocations), (0, 0));
    assert_eq!(desk.server.disconnect(&mut desk.sockets, ana.flow).0, 0);
}

/// The nonce of the first challenge.
pub(super) fn challenge(desk: &mut Desk, client: &mut Client) -> Vec<u8> {
    let bare = client.bare(Class::Request, Method::Allocate, &[]);
    let Became::Answer(answer) = desk.hear(client.flow, &bare) else { panic!("no challenge") };
    Answered(answer).get(attribute::NONCE).unwrap()
}
