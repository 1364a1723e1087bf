//! The sockets of allocations.

use std::io;
use std::net::SocketAddr;

use mio::net::UdpSocket;
use mio::{Interest, Registry};

use super::ready::Source;
use super::{batch, listen};
use crate::turn::{AllocationId, Family, Sockets};

/// The buffer size requested for the socket of one allocation, in bytes. The system uses memory only for datagrams that are waiting.
const BUFFER: usize = 512 << 10;

/// The sockets of one worker's allocations, by slot and family.
pub(super) struct RelayedSockets {
    registry: Registry,
    places: Vec<Place>,
}

/// The sockets of the allocation in one slot.
#[derive(Default)]
struct Place {
    generation: u32,
    sockets: [Option<UdpSocket>; 2],
}

impl RelayedSockets {
    pub(super) fn new(registry: Registry) -> Self {
        Self { registry, places: Vec::new() }
    }

    /// The socket of the allocation that has the slot now.
    pub(super) fn get(&self, slot: u32, family: Family) -> Option<&UdpSocket> {
        self.places.get(slot as usize)?.sockets[family.index()].as_ref()
    }

    /// The socket of this allocation, while it is open.
    pub(super) fn of(&self, slot: u32, generation: u32, family: Family) -> Option<&UdpSocket> {
        let place = self.places.get(slot as usize).filter(|place| place.generation == generation)?;
        place.sockets[family.index()].as_ref()
    }
}

impl Sockets for RelayedSockets {
    fn open(&mut self, allocation: AllocationId, bind: SocketAddr) -> io::Result<()> {
        let family = Family::of(bind.ip());
        let mut socket = UdpSocket::from_std(listen::udp(bind, listen::Sharing::Alone, BUFFER)?);
        // An error is ignored: the packets are sent anyway, with the DF bit set.
        let _ = batch::forbid_fragmentation(&socket, bind.is_ipv6(), false);
        let source = Source::Relayed { slot: allocation.slot, family };
        self.registry.register(&mut socket, source.token(), Interest::READABLE)?;
        let slot = allocation.slot as usize;
        if self.places.len() <= slot {
            self.places.resize_with(slot + 1, Place::default);
        }
        self.places[slot].generation = allocation.generation;
        self.places[slot].sockets[family.index()] = Some(socket);
        Ok(())
    }

    fn can_forbid_fragmentation(&self) -> bool {
        batch::CAN_FORBID_FRAGMENTATION
    }

    fn close(&mut self, allocation: AllocationId, family: Family) {
        if let Some(place) = self.places.get_mut(allocation.slot as usize) {
            // Closing a socket also removes it from the poll.
            place.sockets[family.index()] = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_of_an_allocation_that_ended_has_no_socket_though_its_slot_has() {
        let poll = mio::Poll::new().unwrap();
        let mut sockets = RelayedSockets::new(poll.registry().try_clone().unwrap());
        let bind = "127.0.0.1:0".parse().unwrap();
        let first = AllocationId { slot: 3, generation: 0 };
        let second = AllocationId { slot: 3, generation: 1 };
        sockets.open(first, bind).unwrap();
        assert!(sockets.of(3, 0, Family::V4).is_some() && sockets.of(3, 0, Family::V6).is_none());
        sockets.close(first, Family::V4);
        sockets.open(second, bind).unwrap();
        assert!(sockets.of(3, 0, Family::V4).is_none());
        assert!(sockets.of(3, 1, Family::V4).is_some() && sockets.get(3, Family::V4).is_some());
    }
}
