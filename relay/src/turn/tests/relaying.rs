//! Tests of payloads: which are relayed, in which form, and which never are (RFC 8656 §9 to §12, §15).

use super::*;
use crate::config::Bandwidth;

/// A test server, and a client with an allocation.
fn with_allocation() -> (Desk, Client) {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    assert_eq!(ana.allocate(&mut desk, &[part(attribute::ADDITIONAL_ADDRESS_FAMILY, &[2, 0, 0, 0])]).code(), 0);
    (desk, ana)
}

fn to_peer(peer: &str, payload: &[u8]) -> Became {
    Became::ToPeer(peer.parse().unwrap(), payload.to_vec(), Fragmentation::Allowed)
}

#[test]
fn a_channel_carries_payloads_both_ways() {
    let (mut desk, mut ana) = with_allocation();
    assert_eq!(ana.bind(&mut desk, 0x4001, "8.8.8.8:53"), 0);
    assert_eq!(desk.hear(ana.flow, b"\x40\x01\0\x05hello"), to_peer("8.8.8.8:53", b"hello"));
    assert_eq!(desk.hear(ana.flow, b"\x40\x01\0\0"), to_peer("8.8.8.8:53", b""));
    assert_eq!(desk.hear_peer(0, "8.8.8.8:53", b"hello"), Became::ToClient(ana.flow, b"\x40\x01\0\x05hello".to_vec()));
    assert_eq!(desk.hear(ana.flow, b"\x40\x02\0\x05hello"), Became::Nothing, "not bound");
    assert_eq!(desk.hear(ana.flow, b"\x40\x01\0\x05hell"), Became::Nothing, "cut");
    let stats = desk.stats();
    assert_eq!((stats.bytes_to_peers, stats.bytes_to_clients, stats.packets_relayed, stats.dropped), (5, 5, 3, 1));
}

#[test]
fn in_a_stream_channel_data_is_padded() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    ana.flow.transport = Transport::Stream(1);
    assert_eq!(ana.allocate(&mut desk, &[]).code(), 0);
    assert_eq!(ana.bind(&mut desk, 0x4001, "8.8.8.8:53"), 0);
    assert_eq!(desk.hear(ana.flow, b"\x40\x01\0\x05hello\0\0\0"), to_peer("8.8.8.8:53", b"hello"));
    let padded = b"\x40\x01\0\x05hello\0\0\0".to_vec();
    assert_eq!(desk.hear_peer(0, "8.8.8.8:53", b"hello"), Became::ToClient(ana.flow, padded));
}

#[test]
fn without_a_channel_payloads_go_as_indications() {
    let (mut desk, mut ana) = with_allocation();
    assert_eq!(ana.permit(&mut desk, &["8.8.8.8:1", "[2001:4860:4860::8888]:1"]), 0);
    assert_eq!(ana.send_indication(&mut desk, "8.8.8.8:53", b"hello", &[]), to_peer("8.8.8.8:53", b"hello"));
    for peer in ["8.8.8.8:99", "[2001:4860:4860::8888]:99"] {
        let Became::ToClient(flow, bytes) = desk.hear_peer(0, peer, b"hello") else { panic!("{peer}") };
        let message = Message::parse(&bytes).unwrap();
        assert_eq!((flow, message.class(), message.method()), (ana.flow, Class::Indication, Method::Data));
        assert_eq!(message.get(attribute::DATA), Some(&b"hello"[..]));
        let from = message.get(attribute::XOR_PEER_ADDRESS).unwrap();
        assert_eq!(attribute::xor_address(from, message.transaction()), Some(peer.parse().unwrap()));
    }
}

#[test]
fn dont_fragment_sets_the_bit_for_its_payload_alone() {
    let (mut desk, mut ana) = with_allocation();
    assert_eq!(ana.permit(&mut desk, &["8.8.8.8:1"]), 0);
    let whole = ana.send_indication(&mut desk, "8.8.8.8:53", b"whole", &[part(attribute::DONT_FRAGMENT, &[])]);
    assert_eq!(whole, Became::ToPeer("8.8.8.8:53".parse().unwrap(), b"whole".to_vec(), Fragmentation::Forbidden));
    assert_eq!(ana.send_indication(&mut desk, "8.8.8.8:53", b"any", &[]), to_peer("8.8.8.8:53", b"any"));
    let v6 = "[2001:4860:4860::8888]:53";
    assert_eq!(ana.permit(&mut desk, &[v6]), 0);
    let translated = ana.send_indication(&mut desk, v6, b"whole", &[part(attribute::DONT_FRAGMENT, &[])]);
    assert_eq!(translated, to_peer(v6, b"whole"), "from IPv4 to IPv6 it is ignored");
}

#[test]
fn where_the_bit_cannot_be_set_dont_fragment_is_refused() {
    let (mut desk, mut ana) = with_allocation();
    assert_eq!(ana.permit(&mut desk, &["8.8.8.8:1"]), 0);
    desk.sockets.cutting = true;
    let whole = part(attribute::DONT_FRAGMENT, &[]);
    assert_eq!(ana.send_indication(&mut desk, "8.8.8.8:53", b"whole", std::slice::from_ref(&whole)), Became::Nothing);
    assert_eq!(ana.send_indication(&mut desk, "8.8.8.8:53", b"any", &[]), to_peer("8.8.8.8:53", b"any"));
    let mut bob = Client::new(&desk, "192.0.2.8:1000", "bob");
    let answer = bob.allocate(&mut desk, &[whole]);
    assert_eq!((answer.code(), answer.get(attribute::UNKNOWN_ATTRIBUTES)), (420, Some(vec![0, 0x1a])));
    assert_eq!(bob.allocate(&mut desk, &[]).code(), 0);
}

#[test]
fn an_indication_with_something_unknown_or_missing_is_dropped() {
    let (mut desk, mut ana) = with_allocation();
    assert_eq!(ana.permit(&mut desk, &["8.8.8.8:1"]), 0);
    let unknown = ana.send_indication(&mut desk, "8.8.8.8:53", b"hello", &[part(0x7abc, &[])]);
    assert_eq!(unknown, Became::Nothing);
    let idle = [
        part(attribute::USERNAME, b"ana"),
        part(attribute::LIFETIME, &[0; 4]),
        part(attribute::CHANNEL_NUMBER, &[0x40, 0, 0, 0]),
    ];
    assert_eq!(
        ana.send_indication(&mut desk, "8.8.8.8:53", b"hello", &idle),
        to_peer("8.8.8.8:53", b"hello"),
        "known, and ignored"
    );
    let optional = ana.send_indication(&mut desk, "8.8.8.8:53", b"hello", &[part(0x8abc, &[])]);
    assert_eq!(optional, to_peer("8.8.8.8:53", b"hello"));
    for parts in [vec![ana.peer("8.8.8.8:53")], vec![part(attribute::DATA, b"hello")]] {
        let indication = ana.bare(Class::Indication, Method::Send, &parts);
        assert_eq!(desk.hear(ana.flow, &indication), Became::Nothing);
    }
}

#[test]
fn permissions_last_five_minutes_and_channels_ten() {
    let (mut desk, mut ana) = with_allocation();
    assert_eq!(ana.bind(&mut desk, 0x4000, "8.8.8.8:53"), 0);
    desk.pass_secs(299);
    assert!(matches!(desk.hear_peer(0, "8.8.8.8:53", b"in"), Became::ToClient(..)));
    desk.pass_secs(1);
    assert_eq!(desk.hear_peer(0, "8.8.8.8:53", b"in"), Became::Nothing);
    assert_eq!(ana.send_indication(&mut desk, "8.8.8.8:53", b"out", &[]), Became::Nothing);
    assert_eq!(desk.hear(ana.flow, b"\x40\0\0\x03out"), to_peer("8.8.8.8:53", b"out"), "the channel lives");
    assert_eq!((ana.permit(&mut desk, &["8.8.8.8:1"]), ana.refresh(&mut desk, 3600)), (0, 0));
    desk.pass_secs(299);
    assert_eq!(desk.hear_peer(0, "8.8.8.8:53", b"in"), Became::ToClient(ana.flow, b"\x40\0\0\x02in".to_vec()));
    desk.pass_secs(1);
    assert_eq!(desk.hear(ana.flow, b"\x40\0\0\x03out"), Became::Nothing, "the channel has ended");
    assert_eq!(ana.bind(&mut desk, 0x4000, "8.8.4.4:53"), 0, "its number is free");
}

#[test]
fn a_channel_has_one_peer_and_a_peer_one_channel() {
    let (mut desk, mut ana) = with_allocation();
    assert_eq!(ana.bind(&mut desk, 0x4000, "8.8.8.8:53"), 0);
    assert_eq!(ana.bind(&mut desk, 0x4000, "8.8.8.8:53"), 0, "refreshed");
    assert_eq!(ana.bind(&mut desk, 0x4000, "8.8.8.8:54"), 400);
    assert_eq!(ana.bind(&mut desk, 0x4001, "8.8.8.8:53"), 400);
    assert_eq!(ana.bind(&mut desk, 0x4001, "8.8.8.8:54"), 0);
    assert_eq!(ana.bind(&mut desk, 0x3fff, "8.8.8.8:55"), 400);
    assert_eq!(ana.bind(&mut desk, 0x8000, "8.8.8.8:55"), 400);
}

#[test]
fn a_peer_that_the_policy_refuses_gets_403_and_never_a_packet() {
    let (mut desk, mut ana) = with_allocation();
    for peer in ["127.0.0.1:1", "10.0.0.1:1", "169.254.169.254:80", "[::ffff:10.0.0.1]:1", "[64:ff9b::a00:1]:1", "[fd00::1]:1"] {
        assert_eq!(ana.permit(&mut desk, &[peer]), 403, "{peer}");
        assert_eq!(ana.permit(&mut desk, &["8.8.8.8:1", peer]), 403, "one spoils the request");
        assert_eq!(ana.bind(&mut desk, 0x4000, peer), 403, "{peer}");
        assert_eq!(ana.send_indication(&mut desk, peer, b"out", &[]), Became::Nothing, "{peer}");
        assert_eq!(desk.hear_peer(0, peer, b"in"), Became::Nothing, "{peer}");
    }
    assert_eq!(desk.hear_peer(0, "8.8.8.8:1", b"in"), Became::Nothing, "nothing was permitted on the way");
}

#[test]
fn two_allocations_speak_inside() {
    let mut desk = Desk::new();
    let (mut ana, mut bob) = (Client::new(&desk, "192.0.2.7:1000", "ana"), Client::new(&desk, "192.0.2.8:1000", "bob"));
    let at_ana = ana.allocate(&mut desk, &[]).relayed()[0].to_string();
    let at_bob = bob.allocate(&mut desk, &[]).relayed()[0].to_string();
    assert_eq!(ana.bind(&mut desk, 0x4000, &at_bob), 0);
    assert_eq!(desk.hear(ana.flow, b"\x40\0\0\x05hello"), Became::Nothing, "bob has not permitted it");
    assert_eq!(bob.bind(&mut desk, 0x4abc, &at_ana), 0);
    assert_eq!(desk.hear(ana.flow, b"\x40\0\0\x05hello"), Became::ToClient(bob.flow, b"\x4a\xbc\0\x05hello".to_vec()));
    let forged = desk.hear_peer(1, &at_ana, b"forged");
    assert_eq!(forged, Became::Nothing, "those do not come by the kernel");
    assert_eq!(bob.refresh(&mut desk, 0), 0);
    assert_eq!(desk.hear(ana.flow, b"\x40\0\0\x05hello"), Became::Nothing, "nobody lives there now");
}

#[test]
fn an_allocation_of_another_worker_is_reached_through_it() {
    let mut desk = Desk::new();
    let (mut ana, mut bob) = (Client::new(&desk, "192.0.2.7:1000", "ana"), Client::new(&desk, "192.0.2.8:1000", "bob"));
    let at_ana = ana.allocate(&mut desk, &[]).relayed()[0].to_string();
    let server = Server::new(7, Arc::clone(&desk.shared), Arc::default());
    let mut other = Desk {
        server,
        sockets: Ports::default(),
        shared: Arc::clone(&desk.shared),
        now_unix: Arc::clone(&desk.now_unix),
        now: desk.now,
    };
    let at_bob = bob.allocate(&mut other, &[]).relayed()[0].to_string();
    assert_eq!((ana.bind(&mut desk, 0x4000, &at_bob), bob.bind(&mut other, 0x4001, &at_ana)), (0, 0));
    let Became::ToWorker(7, to, from, payload) = desk.hear(ana.flow, b"\x40\0\0\x05hello") else { panic!() };
    let mut space = room(&payload);
    let mut frame = Frame::new(&mut space, HEADROOM..HEADROOM + payload.len()).unwrap();
    let output = other.server.from_neighbour(to, from, &mut frame, other.now);
    assert_eq!((output, frame.bytes()), (Output::ToClient(bob.flow), &b"\x40\x01\0\x05hello"[..]));
    let later = AllocationId { generation: to.generation + 1, ..to };
    assert_eq!(other.server.from_neighbour(later, from, &mut frame, other.now), Output::Nothing);
}

#[test]
fn an_allocation_is_no_faster_than_it_may_be() {
    let limit = Bandwidth { bytes_per_second: std::num::NonZeroU32::new(10 * (100 + 28)) };
    let mut desk = Desk::with(|config| config.bandwidth = limit);
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    assert_eq!(ana.allocate(&mut desk, &[]).code(), 0);
    assert_eq!(ana.bind(&mut desk, 0x4000, "8.8.8.8:53"), 0);
    let packet = [&b"\x40\0\0\x64"[..], &[7; 100]].concat();
    let passed = |desk: &mut Desk| (0..100).filter(|_| desk.hear(ana.flow, &packet) != Became::Nothing).count();
    assert_eq!((passed(&mut desk), desk.stats().refused_bandwidth), (10, 90));
    let back = (0..100).filter(|_| desk.hear_peer(0, "8.8.8.8:53", &[7; 100]) != Became::Nothing).count();
    assert_eq!(back, 10, "each direction has its own");
    desk.pass_secs(1);
    assert_eq!(passed(&mut desk), 10);
}

#[test]
fn the_peers_of_one_allocation_are_bounded() {
    let mut desk = Desk::with(|config| config.quota.peers_per_allocation = 2);
    let mut ana = Client::new(&desk, "192.0.2.7:1000", "ana");
    assert_eq!(ana.allocate(&mut desk, &[]).code(), 0);
    assert_eq!(ana.permit(&mut desk, &["8.8.8.1:1", "8.8.8.2:1"]), 0);
    assert_eq!(ana.permit(&mut desk, &["8.8.8.3:1"]), 508);
    assert_eq!(ana.permit(&mut desk, &["8.8.8.1:9"]), 0, "a permission knows no port");
    assert_eq!((ana.bind(&mut desk, 0x4000, "8.8.8.1:1"), ana.bind(&mut desk, 0x4001, "8.8.8.1:2")), (0, 0));
    assert_eq!(ana.bind(&mut desk, 0x4002, "8.8.8.1:3"), 508);
    assert_eq!(ana.bind(&mut desk, 0x4000, "8.8.8.1:1"), 0, "a refresh is none more");
    let named: Vec<_> = (0..4000).map(|_| "8.8.8.1:1").collect();
    assert_eq!(ana.permit(&mut desk, &named), 508, "repeats count too");
}

#[test]
fn closing_a_participant_ends_its_allocations_and_no_other() {
    let mut desk = Desk::new();
    let (mut ana, mut bob) = (Client::new(&desk, "192.0.2.7:1000", "ana"), Client::new(&desk, "192.0.2.8:1000", "bob"));
    assert_eq!((ana.allocate(&mut desk, &[]).code(), bob.allocate(&mut desk, &[]).code()), (0, 0));
    desk.shared.bar("visit", Some("ana"));
    assert_eq!(desk.server.close(&mut desk.sockets, "visit", Some("ana")).0, 1);
    assert_eq!((ana.refresh(&mut desk, 600), bob.refresh(&mut desk, 600)), (437, 0));
    let before = desk.stats().refused_credentials;
    assert_eq!((ana.allocate(&mut desk, &[]).code(), desk.stats().refused_credentials), (401, before + 1));
}
