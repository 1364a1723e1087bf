//! A TURN server without sockets (RFC 8656): it is given datagrams and returns what to do with each.
//!
//! [`Server`] holds the allocations of one worker. It is synchronous, and deterministic except for nonces, tokens and the choice of ports; the
//! time is an argument. The owner of the sockets calls [`Server::from_client`] and [`Server::from_peer`] and carries out the
//! [`Output`]: every datagram leads to at most one datagram. Several servers share credentials, peer policy, quotas and the table of
//! relayed addresses through [`Shared`].
//!
//! Payloads are forwarded in place: a [`Frame`] is a datagram with spare room around it, into which the server writes the header for the next
//! hop. Between a client and a peer nothing is allocated, locked or copied.
//!
//! # Invariants
//!
//! - A datagram without a valid credential leaves no state in memory, and the number of answers per second to one source is limited.
//! - No [`Output::ToPeer`] names a peer that the policy refuses, or one without a permission.
//! - An allocation is in the table of relayed addresses exactly as long as its socket is open.

mod allocate;
mod allocation;
mod answer;
mod borders;
mod data;
#[cfg(any(test, feature = "exercise"))]
#[doc(hidden)]
pub mod exercise;
mod frame;
mod gate;
mod nonce;
mod places;
mod requests;
mod server;
mod shared;
mod throttle;

#[cfg(test)]
mod tests;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub use frame::{Frame, HEADROOM, TAILROOM};
pub use server::{Departed, Server};
pub use shared::Shared;

/// Milliseconds since a start time that all servers of one [`Shared`] use. Never decreases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// The moment `duration` later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

/// The 5-tuple of a client, as its worker knows it (RFC 8656 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// The number of the listener, in the order of the configuration.
    pub listener: u16,
    /// The client's address as the listener sees it.
    pub client: SocketAddr,
    /// UDP, or a connection of the worker.
    pub transport: Transport,
}

/// How a client's messages arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// One message per datagram.
    Datagram,
    /// TCP or TLS: a stream of messages on the worker's connection with this number.
    Stream(u32),
}

/// The address family of a relayed address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// 0 for IPv4, 1 for IPv6.
    pub fn index(self) -> usize {
        usize::from(self == Self::V6)
    }
}

/// Identifies an allocation of one worker. A later allocation in the same slot has another id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AllocationId {
    /// The slot: a small number that is reused.
    pub slot: u32,
    /// How often the slot was used before.
    pub generation: u32,
}

/// Opens and closes the sockets of relayed addresses for a server, which has no sockets itself.
pub trait Sockets {
    /// Opens the socket at `bind` for one family of an allocation.
    ///
    /// # Errors
    /// The error of the system. `AddrInUse` makes the server try another port.
    fn open(&mut self, allocation: AllocationId, bind: SocketAddr) -> io::Result<()>;

    /// Whether packets can be sent with the DF bit set. If not, Allocate with DONT-FRAGMENT is answered 420 and a Send with it is
    /// dropped (RFC 8656 §7.2, §11.2).
    fn can_forbid_fragmentation(&self) -> bool {
        true
    }

    /// Closes the socket of one family of an allocation.
    fn close(&mut self, allocation: AllocationId, family: Family);
}

/// What to do with a frame after the server has processed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Do nothing.
    Nothing,
    /// Send [`Server::answer`] to the client that sent the request.
    Answer,
    /// Send the frame to this client.
    ToClient(Flow),
    /// Send the frame from the allocation's socket of the peer's family.
    ToPeer {
        /// The allocation whose socket sends the frame.
        allocation: AllocationId,
        /// The address to send to.
        peer: SocketAddr,
        /// Whether routers may fragment the packet (RFC 8656 §14).
        fragmentation: Fragmentation,
    },
    /// Hand the frame to the worker that has this allocation, which calls [`Server::from_neighbour`].
    ToWorker {
        /// The number of the worker.
        worker: u8,
        /// The receiving allocation of that worker.
        allocation: AllocationId,
        /// The relayed address of the sender.
        from: SocketAddr,
    },
}

/// Whether the DF bit of a packet to a peer is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragmentation {
    /// The DF bit is clear.
    Allowed,
    /// The DF bit is set, as DONT-FRAGMENT asks.
    Forbidden,
}
