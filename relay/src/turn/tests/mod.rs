//! Tests of the server alone, with a clock and sockets of the test and a client that sends exactly what the test says.

mod allocating;
mod answering;
mod arbitrary;
mod relaying;

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{AllocationId, Family, Flow, Fragmentation, Frame, HEADROOM, Moment, Output, Server, Shared, Sockets, Transport};
use crate::config::{Config, RelayedAddress};
use crate::credentials::{self, Credentials, Secret};
use crate::stats::Stats;
use crate::stun::{Algorithm, Class, Key, Message, Method, PasswordAlgorithm, TransactionId, Writer, attribute};

const BEGIN_UNIX: u64 = 1_800_000_000;

/// Sockets that record which are open, and refuse ports that the test marks as in use.
#[derive(Default)]
struct Ports {
    open: HashSet<(AllocationId, usize)>,
    taken: HashSet<u16>,
    /// Whether the sockets are unable to set the DF bit.
    cutting: bool,
}

impl Sockets for Ports {
    fn open(&mut self, allocation: AllocationId, bind: SocketAddr) -> io::Result<()> {
        if self.taken.contains(&bind.port()) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        assert!(self.open.insert((allocation, Family::of(bind.ip()).index())), "opened twice");
        Ok(())
    }

    fn can_forbid_fragmentation(&self) -> bool {
        !self.cutting
    }

    fn close(&mut self, allocation: AllocationId, family: Family) {
        assert!(self.open.remove(&(allocation, family.index())), "closed what is not open");
    }
}

/// A server whose clock the test sets.
struct Desk {
    server: Server,
    sockets: Ports,
    shared: Arc<Shared>,
    now_unix: Arc<AtomicU64>,
    now: Moment,
}

/// The result of one frame.
#[derive(Debug, PartialEq, Eq)]
enum Became {
    Nothing,
    Answer(Vec<u8>),
    ToClient(Flow, Vec<u8>),
    ToPeer(SocketAddr, Vec<u8>, Fragmentation),
    ToWorker(u8, AllocationId, SocketAddr, Vec<u8>),
}

impl Desk {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(adjust: impl FnOnce(&mut Config)) -> Self {
        let now_unix = Arc::new(AtomicU64::new(BEGIN_UNIX));
        let clock = Arc::clone(&now_unix);
        let external = "198.41.0.4".parse().unwrap();
        let mut config = Config::new("relay.test", secret(), external, Arc::new(move || clock.load(Ordering::Relaxed)));
        config.relayed.push(RelayedAddress::new("2001:503:ba3e::2:30".parse().unwrap()));
        config.ports = 50_000..=50_099;
        adjust(&mut config);
        let shared = Arc::new(Shared::new(&config).unwrap());
        let server = Server::new(0, Arc::clone(&shared), Arc::default());
        Self { server, sockets: Ports::default(), shared, now_unix, now: Moment(1_000) }
    }

    fn pass_secs(&mut self, secs: u64) {
        self.now = Moment(self.now.0 + secs * 1000);
        self.now_unix.fetch_add(secs, Ordering::Relaxed);
    }

    fn hear(&mut self, flow: Flow, datagram: &[u8]) -> Became {
        let mut space = room(datagram);
        let mut frame = Frame::new(&mut space, HEADROOM..HEADROOM + datagram.len()).unwrap();
        let output = self.server.from_client(&mut self.sockets, flow, &mut frame, self.now);
        became(&self.server, output, &frame)
    }

    fn hear_peer(&mut self, slot: u32, peer: &str, payload: &[u8]) -> Became {
        let mut space = room(payload);
        let mut frame = Frame::new(&mut space, HEADROOM..HEADROOM + payload.len()).unwrap();
        let output = self.server.from_peer(slot, peer.parse().unwrap(), &mut frame, self.now);
        became(&self.server, output, &frame)
    }

    fn sweep(&mut self) -> usize {
        self.server.sweep(&mut self.sockets, self.now).0
    }

    fn stats(&self) -> Stats {
        let mut stats = Stats { allocations: self.shared.allocations(), ..Stats::default() };
        self.server.counters.add_to(&mut stats);
        stats
    }
}

fn became(server: &Server, output: Output, frame: &Frame<'_>) -> Became {
    let bytes = frame.bytes().to_vec();
    match output {
        Output::Nothing => Became::Nothing,
        Output::Answer => Became::Answer(server.answer().to_vec()),
        Output::ToClient(flow) => Became::ToClient(flow, bytes),
        Output::ToPeer { peer, fragmentation, .. } => Became::ToPeer(peer, bytes, fragmentation),
        Output::ToWorker { worker, allocation, from } => Became::ToWorker(worker, allocation, from, bytes),
    }
}

fn room(datagram: &[u8]) -> Vec<u8> {
    let mut space = vec![0xee; HEADROOM];
    space.extend_from_slice(datagram);
    space.extend([0xee; super::TAILROOM]);
    space
}

fn secret() -> Secret {
    Secret::new("a secret for tests only")
}

/// A client: its flow, its credential, and the realm and nonce it received.
#[derive(Clone)]
struct Client {
    flow: Flow,
    credentials: Credentials,
    nonce: Vec<u8>,
    password_algorithm: PasswordAlgorithm,
    algorithm: Algorithm,
    transactions: u32,
}

/// An attribute: type and value.
type Part = (u16, Vec<u8>);

fn part(kind: u16, value: &[u8]) -> Part {
    (kind, value.to_vec())
}

fn udp() -> Part {
    part(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0])
}

impl Client {
    fn new(desk: &Desk, client: &str, participant: &str) -> Self {
        let flow = Flow { listener: 0, client: client.parse().unwrap(), transport: Transport::Datagram };
        let expiry = desk.now_unix.load(Ordering::Relaxed) + 300;
        Self {
            flow,
            credentials: credentials::issue(&secret(), "visit", participant, expiry).unwrap(),
            nonce: Vec::new(),
            password_algorithm: PasswordAlgorithm::Md5,
            algorithm: Algorithm::Sha1,
            transactions: 0,
        }
    }

    fn transaction(&mut self) -> TransactionId {
        self.transactions += 1;
        let mut id = [9; 12];
        id[..4].copy_from_slice(&self.transactions.to_be_bytes());
        id[4..6].copy_from_slice(&self.flow.client.port().to_be_bytes());
        TransactionId(id)
    }

    /// An unsigned request.
    fn bare(&mut self, class: Class, method: Method, parts: &[Part]) -> Vec<u8> {
        let transaction = self.transaction();
        let mut buffer = vec![0; 60_000];
        let mut writer = Writer::new(&mut buffer, class, method, transaction);
        parts.iter().for_each(|(kind, value)| _ = writer.attribute(*kind, value));
        let length = writer.finish().unwrap();
        buffer.truncate(length);
        buffer
    }

    fn signed(&mut self, method: Method, parts: &[Part]) -> Vec<u8> {
        let transaction = self.transaction();
        let Credentials { username, password } = &self.credentials;
        let key = Key::long_term(username, "relay.test", password, self.password_algorithm);
        let mut buffer = vec![0; 60_000];
        let mut writer = Writer::new(&mut buffer, Class::Request, method, transaction);
        parts.iter().for_each(|(kind, value)| _ = writer.attribute(*kind, value));
        writer.attribute(attribute::USERNAME, username.as_bytes());
        writer.attribute(attribute::REALM, b"relay.test").attribute(attribute::NONCE, &self.nonce);
        if self.password_algorithm == PasswordAlgorithm::Sha256 {
            writer.attribute(attribute::PASSWORD_ALGORITHMS, &super::gate::PASSWORD_ALGORITHMS);
            writer.attribute(attribute::PASSWORD_ALGORITHM, &[0, 2, 0, 0]);
        }
        writer.integrity(&key, self.algorithm);
        let length = writer.finish_with_fingerprint().unwrap();
        buffer.truncate(length);
        buffer
    }

    /// Sends a request and returns the answer. If the request was signed, the signature of the answer is checked.
    fn ask(&mut self, desk: &mut Desk, method: Method, parts: &[Part]) -> Answered {
        if self.nonce.is_empty() {
            let bare = self.bare(Class::Request, Method::Allocate, &[]);
            let Became::Answer(challenge) = desk.hear(self.flow, &bare) else { panic!("no challenge") };
            self.nonce = Answered(challenge).get(attribute::NONCE).unwrap();
        }
        let request = self.signed(method, parts);
        let Became::Answer(answer) = desk.hear(self.flow, &request) else { panic!("no answer") };
        let answer = Answered(answer);
        if !matches!(answer.code(), 401 | 438 | 400) {
            let Credentials { username, password } = &self.credentials;
            let key = Key::long_term(username, "relay.test", password, self.password_algorithm);
            assert!(key.signed(&answer.message(), self.algorithm), "an answer to a signed request is signed");
        }
        answer
    }

    fn allocate(&mut self, desk: &mut Desk, more: &[Part]) -> Answered {
        let parts: Vec<_> = [udp()].into_iter().chain(more.iter().cloned()).collect();
        self.ask(desk, Method::Allocate, &parts)
    }

    fn permit(&mut self, desk: &mut Desk, peers: &[&str]) -> u16 {
        let parts: Vec<_> = peers.iter().map(|peer| self.peer(peer)).collect();
        self.ask(desk, Method::CreatePermission, &parts).code()
    }

    fn bind(&mut self, desk: &mut Desk, number: u16, peer: &str) -> u16 {
        let [n0, n1] = number.to_be_bytes();
        let parts = [part(attribute::CHANNEL_NUMBER, &[n0, n1, 0, 0]), self.peer(peer)];
        self.ask(desk, Method::ChannelBind, &parts).code()
    }

    fn refresh(&mut self, desk: &mut Desk, secs: u32) -> u16 {
        self.ask(desk, Method::Refresh, &[part(attribute::LIFETIME, &secs.to_be_bytes())]).code()
    }

    /// Adds XOR-PEER-ADDRESS to the next request.
    fn peer(&self, peer: &str) -> Part {
        let mut next = self.clone();
        let mut buffer = [0; 64];
        let mut writer = Writer::new(&mut buffer, Class::Request, Method::Send, next.transaction());
        writer.xor_address(attribute::XOR_PEER_ADDRESS, peer.parse().unwrap());
        let length = writer.finish().unwrap();
        part(attribute::XOR_PEER_ADDRESS, &buffer[24..length])
    }

    fn send_indication(&mut self, desk: &mut Desk, peer: &str, payload: &[u8], more: &[Part]) -> Became {
        let mut parts = vec![self.peer(peer), part(attribute::DATA, payload)];
        parts.extend_from_slice(more);
        let indication = self.bare(Class::Indication, Method::Send, &parts);
        desk.hear(self.flow, &indication)
    }
}

/// The bytes of an answer.
struct Answered(Vec<u8>);

impl Answered {
    fn message(&self) -> Message<'_> {
        Message::parse(&self.0).unwrap()
    }

    fn get(&self, kind: u16) -> Option<Vec<u8>> {
        self.message().get(kind).map(<[u8]>::to_vec)
    }

    /// The error code; 0 for a success.
    fn code(&self) -> u16 {
        match self.message().class() {
            Class::Success => 0,
            _ => self.message().get(attribute::ERROR_CODE).and_then(attribute::error_code).unwrap(),
        }
    }

    fn relayed(&self) -> Vec<SocketAddr> {
        let message = self.message();
        let relayed = message.covered().filter(|attribute| attribute.kind == attribute::XOR_RELAYED_ADDRESS);
        relayed.map(|attribute| attribute::xor_address(attribute.value, message.transaction()).unwrap()).collect()
    }

    fn lifetime_secs(&self) -> u32 {
        attribute::number(&self.get(attribute::LIFETIME).unwrap()).unwrap()
    }
}
