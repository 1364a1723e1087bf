//! Tests with one worker on loopback whose rounds the test runs itself, so that it decides what happens between two of them.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket as Socket};

use mio::Waker;

use super::*;
use crate::config::Config;
use crate::credentials::{self, Credentials, Secret};
use crate::net::connection::NoFrame;
use crate::net::{Bound, bind_all, mailbox_token};
use crate::peers::PeerPolicy;
use crate::stun::{Algorithm, Class, Key, Message, Method, PasswordAlgorithm, TransactionId, Writer, attribute};

const SECRET: &str = "a secret for tests only";
const BEGIN_UNIX: u64 = 1_800_000_000;

/// How many rounds a test runs at most while it waits for something.
const TURNS: usize = 1_000;

struct Desk {
    worker: Worker,
    events: Events,
    shared: Arc<Shared>,
    udp: SocketAddr,
    tcp: SocketAddr,
}

impl Desk {
    fn new() -> Self {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut config = Config::new("relay.test", Secret::new(SECRET), here.ip(), Arc::new(|| BEGIN_UNIX));
        (config.listen, config.listen_tcp) = (vec![here], vec![here]);
        config.peers = PeerPolicy::allowing(["127.0.0.0/8".parse().unwrap()]);
        config.ports = 14_000..=14_999;
        let shared = Arc::new(Shared::new(&config).unwrap());
        let Bound { mut workers, udp, tcp, .. } = bind_all(&config, 1).unwrap();
        let poll = Poll::new().unwrap();
        let mailbox = Mailbox::new(Waker::new(poll.registry(), mailbox_token()).unwrap());
        let mut worker = Worker::new(Setup {
            number: 0,
            shared: Arc::clone(&shared),
            counters: Arc::default(),
            mailboxes: Arc::from([mailbox]),
            sockets: workers.remove(0),
            tls: Arc::default(),
            connections_per_source: 8,
            epoch: Instant::now(),
            poll,
        })
        .unwrap();
        // A test sweeps only when it wants to.
        worker.next_sweep = Moment(u64::MAX);
        Self { worker, events: Events::with_capacity(1024), shared, udp: udp[0], tcp: tcp[0] }
    }

    /// Runs one round: what the worker's thread does between two waits.
    fn turn(&mut self) {
        self.worker.poll.poll(&mut self.events, Some(Duration::ZERO)).unwrap();
        assert!(self.worker.serve_ready(&self.events) == Stay::On);
    }

    /// Runs rounds until there is an answer.
    fn until<T>(&mut self, mut answer: impl FnMut() -> io::Result<T>) -> T {
        for _ in 0..TURNS {
            self.turn();
            match answer() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                answered => return answered.unwrap(),
            }
        }
        panic!("nothing came");
    }
}

/// A client on a non-blocking socket.
struct Client {
    socket: Socket,
    ana: Credentials,
    nonce: Vec<u8>,
    asked: u8,
}

impl Client {
    fn new(desk: &Desk) -> Self {
        let socket = socket();
        socket.connect(desk.udp).unwrap();
        Self { socket, ana: ana(), nonce: Vec::new(), asked: 0 }
    }

    fn ask(&mut self, desk: &mut Desk, method: Method, fill: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        self.asked += 1;
        self.socket.send(&request(method, self.asked, &self.ana, &self.nonce, fill)).unwrap();
        desk.until(|| received(&self.socket))
    }

    /// Allocates, creates a permission for loopback, and returns the relayed address.
    fn allocate(&mut self, desk: &mut Desk) -> SocketAddr {
        self.nonce = nonce(&self.ask(desk, Method::Allocate, |_| {}));
        let answer = self.ask(desk, Method::Allocate, over_udp);
        let answer = Message::parse(&answer).unwrap();
        let relayed = answer.get(attribute::XOR_RELAYED_ADDRESS).unwrap();
        let relayed = attribute::xor_address(relayed, answer.transaction()).unwrap();
        let permitted = self.ask(desk, Method::CreatePermission, |writer| {
            writer.xor_address(attribute::XOR_PEER_ADDRESS, SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
        });
        assert_eq!(Message::parse(&permitted).unwrap().class(), Class::Success);
        relayed
    }
}

fn ana() -> Credentials {
    credentials::issue(&Secret::new(SECRET), "visit", "ana", BEGIN_UNIX + 300).unwrap()
}

fn socket() -> Socket {
    let socket = Socket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

fn received(socket: &Socket) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; 2048];
    let length = socket.recv(&mut buffer)?;
    buffer.truncate(length);
    Ok(buffer)
}

fn over_udp(writer: &mut Writer<'_>) {
    writer.attribute(attribute::REQUESTED_TRANSPORT, &[attribute::UDP, 0, 0, 0]);
}

fn nonce(challenge: &[u8]) -> Vec<u8> {
    Message::parse(challenge).unwrap().get(attribute::NONCE).unwrap().to_vec()
}

/// A request, signed if there is a nonce.
fn request(method: Method, number: u8, who: &Credentials, nonce: &[u8], fill: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = vec![0; 1024];
    let mut writer = Writer::new(&mut buffer, Class::Request, method, TransactionId([number; 12]));
    fill(&mut writer);
    if !nonce.is_empty() {
        let key = Key::long_term(&who.username, "relay.test", &who.password, PasswordAlgorithm::Md5);
        writer.attribute(attribute::USERNAME, who.username.as_bytes()).attribute(attribute::NONCE, nonce);
        writer.attribute(attribute::REALM, b"relay.test").integrity(&key, Algorithm::Sha1);
    }
    let length = writer.finish().unwrap();
    buffer.truncate(length);
    buffer
}

#[test]
fn a_listener_that_never_empties_has_one_turn_in_each_round_as_a_call_has() {
    let mut desk = Desk::new();
    let mut ana = Client::new(&desk);
    let relayed = ana.allocate(&mut desk);
    let (peer, stranger) = (socket(), socket());
    for round in 0..200u8 {
        // More than one turn reads.
        for _ in 0..3 * SLOTS {
            let _ = stranger.send_to(b"flood", desk.udp);
        }
        peer.send_to(&[round], relayed).unwrap();
        desk.turn();
        let indication = received(&ana.socket).expect("a call's packet passes in the round in which it comes");
        assert_eq!(Message::parse(&indication).unwrap().get(attribute::DATA), Some(&[round][..]));
        assert!(desk.worker.ready.len() <= 1, "the listener waits once: {}", desk.worker.ready.len());
    }
}

#[test]
fn a_round_is_no_longer_than_it_may_be_and_goes_on_where_it_stopped() {
    let mut desk = Desk::new();
    for number in 0..3 * ROUND {
        desk.worker.ready.push(Source::Connection(number));
    }
    for left in [2 * ROUND, ROUND, 0, 0] {
        desk.turn();
        assert_eq!(desk.worker.ready.len(), left);
    }
}

#[test]
fn what_a_connection_asked_before_it_broke_makes_no_allocation_after() {
    use std::io::{Read, Write};
    let mut desk = Desk::new();
    let mut stream = std::net::TcpStream::connect(desk.tcp).unwrap();
    stream.set_nonblocking(true).unwrap();
    stream.write_all(&request(Method::Allocate, 1, &ana(), &[], |_| {})).unwrap();
    let mut challenge = vec![0; 1024];
    let length = desk.until(|| stream.read(&mut challenge));
    let nonce = nonce(&challenge[..length]);
    // So many answers that they are flushed, which fails, before the last request is served.
    for number in 0..=SLOTS as u8 {
        stream.write_all(&request(Method::Binding, number, &ana(), &[], |_| {})).unwrap();
    }
    stream.write_all(&request(Method::Allocate, 2, &ana(), &nonce, over_udp)).unwrap();
    // With a linger of zero the socket closes with a reset.
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
    for _ in 0..3 {
        desk.turn();
    }
    assert!(desk.worker.connections.get(0).is_none(), "it is closed");
    assert_eq!(desk.shared.allocations(), 0, "nobody would end it");
}

#[test]
fn an_end_that_comes_with_the_last_bytes_is_seen() {
    use std::io::{Read, Write};
    let mut desk = Desk::new();
    let mut stream = std::net::TcpStream::connect(desk.tcp).unwrap();
    stream.set_nonblocking(true).unwrap();
    stream.write_all(&request(Method::Binding, 1, &ana(), &[], |_| {})).unwrap();
    let mut answer = vec![0; 1024];
    desk.until(|| stream.read(&mut answer));
    stream.write_all(&request(Method::Binding, 2, &ana(), &[], |_| {})).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    desk.turn();
    assert!(desk.worker.connections.get(0).is_none(), "it is closed");
    let length = stream.read(&mut answer).expect("what was asked before the end is answered");
    assert_eq!(Message::parse(&answer[..length]).unwrap().transaction(), TransactionId([2; 12]));
    assert_eq!(stream.read(&mut answer).unwrap(), 0);
}

#[test]
fn a_payload_goes_to_the_connection_it_is_for_and_not_to_a_later_one_of_its_number() {
    let mut desk = Desk::new();
    let earlier = std::net::TcpStream::connect(desk.tcp).unwrap();
    desk.turn();
    let flow = desk.worker.connections.get(0).unwrap().flow();
    drop(earlier);
    desk.turn();
    let _later = std::net::TcpStream::connect(desk.tcp).unwrap();
    desk.turn();
    let other = desk.worker.connections.get(0).unwrap().flow();
    assert!(flow != other && flow.transport == other.transport, "the number is used again");
    assert!(!desk.worker.connections.queue(flow, b"for the earlier") && desk.worker.connections.queue(other, b"for the later"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_goes_to_clients_may_be_cut_by_routers_as_what_goes_to_peers() {
    let mut desk = Desk::new();
    Client::new(&desk).allocate(&mut desk);
    let Some(Listener::Udp(socket)) = desk.worker.listeners.first() else { panic!("no listener") };
    assert!(batch::may_be_fragmented(socket, false));
    assert!(batch::may_be_fragmented(desk.worker.relayed.get(0, Family::V4).unwrap(), false));
}

#[test]
fn a_connection_that_could_not_be_accepted_is_after_the_next_sweep() {
    let mut desk = Desk::new();
    let _client = std::net::TcpStream::connect(desk.tcp).unwrap();
    // Consume the event without accepting, as happens when there are no file descriptors: the system reports it only once.
    desk.worker.poll.poll(&mut desk.events, Some(Duration::ZERO)).unwrap();
    assert!(!desk.events.is_empty());
    desk.turn();
    assert!(desk.worker.connections.get(0).is_none());
    desk.worker.sweep();
    desk.turn();
    assert!(desk.worker.connections.get(0).is_some());
}

#[test]
fn a_connection_without_an_allocation_has_a_minute_however_much_it_says() {
    use std::io::Write;
    let mut desk = Desk::new();
    let mut connections = [(); 2].map(|()| std::net::TcpStream::connect(desk.tcp).unwrap());
    desk.turn();
    let [stranger, owner] = [0, 1].map(|number| desk.worker.connections.get(number).unwrap().flow());
    let begin = desk.worker.now;
    let at = |secs| begin.plus(Duration::from_secs(secs));
    // Send a request byte by byte.
    for secs in (0..60).step_by(10) {
        connections[0].write_all(&[0]).unwrap();
        desk.turn();
        desk.worker.connections.sweep(at(secs), |flow| flow == owner);
    }
    assert!(desk.worker.connections.of(stranger).is_some());
    desk.worker.connections.sweep(at(60), |flow| flow == owner);
    assert!(desk.worker.connections.of(stranger).is_none() && desk.worker.connections.of(owner).is_some());
    desk.worker.connections.sweep(at(119), |_| false);
    assert!(desk.worker.connections.of(owner).is_some(), "a minute after its allocation for another");
    desk.worker.connections.sweep(at(120), |_| false);
    assert!(desk.worker.connections.of(owner).is_none());
}

#[test]
fn who_has_no_allocation_sends_no_large_frames() {
    assert_eq!(first_frame(b"\x40\0\x0f\xfc", || false), Ok(None));
    assert_eq!(first_frame(b"\x40\0\x0f\xfd", || false), Err(NoFrame));
    assert_eq!(first_frame(b"\x40\0\x0f\xfd", || true), Ok(None));
    assert_eq!(first_frame(b"\0\x03\xff\xfc", || false), Err(NoFrame));
}
