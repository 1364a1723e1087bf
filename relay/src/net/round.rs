//! A round of a worker: what was received, lies in the slots, and is to be sent from there.

use std::io;
use std::net::SocketAddr;
use std::ops::Range;

use mio::net::UdpSocket;

use super::arena::{Arena, Outgoing, SLOTS};
use super::batch::{Receiver, Sender, forbid_fragmentation};
use super::connection::Next;
use super::ready::Source;
use crate::turn::Fragmentation;

/// What was received and is to be sent, until the slots are full or nothing more is there.
pub(super) struct Round {
    pub(super) arena: Arena,
    receiver: Receiver,
    sender: Sender,
    /// Slots, lengths and senders of what was received last.
    pub(super) received: Vec<(usize, usize, SocketAddr)>,
    /// How many slots hold something.
    pub(super) used: usize,
    queue: Vec<Queued>,
    run: Vec<Outgoing>,
}

/// A datagram and the socket from which it goes.
#[derive(Clone, Copy)]
pub(super) struct Queued {
    /// Orders by socket: what is alike goes together.
    rank: u64,
    pub(super) source: Source,
    /// Which allocation of the slot it is for: another may have the slot when the datagram is sent.
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

    /// Reads into these slots, and says whether there may be more.
    pub(super) fn receive(&mut self, socket: &UdpSocket, slots: Range<usize>) -> Next {
        self.received.clear();
        let received = &mut self.received;
        let places = self.arena.places(slots.clone());
        let got = |index, length, from| received.push((slots.start + index, length, from));
        let count = match self.receiver.receive(socket, places, got) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Next::Wait,
            // What the system says of an earlier packet; the next may be waiting.
            Err(_) => return Next::More,
        };
        self.used = slots.start + count;
        if count == slots.len() { Next::More } else { Next::Wait }
    }

    /// Takes a datagram to be sent from the socket of this source.
    pub(super) fn enqueue(&mut self, source: Source, generation: u32, fragmentation: Fragmentation, datagram: Option<Outgoing>) {
        let Some(datagram) = datagram else { return };
        let rank = (source.token().0 as u64) << 1 | u64::from(fragmentation == Fragmentation::Forbidden);
        self.queue.push(Queued { rank, source, generation, fragmentation, datagram });
    }

    /// Sends all that is queued from the sockets that `socket` finds, what is alike together; says how many were lost. All slots are free
    /// then.
    pub(super) fn send<'s>(&mut self, socket: impl Fn(&Queued) -> Option<&'s UdpSocket>) -> usize {
        // By start: what goes to one address keeps its order.
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
