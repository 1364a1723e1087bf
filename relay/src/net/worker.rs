//! One thread of the relay: it waits for events, reads, asks its server what to do, and writes.

use std::io;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use mio::net::{TcpListener, UdpSocket};
use mio::{Events, Interest, Poll};
use rustls::ServerConfig;

use super::arena::{Arena, LARGEST_FRAME, SLOTS};
use super::batch;
use super::connection::{Next, first_frame};
use super::connections::{Connections, Speech};
use super::listen;
use super::mailbox::{Attended, Command, Mailbox};
use super::ready::{Ready, Source};
use super::relayed::RelayedSockets;
use super::round::Round;
use crate::config::Error;
use crate::stats::Counters;
use crate::turn::{Family, Flow, Fragmentation, Moment, Output, Server, Shared, Transport};

/// How often expired allocations and connections are removed.
const SWEEP: Duration = Duration::from_secs(1);

/// How many datagrams are read from the socket of one allocation before the next source has its turn.
const TURN: usize = 8;

/// How many connections are accepted before the next source has its turn.
const ACCEPTED: usize = 32;

/// How many sources are served before the worker checks for new events and for whether a sweep is due.
const ROUND: usize = 256;

/// How long a worker waits after polling failed, so that it does not spin.
const AFTER_FAILURE: Duration = Duration::from_millis(50);

/// The TLS configuration for new connections, which can be replaced.
pub(crate) type Tls = RwLock<Option<Arc<ServerConfig>>>;

/// Everything needed to create a worker.
pub(crate) struct Setup {
    pub(crate) number: u8,
    pub(crate) shared: Arc<Shared>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) mailboxes: Arc<[Mailbox]>,
    pub(crate) sockets: listen::Sockets,
    pub(crate) tls: Arc<Tls>,
    pub(crate) connections_per_source: usize,
    /// The time that [`Moment`] counts from.
    pub(crate) epoch: Instant,
    pub(crate) poll: Poll,
}

/// The whole state of a worker thread.
pub(crate) struct Worker {
    number: u8,
    poll: Poll,
    listeners: Vec<Listener>,
    relayed: RelayedSockets,
    connections: Connections,
    mailboxes: Arc<[Mailbox]>,
    tls: Arc<Tls>,
    server: Server,
    counters: Arc<Counters>,
    epoch: Instant,
    now: Moment,
    next_sweep: Moment,
    ready: Ready,
    /// Whether accepting failed since the last sweep; the failure is logged only once.
    cannot_accept: bool,
    round: Round,
    /// The buffer for reading from streams.
    stream: Box<[u8]>,
}

enum Listener {
    Udp(UdpSocket),
    Tcp(TcpListener),
    Tls(TcpListener),
}

impl Worker {
    /// Registers the listening sockets.
    ///
    /// # Errors
    /// The system cannot register a socket.
    pub(crate) fn new(setup: Setup) -> Result<Self, Error> {
        let registry = || setup.poll.registry().try_clone().map_err(Error::Worker);
        let mut listeners: Vec<_> = setup.sockets.udp.into_iter().map(|own| Listener::Udp(UdpSocket::from_std(own))).collect();
        listeners.extend(setup.sockets.tcp.into_iter().map(|own| Listener::Tcp(TcpListener::from_std(own))));
        listeners.extend(setup.sockets.tls.into_iter().map(|own| Listener::Tls(TcpListener::from_std(own))));
        for (number, listener) in listeners.iter_mut().enumerate() {
            let token = Source::Listener(number).token();
            let registered = match listener {
                Listener::Udp(socket) => {
                    // Routers may fragment packets to clients, so that a large packet of a peer also reaches a client with a smaller path MTU.
                    // An error is ignored: the packets are sent anyway, with the DF bit set.
                    let of_ipv6 = socket.local_addr().is_ok_and(|address| address.is_ipv6());
                    let _ = batch::forbid_fragmentation(&*socket, of_ipv6, false);
                    setup.poll.registry().register(socket, token, Interest::READABLE)
                }
                Listener::Tcp(socket) | Listener::Tls(socket) => {
                    setup.poll.registry().register(socket, token, Interest::READABLE)
                }
            };
            registered.map_err(Error::Worker)?;
        }
        let now = moment(setup.epoch);
        Ok(Self {
            number: setup.number,
            listeners,
            relayed: RelayedSockets::new(registry()?),
            connections: Connections::new(registry()?, Arc::clone(&setup.counters), setup.connections_per_source),
            mailboxes: setup.mailboxes,
            tls: setup.tls,
            server: Server::new(setup.number, setup.shared, Arc::clone(&setup.counters)),
            counters: setup.counters,
            epoch: setup.epoch,
            now,
            next_sweep: now.plus(SWEEP),
            ready: Ready::default(),
            cannot_accept: false,
            round: Round::new(),
            stream: vec![0; 2 * LARGEST_FRAME].into_boxed_slice(),
            poll: setup.poll,
        })
    }

    /// Serves until a command tells it to stop.
    pub(crate) fn run(mut self) {
        let _attended = Attended { mailboxes: Arc::clone(&self.mailboxes), number: self.number };
        let mut events = Events::with_capacity(1024);
        loop {
            let patience = match self.ready.is_empty() {
                true => Duration::from_millis(self.next_sweep.0.saturating_sub(moment(self.epoch).0)),
                false => Duration::ZERO,
            };
            if let Err(error) = self.poll.poll(&mut events, Some(patience)) {
                if error.kind() != io::ErrorKind::Interrupted {
                    tracing::error!(%error, "a worker of the relay cannot wait for its sockets");
                    std::thread::sleep(AFTER_FAILURE);
                }
                continue;
            }
            if self.serve_ready(&events) == Stay::Stop {
                self.server.close_all(&mut self.relayed);
                return;
            }
        }
    }

    /// Serves each ready source once, up to [`ROUND`] of them, and sweeps when it is due.
    fn serve_ready(&mut self, events: &Events) -> Stay {
        for event in events {
            let source = Source::of(event.token());
            if let Source::Connection(number) = source
                && event.is_read_closed()
                && let Some(connection) = self.connections.get(number as u32)
            {
                connection.hear_of_end();
            }
            self.ready.push(source);
        }
        for _ in 0..self.ready.len().min(ROUND) {
            let Some(source) = self.ready.pop() else { break };
            self.now = moment(self.epoch);
            if self.serve(source) == Stay::Stop {
                return Stay::Stop;
            }
        }
        self.flush();
        self.now = moment(self.epoch);
        if self.now >= self.next_sweep {
            self.next_sweep = self.now.plus(SWEEP);
            self.sweep();
        }
        Stay::On
    }

    fn sweep(&mut self) {
        self.server.sweep(&mut self.relayed, self.now);
        let server = &self.server;
        self.connections.sweep(self.now, |flow| server.has_allocation(flow));
        self.cannot_accept = false;
        // Some connections may still be waiting because there was no file descriptor or no certificate; the poll does not report them again.
        let streams = self.listeners.iter().enumerate().filter(|(_, listener)| !matches!(listener, Listener::Udp(_)));
        streams.for_each(|(number, _)| self.ready.push(Source::Listener(number)));
    }

    fn serve(&mut self, source: Source) -> Stay {
        match source {
            Source::Mailbox => return self.open_mail(),
            Source::Listener(number) => match self.listeners.get(number) {
                Some(Listener::Udp(_)) => self.serve_clients(number),
                Some(Listener::Tcp(_) | Listener::Tls(_)) => self.accept(number),
                None => {}
            },
            Source::Relayed { slot, family } => self.serve_peers(slot, family),
            Source::Connection(number) => self.serve_connection(number as u32),
        }
        Stay::On
    }

    fn serve_clients(&mut self, number: usize) {
        let slots = self.free_slots(SLOTS);
        let Some(Listener::Udp(socket)) = self.listeners.get(number) else { return };
        if self.round.receive(socket, slots) == Next::More {
            self.ready.push(Source::Listener(number));
        }
        for index in 0..self.round.received.len() {
            let (slot, length, client) = self.round.received[index];
            // There are far fewer than 2^16 listeners.
            let flow = Flow { listener: number as u16, client, transport: Transport::Datagram };
            let Some(mut frame) = self.round.arena.frame(slot, length) else { continue };
            let output = self.server.from_client(&mut self.relayed, flow, &mut frame, self.now);
            let range = frame.range();
            self.dispatch(output, slot, range, flow);
        }
    }

    fn serve_peers(&mut self, number: u32, family: Family) {
        let slots = self.free_slots(TURN);
        let Some(socket) = self.relayed.get(number, family) else { return };
        if self.round.receive(socket, slots) == Next::More {
            self.ready.push(Source::Relayed { slot: number, family });
        }
        for index in 0..self.round.received.len() {
            let (slot, length, peer) = self.round.received[index];
            let Some(mut frame) = self.round.arena.frame(slot, length) else { continue };
            let output = self.server.from_peer(number, peer, &mut frame, self.now);
            if let Output::ToClient(flow) = output {
                let range = frame.range();
                self.dispatch(output, slot, range, flow);
            }
        }
    }

    fn serve_connection(&mut self, number: u32) {
        let Some(connection) = self.connections.get(number) else { return };
        let flow = connection.flow();
        let mut over = connection.flush().is_err();
        let mut bytes = std::mem::take(&mut self.stream);
        let heard = connection.read(&mut bytes);
        over |= heard.next == Next::End;
        let mut rest = &bytes[..heard.length];
        loop {
            match first_frame(rest, || self.server.has_allocation(flow)) {
                Ok(Some(frame)) => {
                    rest = &rest[frame.len()..];
                    if !self.serve_frame(flow, frame) {
                        break;
                    }
                }
                Ok(None) => break,
                Err(_) => {
                    self.counters.malformed.one();
                    over = true;
                    break;
                }
            }
        }
        let open = self.connections.of(flow).map(|connection| connection.keep(rest)).is_some();
        self.stream = bytes;
        if !open {
            return;
        }
        if over {
            // Requests that came before the end are still answered.
            self.flush();
            if let Some(flow) = self.connections.close(number) {
                self.server.disconnect(&mut self.relayed, flow);
            }
        } else if heard.next == Next::More {
            self.ready.push(Source::Connection(number as usize));
        }
    }

    /// Serves one frame of a connection; `false` when the connection has been closed, so that an allocation made for it would never be ended.
    fn serve_frame(&mut self, flow: Flow, bytes: &[u8]) -> bool {
        let slots = self.free_slots(1);
        // Freeing a slot flushes, which may have closed this connection.
        if self.connections.of(flow).is_none() {
            return false;
        }
        let slot = slots.start;
        self.round.used = slots.end;
        if let Some(mut frame) = self.round.arena.fill(slot, bytes) {
            let output = self.server.from_client(&mut self.relayed, flow, &mut frame, self.now);
            let range = frame.range();
            self.dispatch(output, slot, range, flow);
        }
        true
    }

    fn accept(&mut self, number: usize) {
        for accepted in 1..=ACCEPTED {
            let Some(Listener::Tcp(listener) | Listener::Tls(listener)) = self.listeners.get(number) else { return };
            let speech = match &self.listeners[number] {
                Listener::Tls(_) => match &*self.tls.read().unwrap_or_else(PoisonError::into_inner) {
                    Some(config) => Speech::Tls(Arc::clone(config)),
                    None => return,
                },
                Listener::Tcp(_) | Listener::Udp(_) => Speech::Plain,
            };
            match listener.accept() {
                Ok((stream, client)) => self.connections.admit(stream, client, number as u16, speech, self.now),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if about_one_connection(&error) => {}
                Err(error) => {
                    // Most likely out of file descriptors. The poll does not report the waiting connections again, so the sweep tries again.
                    if !std::mem::replace(&mut self.cannot_accept, true) {
                        tracing::warn!(%error, "the relay cannot accept a connection");
                    }
                    return;
                }
            }
            if accepted == ACCEPTED {
                self.ready.push(Source::Listener(number));
            }
        }
    }

    fn open_mail(&mut self) -> Stay {
        let mailboxes = Arc::clone(&self.mailboxes);
        let mailbox = &mailboxes[usize::from(self.number)];
        mailbox.rearm();
        for command in mailbox.commands() {
            match command {
                Command::Close { scope, participant, done } => {
                    // Send what was read before the close, so that nothing more is sent after the answer.
                    self.flush();
                    let departed = self.server.close(&mut self.relayed, &scope, participant.as_deref());
                    // The receiver is gone when the caller stopped waiting.
                    let _ = done.send(departed.0);
                }
                Command::Stop => return Stay::Stop,
            }
        }
        for _ in 0..SLOTS {
            let slots = self.free_slots(1);
            let Some(parcel) = mailbox.take() else { break };
            self.round.used = slots.end;
            if let Some(mut frame) = self.round.arena.fill(slots.start, &parcel.payload) {
                let output = self.server.from_neighbour(parcel.to, parcel.from, &mut frame, self.now);
                if let Output::ToClient(flow) = output {
                    let range = frame.range();
                    self.dispatch(output, slots.start, range, flow);
                }
            }
            mailbox.give_back(parcel);
        }
        if mailbox.has_parcels() {
            self.ready.push(Source::Mailbox);
        }
        Stay::On
    }

    /// Carries out what the server decided about the frame at `range` of `slot`, which came from `asked`.
    fn dispatch(&mut self, output: Output, slot: usize, range: Range<usize>, asked: Flow) {
        match output {
            Output::Nothing => {}
            Output::Answer => match asked.transport {
                Transport::Datagram => {
                    let answer = self.round.arena.answer(slot, self.server.answer(), asked.client);
                    self.round.enqueue(Source::Listener(asked.listener.into()), 0, Fragmentation::Allowed, answer);
                }
                Transport::Stream(_) => {
                    self.connections.queue(asked, self.server.answer());
                }
            },
            Output::ToClient(flow) => match flow.transport {
                Transport::Datagram => {
                    let datagram = Arena::outgoing(slot, range, flow.client);
                    self.round.enqueue(Source::Listener(flow.listener.into()), 0, Fragmentation::Allowed, Some(datagram));
                }
                Transport::Stream(_) => {
                    let datagram = Arena::outgoing(slot, range, flow.client);
                    if !self.connections.queue(flow, &self.round.arena.bytes()[datagram.range()]) {
                        self.counters.dropped.one();
                    }
                }
            },
            Output::ToPeer { allocation, peer, fragmentation } => {
                let source = Source::Relayed { slot: allocation.slot, family: Family::of(peer.ip()) };
                let datagram = Arena::outgoing(slot, range, peer);
                self.round.enqueue(source, allocation.generation, fragmentation, Some(datagram));
            }
            Output::ToWorker { worker, allocation, from } => {
                let payload = Arena::outgoing(slot, range, from).range();
                let mailbox = self.mailboxes.get(usize::from(worker));
                let left = mailbox.is_some_and(|box_| box_.leave(allocation, from, &self.round.arena.bytes()[payload]));
                if !left {
                    self.counters.dropped.one();
                }
            }
        }
    }

    /// Returns up to `wanted` free slots. If none is free, sends the queued datagrams first.
    fn free_slots(&mut self, wanted: usize) -> Range<usize> {
        if self.round.used == SLOTS {
            self.flush();
        }
        self.round.used..(self.round.used + wanted).min(SLOTS)
    }

    /// Sends everything that is queued. All slots are free afterwards.
    fn flush(&mut self) {
        let (listeners, relayed) = (&self.listeners, &self.relayed);
        let lost = self.round.send(|queued| match queued.source {
            Source::Listener(number) => match listeners.get(number) {
                Some(Listener::Udp(socket)) => Some(socket),
                _ => None,
            },
            Source::Relayed { slot, family } => relayed.of(slot, queued.generation, family),
            Source::Mailbox | Source::Connection(_) => None,
        });
        self.counters.dropped.add(lost as u64);
        let (server, relayed) = (&mut self.server, &mut self.relayed);
        self.connections.flush(|flow| {
            server.disconnect(relayed, flow);
        });
        for (number, mailbox) in self.mailboxes.iter().enumerate() {
            if number != usize::from(self.number) {
                mailbox.tell();
            }
        }
    }
}

/// Whether a worker continues.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stay {
    On,
    Stop,
}

/// The time since the epoch.
fn moment(epoch: Instant) -> Moment {
    Moment(u64::try_from(epoch.elapsed().as_millis()).unwrap_or(u64::MAX))
}

fn about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}

#[cfg(test)]
mod tests;
