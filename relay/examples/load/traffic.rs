//! Sends and receives packets and measures loss, latency and CPU time.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, UdpSocket as StdUdp};
use std::time::{Duration, Instant};

use mio::net::{TcpStream, UdpSocket};
use mio::{Events, Interest, Poll, Token};
use relay::stun::{ChannelData, Framing, frame_length};

use crate::Failure;
use crate::client::{CHANNEL, Client, Link};
use crate::process::{processor_ns, resident_kib};

const WARM_UP: Duration = Duration::from_millis(500);

/// How long to wait after the last packet was sent for packets still in flight.
const COOL_DOWN: Duration = Duration::from_millis(300);

pub(crate) struct Plan {
    pub(crate) server: SocketAddr,
    pub(crate) pid: u32,
    pub(crate) secret: String,
    pub(crate) stream: bool,
    pub(crate) pairs: bool,
    pub(crate) allocations: usize,
    pub(crate) rate: u64,
    pub(crate) burst: u64,
    pub(crate) size: usize,
    pub(crate) seconds: u64,
}

pub(crate) struct Outcome {
    sent: u64,
    delivered: u64,
    processor_ns: u64,
    memory_kib: u64,
    latencies_us: Vec<u32>,
    late: u64,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |share: usize| {
            let place = (self.latencies_us.len().saturating_sub(1)) * share / 1000;
            self.latencies_us.get(place).copied().unwrap_or(0)
        };
        let per_packet = self.processor_ns as f64 / self.delivered.max(1) as f64 / 1000.0;
        let lost = 100.0 * (1.0 - self.delivered as f64 / self.sent.max(1) as f64);
        write!(f, "sent={} delivered={} lost_percent={lost:.3} ", self.sent, self.delivered)?;
        write!(f, "us_per_packet={per_packet:.3} p50_us={} p99_us={} ", at(500), at(990))?;
        write!(f, "memory_kib={} late_ticks={}", self.memory_kib, self.late)
    }
}

enum Wire {
    Udp(UdpSocket),
    Tcp { stream: TcpStream, unread: Vec<u8>, unsent: Vec<u8> },
}

struct Traffic {
    clients: Vec<Wire>,
    peers: Vec<UdpSocket>,
    begun: Instant,
    packet: Vec<u8>,
    size: usize,
    counting: bool,
    sent: u64,
    delivered: u64,
    latencies_us: Vec<u32>,
    space: Vec<u8>,
}

/// Makes the allocations, sends the traffic and returns the measurements.
pub(crate) fn run(plan: &Plan) -> Result<Outcome, Failure> {
    let before_kib = resident_kib(plan.pid)?;
    let mut clients = Vec::new();
    for number in 0..plan.allocations {
        clients.push(Client::allocate(plan.server, plan.stream, &plan.secret, number)?);
    }
    let mut peers = Vec::new();
    let relayed: Vec<_> = clients.iter().map(|client| client.relayed).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        if plan.pairs {
            client.bind(relayed[number ^ 1])?;
        } else {
            let peer = StdUdp::bind((plan.server.ip(), 0))?;
            client.bind(peer.local_addr()?)?;
            peer.set_nonblocking(true)?;
            peers.push(UdpSocket::from_std(peer));
        }
    }
    let memory_kib = resident_kib(plan.pid)?.saturating_sub(before_kib);
    let mut poll = Poll::new()?;
    let mut traffic = Traffic {
        clients: clients.into_iter().map(Wire::new).collect::<Result<_, _>>()?,
        peers,
        begun: Instant::now(),
        packet: vec![0xa5; 4 + plan.size.next_multiple_of(4)],
        size: plan.size,
        counting: false,
        sent: 0,
        delivered: 0,
        latencies_us: Vec::new(),
        space: vec![0; 1 << 17],
    };
    traffic.register(&poll)?;
    let header = ChannelData::header(CHANNEL, u16::try_from(plan.size)?);
    traffic.packet[..4].copy_from_slice(&header);

    let mut events = Events::with_capacity(4096);
    let begun = traffic.begun;
    let end = WARM_UP + Duration::from_secs(plan.seconds);
    let (mut due_until_now, mut next_client, mut late) = (0u64, 0, 0);
    let mut processor_before = 0;
    loop {
        let passed = begun.elapsed();
        if passed >= end {
            break;
        }
        if !traffic.counting && passed >= WARM_UP {
            traffic.counting = true;
            processor_before = processor_ns(plan.pid)?;
        }
        // Send in whole ticks of a millisecond. If the exact time decided, each answer would wake this loop and let it send early: a slow server
        // would then get its packets one by one where a fast server gets the packets of a whole tick at once.
        let due = passed.as_millis() as u64 * plan.rate / 1_000 / plan.burst;
        if (due - due_until_now) * plan.burst > plan.rate / 50 {
            late += 1;
        }
        for _ in due_until_now..due {
            for _ in 0..plan.burst {
                traffic.send(next_client)?;
            }
            next_client = (next_client + 1) % plan.allocations;
        }
        due_until_now = due;
        let next_tick = Duration::from_millis(begun.elapsed().as_millis() as u64 + 1);
        poll.poll(&mut events, Some(next_tick.saturating_sub(begun.elapsed())))?;
        for event in &events {
            traffic.receive(event.token().0)?;
        }
    }
    let processor_after = processor_ns(plan.pid)?;
    let stop = Instant::now() + COOL_DOWN;
    while Instant::now() < stop {
        poll.poll(&mut events, Some(Duration::from_millis(1)))?;
        for event in &events {
            traffic.receive(event.token().0)?;
        }
    }
    traffic.latencies_us.sort_unstable();
    Ok(Outcome {
        sent: traffic.sent,
        delivered: traffic.delivered,
        processor_ns: processor_after - processor_before,
        memory_kib,
        latencies_us: traffic.latencies_us,
        late,
    })
}

impl Wire {
    fn new(client: Client) -> Result<Self, Failure> {
        Ok(match client.link {
            Link::Udp(socket) => {
                socket.set_nonblocking(true)?;
                Self::Udp(UdpSocket::from_std(socket))
            }
            Link::Tcp(stream) => {
                stream.set_nonblocking(true)?;
                Self::Tcp { stream: TcpStream::from_std(stream), unread: Vec::new(), unsent: Vec::new() }
            }
        })
    }
}

impl Traffic {
    /// Registers all sockets. Clients have even tokens, peers odd ones.
    fn register(&mut self, poll: &Poll) -> io::Result<()> {
        for (number, client) in self.clients.iter_mut().enumerate() {
            let token = Token(number * 2);
            match client {
                Wire::Udp(socket) => poll.registry().register(socket, token, Interest::READABLE)?,
                Wire::Tcp { stream, .. } => {
                    poll.registry().register(stream, token, Interest::READABLE | Interest::WRITABLE)?;
                }
            }
        }
        for (number, peer) in self.peers.iter_mut().enumerate() {
            poll.registry().register(peer, Token(number * 2 + 1), Interest::READABLE)?;
        }
        Ok(())
    }

    fn send(&mut self, number: usize) -> io::Result<()> {
        let now_us = self.begun.elapsed().as_micros() as u64;
        self.packet[4..12].copy_from_slice(&now_us.to_be_bytes());
        self.packet[12] = u8::from(self.counting);
        self.sent += u64::from(self.counting);
        match &mut self.clients[number] {
            // When the socket buffer is full, the packet is dropped and counted as lost.
            Wire::Udp(socket) => drop(socket.send(&self.packet[..4 + self.size])),
            Wire::Tcp { stream, unsent, .. } => {
                unsent.extend_from_slice(&self.packet);
                write(stream, unsent)?;
            }
        }
        Ok(())
    }

    fn receive(&mut self, token: usize) -> Result<(), Failure> {
        let number = token / 2;
        if token % 2 == 1 {
            while let Ok((length, from)) = self.peers[number].recv_from(&mut self.space) {
                let counted = self.count(0, length);
                // The echo counts as a separate packet with its own timestamp.
                let now_us = self.begun.elapsed().as_micros() as u64;
                self.space[..8].copy_from_slice(&now_us.to_be_bytes());
                self.sent += u64::from(counted);
                drop(self.peers[number].send_to(&self.space[..length], from));
            }
            return Ok(());
        }
        let mut space = std::mem::take(&mut self.space);
        if let Wire::Udp(socket) = &self.clients[number] {
            let mut lengths = Vec::new();
            while let Ok(length) = socket.recv(&mut space) {
                lengths.push(read_packet(&space[..length]));
            }
            lengths.into_iter().for_each(|packet| self.note(packet));
        } else {
            let packets = self.read_stream(number, &mut space)?;
            packets.into_iter().for_each(|packet| self.note(packet));
        }
        self.space = space;
        Ok(())
    }

    fn read_stream(&mut self, number: usize, space: &mut [u8]) -> Result<Vec<Option<(u64, bool)>>, Failure> {
        let mut packets = Vec::new();
        let Wire::Tcp { stream, unread, unsent } = &mut self.clients[number] else { return Ok(packets) };
        write(stream, unsent)?;
        loop {
            match stream.read(space) {
                Ok(0) => return Err("the server closed a connection".into()),
                Ok(length) => unread.extend_from_slice(&space[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        let mut at = 0;
        while let Framing::Length(length) = frame_length(&unread[at..]) {
            let Some(frame) = unread.get(at..at + length) else { break };
            packets.push(read_packet(frame));
            at += length;
        }
        unread.drain(..at);
        Ok(packets)
    }

    fn count(&mut self, offset: usize, length: usize) -> bool {
        let packet = stamp(&self.space[offset..length]);
        self.note(packet);
        packet.is_some_and(|(_, counted)| counted)
    }

    fn note(&mut self, packet: Option<(u64, bool)>) {
        if let Some((sent_us, true)) = packet {
            self.delivered += 1;
            let passed = (self.begun.elapsed().as_micros() as u64).saturating_sub(sent_us);
            self.latencies_us.push(u32::try_from(passed).unwrap_or(u32::MAX));
        }
    }
}

fn write(stream: &mut TcpStream, unsent: &mut Vec<u8>) -> io::Result<()> {
    let mut at = 0;
    while at < unsent.len() {
        match stream.write(&unsent[at..]) {
            Ok(count) => at += count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    unsent.drain(..at);
    Ok(())
}

/// Reads when a packet was sent (microseconds since the start) and whether it is counted (the warm-up is not).
fn stamp(payload: &[u8]) -> Option<(u64, bool)> {
    let (time, rest) = payload.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*time), *rest.first()? == 1))
}

fn read_packet(bytes: &[u8]) -> Option<(u64, bool)> {
    stamp(ChannelData::parse(bytes)?.payload)
}
