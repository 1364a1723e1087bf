//! Tests of authentication and answers (RFC 8489 §9.2).

use super::allocating::challenge;
use super::*;

#[test]
fn a_challenge_offers_both_algorithms_and_a_nonce_that_says_so() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let bare = ana.bare(Class::Request, Method::Allocate, &[udp()]);
    let Became::Answer(answer) = desk.hear(ana.flow, &bare) else { panic!() };
    let answer = Answered(answer);
    assert_eq!(answer.code(), 401);
    assert_eq!(answer.get(attribute::REALM).unwrap(), b"relay.test");
    assert_eq!(answer.get(attribute::PASSWORD_ALGORITHMS).unwrap(), [0, 2, 0, 0, 0, 1, 0, 0]);
    assert!(answer.get(attribute::NONCE).unwrap().starts_with(b"obMatJos2gAAA"));
    assert!(answer.get(attribute::MESSAGE_INTEGRITY).is_none());
}

#[test]
fn sha256_serves_for_the_password_the_signature_and_both() {
    let mut desk = Desk::new();
    let pairs = [
        (PasswordAlgorithm::Sha256, Algorithm::Sha256),
        (PasswordAlgorithm::Sha256, Algorithm::Sha1),
        (PasswordAlgorithm::Md5, Algorithm::Sha256),
    ];
    for (port, (password_algorithm, algorithm)) in (1000..).zip(pairs) {
        let mut ana = Client::new(&desk, &format!("192.0.2.7:{port}"), "ana");
        (ana.password_algorithm, ana.algorithm) = (password_algorithm, algorithm);
        assert_eq!(ana.allocate(&mut desk, &[]).code(), 0, "{password_algorithm:?} {algorithm:?}");
    }
}

#[test]
fn a_choice_that_was_not_offered_is_a_bad_request() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let list = |value: &[u8]| part(attribute::PASSWORD_ALGORITHMS, value);
    let choice = |value: &[u8]| part(attribute::PASSWORD_ALGORITHM, value);
    for parts in [
        vec![choice(&[0, 1, 0, 0])],
        vec![list(&[0, 2, 0, 0, 0, 1, 0, 0])],
        vec![list(&[0, 1, 0, 0]), choice(&[0, 1, 0, 0])],
        vec![list(&[0, 2, 0, 0, 0, 1, 0, 0]), choice(&[0, 3, 0, 0])],
    ] {
        assert_eq!(ana.allocate(&mut desk, &parts).code(), 400, "{parts:?}");
    }
}

#[test]
fn a_request_that_lacks_a_part_of_its_credential_is_a_bad_request() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let nonce = challenge(&mut desk, &mut ana);
    let key = Key::short_term("any");
    let all =
        [(attribute::USERNAME, b"1:visit:ana".to_vec()), (attribute::REALM, b"relay.test".to_vec()), (attribute::NONCE, nonce)];
    for missing in 0..all.len() {
        let mut buffer = [0; 512];
        let mut writer = Writer::new(&mut buffer, Class::Request, Method::Allocate, ana.transaction());
        for (_, (kind, value)) in all.iter().enumerate().filter(|(place, _)| *place != missing) {
            writer.attribute(*kind, value);
        }
        writer.integrity(&key, Algorithm::Sha1);
        let length = writer.finish().unwrap();
        let Became::Answer(answer) = desk.hear(ana.flow, &buffer[..length]) else { panic!() };
        assert_eq!(Answered(answer).code(), 400);
    }
}

#[test]
fn a_nonce_is_for_its_client_and_its_hour() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    assert_eq!(ana.allocate(&mut desk, &[part(attribute::LIFETIME, &3600u32.to_be_bytes())]).code(), 0);
    desk.pass_secs(3599);
    assert_eq!(ana.permit(&mut desk, &["8.8.8.8:1"]), 0);
    assert_eq!(ana.refresh(&mut desk, 600), 0);
    desk.pass_secs(1);
    assert_eq!(ana.permit(&mut desk, &["8.8.8.8:1"]), 438);
    let mut bob = Client::new(&desk, "192.0.2.8:1000", "bob");
    let mut other = Client::new(&desk, "192.0.2.8:1001", "bob");
    bob.nonce = challenge(&mut desk, &mut other);
    assert_eq!(bob.allocate(&mut desk, &[]).code(), 438);
}

#[test]
fn strangers_get_so_many_answers_and_who_has_an_allocation_gets_all() {
    let mut desk = Desk::with(|config| config.quota.answers_to_strangers = 10);
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    assert_eq!(ana.allocate(&mut desk, &[]).code(), 0);
    let mut stranger = Client::new(&desk, "192.0.2.7:2000", "stranger");
    let answered = (0..100_000).filter(|_| {
        let binding = stranger.bare(Class::Request, Method::Binding, &[]);
        desk.hear(stranger.flow, &binding) != Became::Nothing
    });
    assert_eq!(answered.count(), 9, "one of ten was ana's challenge");
    assert_eq!(desk.stats().unanswered, 100_000 - 9);
    let binding = ana.bare(Class::Request, Method::Binding, &[]);
    assert!(matches!(desk.hear(ana.flow, &binding), Became::Answer(_)));
    assert_eq!(ana.refresh(&mut desk, 600), 0);
}

#[test]
fn who_has_connected_gets_every_answer() {
    let mut desk = Desk::with(|config| config.quota.answers_to_strangers = 1);
    let mut clients: Vec<_> = (0..100).map(|_| Client::new(&desk, "192.0.2.7:1000", "ana")).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        client.flow.transport = Transport::Stream(number as u32);
        assert!(!challenge(&mut desk, client).is_empty());
    }
    assert_eq!(desk.stats().unanswered, 0);
}

#[test]
fn what_nobody_asks_is_not_answered() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let silent = [
        ana.bare(Class::Request, Method::Other(0x0aa), &[]),
        ana.bare(Class::Request, Method::Send, &[]),
        ana.bare(Class::Success, Method::Binding, &[]),
        ana.bare(Class::Error, Method::Allocate, &[]),
        ana.bare(Class::Indication, Method::Binding, &[]),
        b"\x80\x60 some RTP".to_vec(),
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        vec![],
    ];
    for datagram in silent {
        assert_eq!(desk.hear(ana.flow, &datagram), Became::Nothing, "{datagram:?}");
    }
}

#[test]
fn an_unknown_attribute_of_a_binding_request_is_named() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    let binding = ana.bare(Class::Request, Method::Binding, &[part(0x7abc, &[]), part(0x8abc, &[]), part(0x0999, &[])]);
    let Became::Answer(answer) = desk.hear(ana.flow, &binding) else { panic!() };
    let answer = Answered(answer);
    assert_eq!(answer.code(), 420);
    assert_eq!(answer.get(attribute::UNKNOWN_ATTRIBUTES).unwrap(), [0x7a, 0xbc, 0x09, 0x99]);
}

#[test]
fn another_credential_does_not_steer_an_allocation() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    assert_eq!(ana.allocate(&mut desk, &[]).code(), 0);
    ana.credentials = Client::new(&desk, "192.0.2.7:1000", "bob").credentials;
    assert_eq!(ana.refresh(&mut desk, 0), 441);
    assert_eq!(ana.permit(&mut desk, &["8.8.8.8:1"]), 441);
    assert_eq!(ana.bind(&mut desk, 0x4000, "8.8.8.8:1"), 441);
}

#[test]
fn thousands_of_half_open_allocations_leave_nothing() {
    let mut desk = Desk::with(|config| config.quota.answers_to_strangers = 20_000);
    for number in 0..10_000u32 {
        let port = u16::try_from(1024 + number).unwrap();
        let mut client = Client::new(&desk, &format!("192.0.2.7:{port}"), "ana");
        assert!(!challenge(&mut desk, &mut client).is_empty());
    }
    assert_eq!((desk.stats().allocations, desk.server.flows.capacity(), desk.sockets.open.len()), (0, 0, 0));
}
