//! Drives a server with arbitrary bytes and checks invariants. Used by the fuzzer and the tests.
//!
//! The bytes are a script: each step is an operation and its arguments. Some steps are raw datagrams; others are correctly signed
//! requests, so that the code behind authentication is reached too.

use std::collections::HashSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{AllocationId, Family, Flow, Frame, HEADROOM, Moment, Output, Server, Shared, Sockets, TAILROOM, Transport};
use crate::config::{Config, RelayedAddress};
use crate::credentials::{self, Secret};
use crate::peers::PeerPolicy;
use crate::stun::{Algorithm, Class, Key, Message, Method, PasswordAlgorithm, TransactionId, Writer, attribute};

const SECRET: &str = "a secret for the exercise";
const BEGIN_UNIX: u64 = 1_800_000_000;

/// The attributes that steps put into signed requests.
const ATTRIBUTES: [u16; 14] = [
    attribute::REQUESTED_TRANSPORT,
    attribute::XOR_PEER_ADDRESS,
    attribute::CHANNEL_NUMBER,
    attribute::LIFETIME,
    attribute::DATA,
    attribute::EVEN_PORT,
    attribute::RESERVATION_TOKEN,
    attribute::REQUESTED_ADDRESS_FAMILY,
    attribute::ADDITIONAL_ADDRESS_FAMILY,
    attribute::DONT_FRAGMENT,
    attribute::PASSWORD_ALGORITHM,
    attribute::PASSWORD_ALGORITHMS,
    attribute::UNKNOWN_ATTRIBUTES,
    attribute::SOFTWARE,
];

const METHODS: [Method; 6] =
    [Method::Allocate, Method::Refresh, Method::CreatePermission, Method::ChannelBind, Method::Binding, Method::Other(0x0aa)];

/// Runs a script.
///
/// # Panics
/// When an invariant is violated.
pub fn run(script: &[u8]) {
    let now_unix = Arc::new(AtomicU64::new(BEGIN_UNIX));
    let clock = Arc::clone(&now_unix);
    let external = IpAddr::V4(Ipv4Addr::new(198, 41, 0, 4));
    let mut config = Config::new("relay.test", Secret::new(SECRET), external, Arc::new(move || clock.load(Ordering::Relaxed)));
    config.relayed.push(RelayedAddress::new(IpAddr::V6(0x2001_0503_0ba3_003e_0000_0000_0002_0030.into())));
    config.ports = 50_000..=50_003;
    config.quota.peers_per_allocation = 3;
    let Ok(shared) = Shared::new(&config) else { return };
    let shared = Arc::new(shared);
    let server = Server::new(0, Arc::clone(&shared), Arc::default());
    let mut course = Course { server, shared, sockets: Open::default(), now: Moment(0), now_unix, nonces: Default::default() };
    let mut script = Script(script);
    while let Some(operation) = script.byte() {
        course.step(operation, &mut script);
        course.check();
    }
    course.server.close_all(&mut course.sockets);
    course.check();
    assert!(course.sockets.0.is_empty() && course.shared.allocations() == 0, "everything is given back");
}

struct Course {
    server: Server,
    shared: Arc<Shared>,
    sockets: Open,
    now: Moment,
    now_unix: Arc<AtomicU64>,
    nonces: [Vec<u8>; 4],
}

#[derive(Default)]
struct Open(HashSet<(AllocationId, usize)>);

impl Sockets for Open {
    fn open(&mut self, allocation: AllocationId, bind: SocketAddr) -> io::Result<()> {
        // One port is always in use by another program.
        if bind.port() == 50_003 {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        assert!(self.0.insert((allocation, Family::of(bind.ip()).index())), "a socket was opened twice");
        Ok(())
    }

    fn close(&mut self, allocation: AllocationId, family: Family) {
        assert!(self.0.remove(&(allocation, family.index())), "a socket was closed that was not open");
    }
}

struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self, most: u8) -> &'a [u8] {
        let wanted = self.byte().unwrap_or(0).min(most);
        let (taken, rest) = self.0.split_at(usize::from(wanted).min(self.0.len()));
        self.0 = rest;
        taken
    }
}

impl Course {
    fn step(&mut self, operation: u8, script: &mut Script<'_>) {
        let who = usize::from(script.byte().unwrap_or(0) % 4);
        match operation % 8 {
            0 => {
                let datagram = script.bytes(255).to_vec();
                self.hear(who, &datagram);
            }
            1 | 2 => self.signed(who, script),
            3 => {
                let slot = u32::from(script.byte().unwrap_or(0) % 5);
                let (peer, payload) = (peer(script.byte().unwrap_or(0)), script.bytes(255).to_vec());
                let mut space = room(&payload);
                let Some(mut frame) = Frame::new(&mut space, HEADROOM..HEADROOM + payload.len()) else { return };
                let output = self.server.from_peer(slot, peer, &mut frame, self.now);
                assert!(matches!(output, Output::Nothing | Output::ToClient(_)), "a peer reaches clients alone");
            }
            4 => {
                let secs = u64::from(script.byte().unwrap_or(0)) * 4;
                self.now = Moment(self.now.0 + secs * 1000);
                self.now_unix.fetch_add(secs, Ordering::Relaxed);
                self.server.sweep(&mut self.sockets, self.now);
            }
            5 => {
                let name = participant(who);
                self.shared.bar("visit", Some(&name));
                self.server.close(&mut self.sockets, "visit", Some(&name));
            }
            6 => _ = self.server.disconnect(&mut self.sockets, flow(who)),
            // Scripts of the corpus that are older than `send` must keep their meaning, so it has only the operations from 0x80 on.
            _ if operation >= 0x80 => self.send(who, script),
            _ => {
                let payload = script.bytes(64);
                let number = 0x4000 + u16::from(script.byte().unwrap_or(0) % 4);
                let [l0, l1] = (payload.len() as u16).to_be_bytes();
                let [n0, n1] = number.to_be_bytes();
                let datagram = [&[n0, n1, l0, l1], payload].concat();
                self.hear(who, &datagram);
            }
        }
    }

    fn signed(&mut self, who: usize, script: &mut Script<'_>) {
        let method = METHODS[usize::from(script.byte().unwrap_or(0)) % METHODS.len()];
        let expiry = self.now_unix.load(Ordering::Relaxed) + 300;
        let Ok(issued) = credentials::issue(&Secret::new(SECRET), "visit", &participant(who), expiry) else { return };
        let key = Key::long_term(&issued.username, "relay.test", &issued.password, PasswordAlgorithm::Md5);
        let mut buffer = [0; 4096];
        let id = TransactionId([script.byte().unwrap_or(0) % 4; 12]);
        let mut writer = Writer::new(&mut buffer, Class::Request, method, id);
        for _ in 0..script.byte().unwrap_or(0) % 6 {
            let kind = ATTRIBUTES[usize::from(script.byte().unwrap_or(0)) % ATTRIBUTES.len()];
            match (kind, script.byte().unwrap_or(0)) {
                (attribute::REQUESTED_TRANSPORT, 0..=250) => _ = writer.attribute(kind, &[17, 0, 0, 0]),
                (attribute::XOR_PEER_ADDRESS, which @ 0..=250) => _ = writer.xor_address(kind, peer(which)),
                (attribute::CHANNEL_NUMBER, which @ 0..=250) => _ = writer.attribute(kind, &[0x40, which % 4, 0, 0]),
                _ => _ = writer.attribute(kind, script.bytes(24)),
            }
        }
        writer.attribute(attribute::USERNAME, issued.username.as_bytes());
        writer.attribute(attribute::REALM, b"relay.test").attribute(attribute::NONCE, &self.nonces[who]);
        writer.integrity(&key, if script.byte().unwrap_or(0).is_multiple_of(2) { Algorithm::Sha1 } else { Algorithm::Sha256 });
        if let Ok(length) = writer.finish_with_fingerprint() {
            self.hear(who, &buffer[..length]);
        }
    }

    /// Sends a Send indication, complete or with parts missing or added.
    fn send(&mut self, who: usize, script: &mut Script<'_>) {
        let (to, parts) = (peer(script.byte().unwrap_or(0)), script.byte().unwrap_or(0));
        let mut buffer = [0; 512];
        let mut writer = Writer::new(&mut buffer, Class::Indication, Method::Send, TransactionId([parts; 12]));
        if parts & 1 == 0 {
            writer.xor_address(attribute::XOR_PEER_ADDRESS, to);
        }
        for (bit, kind) in [(2, attribute::DONT_FRAGMENT), (4, attribute::USERNAME), (8, 0x7abc)] {
            if parts & bit != 0 {
                writer.attribute(kind, &[]);
            }
        }
        writer.attribute(attribute::DATA, script.bytes(255));
        if let Ok(length) = writer.finish() {
            self.hear(who, &buffer[..length]);
        }
    }

    /// Gives the server a datagram of a client and checks what holds for every output.
    fn hear(&mut self, who: usize, datagram: &[u8]) {
        let mut space = room(datagram);
        let Some(mut frame) = Frame::new(&mut space, HEADROOM..HEADROOM + datagram.len()) else { return };
        match self.server.from_client(&mut self.sockets, flow(who), &mut frame, self.now) {
            Output::Nothing | Output::ToClient(_) => {}
            Output::ToPeer { allocation, peer, .. } => {
                assert!(PeerPolicy::default().allows(peer.ip()), "a packet to a refused peer");
                assert!(self.sockets.0.contains(&(allocation, Family::of(peer.ip()).index())), "from a socket that is closed");
                assert!(frame.bytes().len() < datagram.len(), "a payload is less than its message");
            }
            Output::ToWorker { .. } => panic!("there is no other worker"),
            Output::Answer => {
                let answer = Message::parse(self.server.answer()).expect("an answer is sound");
                assert!(matches!(answer.class(), Class::Success | Class::Error), "an answer to a request");
                assert!(self.server.answer().len() <= 512, "an answer is small");
                if let Some(nonce) = answer.get(attribute::NONCE) {
                    self.nonces[who] = nonce.to_vec();
                }
            }
        }
    }

    fn check(&self) {
        assert!(self.shared.allocations() <= 4, "a flow has one allocation");
        assert!(self.sockets.0.len() <= 6, "there are three free ports of each family");
        assert!(self.sockets.0.len() >= self.shared.allocations(), "an allocation has a socket");
    }
}

fn flow(who: usize) -> Flow {
    let transport = if who.is_multiple_of(2) { Transport::Datagram } else { Transport::Stream(who as u32) };
    Flow { listener: 0, client: SocketAddr::from(([192, 0, 2, who as u8], 1000)), transport }
}

fn participant(who: usize) -> String {
    format!("participant{who}")
}

/// Peers of both families, allowed and refused ones, and the relay itself.
fn peer(which: u8) -> SocketAddr {
    match which % 8 {
        0 => SocketAddr::from(([8, 8, 8, 8], 53)),
        1 => SocketAddr::from(([8, 8, 4, 4], 53)),
        2 => SocketAddr::from((0x2001_4860_4860_0000_0000_0000_0000_8888_u128.to_be_bytes(), 53)),
        3 => SocketAddr::from(([127, 0, 0, 1], 22)),
        4 => SocketAddr::from(([198, 41, 0, 4], 50_000 + u16::from(which / 8 % 4))),
        5 => SocketAddr::from(([198, 41, 0, 4], 22)),
        6 => SocketAddr::from((0x0000_0000_0000_0000_0000_ffff_0a00_0001_u128.to_be_bytes(), 53)),
        _ => SocketAddr::from((0x2001_0503_0ba3_003e_0000_0000_0002_0030_u128.to_be_bytes(), 50_000)),
    }
}

fn room(datagram: &[u8]) -> Vec<u8> {
    [&[0; HEADROOM], datagram, &[0; TAILROOM]].concat()
}
