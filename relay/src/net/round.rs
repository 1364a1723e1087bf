//! One round of a worker: the datagrams that were received into the slots and are to be sent from there.

use std::io;
use std::net::SocketAddr;
use std::ops::Range;

use mio::net::UdpSocket;

use super::arena::{Arena, Outgoing, SLOTS};
use super::batch::{Receiver, Sender, forbid_fragmentation};
use super::connection::Next;
use super::ready::Source;
use crate::turn::Fragmentation;

/// The datagrams of one round, until the slots are full or nothing more has been received.
pub(super) struct Round {
    pub(super) arena: Arena,
    receiver: Receiver,
    sender: Sender,
    /// Slot, length and sender of each datagram that the last call received.
    pub(super) received: Vec<(usize, usize, SocketAddr)>,
    /// How many slots are in use.
    pub(super) used: usize,
    queue: Vec<Queued>,
    run: Vec<Outgoing>,
}

/// A datagram and the socket that sends it.
#[derive(Clone, Copy)]
pub(super) struct Queued {
    /// Sorts by socket and DF bit: datagrams of the same rank are sent together.
    rank: u64,
    pub(super) source: Source,
    /// The allocation of the slot: another one may have the slot when the datagram is sent.
    pub(super) generation: u32,
    fragmentation: Fragmentation,
    datagram: Outgoing,
}

impl Round {
    pub(super) fn new() -> Self {
        Self {
            arena: Arena::new(),
            receiver: Receiver::new(),
            sender: Sender::new(),
            received: Vec::with_capacity(SLOTS),
            used: 0,
            queue: Vec::with_capacity(SLOTS),
            run: Vec::with_capacity(SLOTS),
        }
    }

    /// Receives into these slots and returns whether there may be more to read.
    pub(super) fn receive(&mut self, socket: &UdpSocket, slots: Range<usize>) -> Next {
        self.received.clear();
        let received = &mut self.received;
        let places = self.arena.places(slots.clone());
        let got = |index, length, from| received.push((slots.start + index, length, from));
        let count = match self.receiver.receive(socket, places, got) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Next::Wait,
            // The error is about an earlier packet (such as an ICMP error); more datagrams may be waiting.
            Err(_) => return Next::More,
        };
        self.used = slots.start + count;
        if count == slots.len() { Next::More } else { Next::Wait }
    }

    /// Queues a datagram to be sent from the socket of this source.
    pub(super) fn enqueue(&mut self, source: Source, generation: u32, fragmentation: Fragmentation, datagram: Option<Outgoing>) {
        let Some(datagram) = datagram else { return };
        let rank = (source.token().0 as u64) << 1 | u64::from(fragmentation == Fragmentation::Forbidden);
        self.queue.push(Queued { rank, source, generation, fragmentation, datagram });
    }

    /// Sends all queued datagrams in groups with the same socket and DF bit; `socket` finds the socket. Returns how many were lost. All slots are
    /// free afterwards.
    pub(super) fn send<'s>(&mut self, socket: impl Fn(&Queued) -> Option<&'s UdpSocket>) -> usize {
        // Sorting by start keeps the order of the datagrams to one address.
        self.queue.sort_unstable_by_key(|queued| (queued.rank, queued.generation, queued.datagram.to, queued.datagram.start));
        let Self { arena, sender, queue, run, .. } = self;
        let mut lost = 0;
        for alike in queue.chunk_by(|a, b| (a.rank, a.generation) == (b.rank, b.generation)) {
            run.clear();
            run.extend(alike.iter().map(|queued| queued.datagram));
            lost += match (socket(&alike[0]), alike[0].fragmentation) {
                (Some(socket), Fragmentation::Allowed) => sender.send(socket, arena.bytes(), run),
                (Some(socket), Fragmentation::Forbidden) => send_whole(sender, socket, arena.bytes(), run),
                (None, _) => run.len(),
            };
        }
        queue.clear();
        self.used = 0;
        lost
    }
}

/// Sends with the DF bit set.
fn send_whole(sender: &mut Sender, socket: &UdpSocket, arena: &[u8], datagrams: &[Outgoing]) -> usize {
    let of_ipv6 = datagrams.first().is_some_and(|datagram| datagram.to.is_ipv6());
    if forbid_fragmentation(socket, of_ipv6, true).is_err() {
        return datagrams.len();
    }
    let lost = sender.send(socket, arena, datagrams);
    let _ = forbid_fragmentation(socket, of_ipv6, false);
    lost
}
