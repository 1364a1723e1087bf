//! All TCP and TLS connections of one worker.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use mio::net::TcpStream;
use mio::{Interest, Registry};
use rustls::ServerConfig;

use super::connection::Connection;
use super::ready::Source;
use crate::ledger::source;
use crate::stats::Counters;
use crate::turn::{Flow, Moment, Transport};

/// Whether a connection uses TLS.
pub(super) enum Speech {
    Plain,
    Tls(Arc<ServerConfig>),
}

/// Connections by number. The number of a closed connection is reused.
pub(super) struct Connections {
    registry: Registry,
    counters: Arc<Counters>,
    most_per_source: usize,
    places: Vec<Option<Connection>>,
    free: Vec<u32>,
    per_source: HashMap<IpAddr, usize>,
    /// The numbers of connections that have frames to write.
    dirty: Vec<u32>,
}

impl Connections {
    pub(super) fn new(registry: Registry, counters: Arc<Counters>, most_per_source: usize) -> Self {
        let (places, free, dirty) = (Vec::new(), Vec::new(), Vec::new());
        Self { registry, counters, most_per_source, places, free, per_source: HashMap::new(), dirty }
    }

    /// Adds a new connection, or closes it if its source has too many.
    pub(super) fn admit(&mut self, mut stream: TcpStream, client: SocketAddr, listener: u16, speech: Speech, now: Moment) {
        if self.per_source.get(&source(client.ip())).is_some_and(|count| *count >= self.most_per_source) {
            return;
        }
        // Disable Nagle's algorithm: a packet must not wait until a segment is full.
        let _ = stream.set_nodelay(true);
        let number = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            // There are far fewer than 2^32 file descriptors.
            (self.places.len() - 1) as u32
        });
        let flow = Flow { listener, client, transport: Transport::Stream(number) };
        let token = Source::Connection(number as usize).token();
        let registered = self.registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE).is_ok();
        let connection = match speech {
            Speech::Plain => Some(Connection::plain(stream, flow, now)),
            Speech::Tls(config) => Connection::tls(stream, flow, now, config),
        };
        let Some(connection) = connection.filter(|_| registered) else {
            self.free.push(number);
            return;
        };
        self.places[number as usize] = Some(connection);
        *self.per_source.entry(source(client.ip())).or_default() += 1;
        self.counters.connections.one();
    }

    pub(super) fn get(&mut self, number: u32) -> Option<&mut Connection> {
        self.places.get_mut(number as usize)?.as_mut()
    }

    /// The connection of this flow while it is open. A later connection with the same number is not returned.
    pub(super) fn of(&mut self, flow: Flow) -> Option<&mut Connection> {
        let Transport::Stream(number) = flow.transport else { return None };
        self.get(number).filter(|connection| connection.flow() == flow)
    }

    /// Queues a frame for a client; `false` when its connection is closed or its backlog is full.
    pub(super) fn queue(&mut self, flow: Flow, frame: &[u8]) -> bool {
        let Transport::Stream(number) = flow.transport else { return false };
        let queued = self.of(flow).is_some_and(|connection| connection.queue(frame));
        if queued && self.dirty.last() != Some(&number) {
            self.dirty.push(number);
        }
        queued
    }

    /// Writes the queued frames. A connection that fails is closed and its flow is passed to `over`.
    pub(super) fn flush(&mut self, mut over: impl FnMut(Flow)) {
        let mut dirty = std::mem::take(&mut self.dirty);
        for number in dirty.drain(..) {
            let ended = self.get(number).is_some_and(|connection| connection.flush().is_err());
            if let Some(flow) = ended.then(|| self.close(number)).flatten() {
                over(flow);
            }
        }
        self.dirty = dirty;
    }

    /// Closes a connection and returns its flow.
    pub(super) fn close(&mut self, number: u32) -> Option<Flow> {
        let connection = self.places.get_mut(number as usize)?.take()?;
        self.free.push(number);
        let from = source(connection.flow().client.ip());
        if let Some(count) = self.per_source.get_mut(&from) {
            *count -= 1;
            if *count == 0 {
                self.per_source.remove(&from);
            }
        }
        self.counters.connections.less_one();
        Some(connection.flow())
    }

    /// Closes the connections that have exceeded their time limit.
    pub(super) fn sweep(&mut self, now: Moment, has_allocation: impl Fn(Flow) -> bool) {
        let stale = |connection: &mut Connection| connection.is_stale(has_allocation(connection.flow()), now);
        let places = (0..).zip(&mut self.places);
        let numbers: Vec<u32> =
            places.filter_map(|(number, place)| place.as_mut().is_some_and(stale).then_some(number)).collect();
        for number in numbers {
            self.close(number);
        }
    }
}
