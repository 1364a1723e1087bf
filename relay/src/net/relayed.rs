//! The sockets of allocations.

use std::io;
use std::net::SocketAddr;

use mio::net::UdpSocket;
use mio::{Interest, Registry};

use super::ready::Source;
use super::{batch, listen};
use crate::turn::{AllocationId, Family, Sockets};

/// What is asked of the system for the buffers of one allocation. It takes memory only for what waits there.
const BUFFER: usize = 512 << 10;

/// The sockets of one worker's allocations, by slot and family.
pub(super) struct RelayedSockets {
    registry: Registry,
    sockets: Vec<[Option<UdpSocket>; 2]>,
}

impl RelayedSockets {
    pub(super) fn new(registry: Registry) -> Self {
        Self { registry, sockets: Vec::new() }
    }

    pub(super) fn get(&self, slot: u32, family: Family) -> Option<&UdpSocket> {
        self.sockets.get(slot as usize)?[family.index()].as_ref()
    }
}

impl Sockets for RelayedSockets {
    fn open(&mut self, allocation: AllocationId, bind: SocketAddr) -> io::Result<()> {
        let family = Family::of(bind.ip());
        let mut socket = UdpSocket::from_std(listen::udp(bind, listen::Sharing::Alone, BUFFER)?);
        // What the system cannot leave to routers it sends anyway.
        let _ = batch::forbid_fragmentation(&socket, bind.is_ipv6(), false);
        let source = Source::Relayed { slot: allocation.slot, family };
        self.registry.register(&mut socket, source.token(), Interest::READABLE)?;
        let slot = allocation.slot as usize;
        if self.sockets.len() <= slot {
            self.sockets.resize_with(slot + 1, Default::default);
        }
        self.sockets[slot][family.index()] = Some(socket);
        Ok(())
    }

    fn close(&mut self, allocation: AllocationId, family: Family) {
        if let Some(place) = self.sockets.get_mut(allocation.slot as usize) {
            // Closing a socket takes it out of what is waited for.
            place[family.index()] = None;
        }
    }
}
