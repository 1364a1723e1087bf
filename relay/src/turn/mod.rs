//! A TURN server without sockets (RFC 8656): datagrams go in, and each says what is to be done with it.
//!
//! [`Server`] holds the allocations of one worker. It is synchronous and deterministic but for nonces, tokens and the choice of ports; time
//! is an argument. Whoever owns the sockets calls [`Server::from_client`] and [`Server::from_peer`] and carries out the
//! [`Output`]: every datagram leads to one datagram at most. Several servers share what must be common through [`Shared`]: credentials, peer
//! policy, quotas and the table of relayed addresses.
//!
//! Payloads are forwarded where they lie: a [`Frame`] is the datagram with room around it, into which the server writes the header of the next
//! hop. Between a client and a peer nothing is allocated, locked or copied.
//!
//! # Invariants
//!
//! - What arrives without a credential leaves nothing behind in memory, and so many answers a second go to one source and no more.
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

/// Milliseconds since a moment that all servers of one [`Shared`] have in common. Never goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// So much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }
}

/// One client's way in: its 5-tuple, as the worker that has it knows it (RFC 8656 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flow {
    /// Which listener, by its place in the configuration.
    pub listener: u16,
    /// The client's address as the listener sees it.
    pub client: SocketAddr,
    /// UDP, or which connection of the worker.
    pub transport: Transport,
}

/// How a client's messages arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// One message a datagram.
    Datagram,
    /// TCP or TLS: messages one after the other, on the worker's connection of this number.
    Stream(u32),
}

/// The family of a relayed address.
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

    /// 0 or 1.
    pub fn index(self) -> usize {
        usize::from(self == Self::V6)
    }
}

/// Names an allocation of one worker, and no later one in the same slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AllocationId {
    /// Its place; small, and used again.
    pub slot: u32,
    /// How often the place was used before.
    pub generation: u32,
}

/// Opens and closes the sockets of relayed addresses for a server that has none itself.
pub trait Sockets {
    /// Opens the socket at `bind` for one family of an allocation.
    ///
    /// # Errors
    /// What the system said. `AddrInUse` makes the server try another port.
    fn open(&mut self, allocation: AllocationId, bind: SocketAddr) -> io::Result<()>;

    /// Whether packets can leave with the DF bit set. Where they cannot, Allocate with DONT-FRAGMENT is answered 420 and a Send with it is
    /// dropped (RFC 8656 §7.2, §11.2).
    fn can_forbid_fragmentation(&self) -> bool {
        true
    }

    /// Closes it.
    fn close(&mut self, allocation: AllocationId, family: Family);
}

/// What to do with a frame that the server has looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nothing.
    Nothing,
    /// Send [`Server::answer`] to the client that asked.
    Answer,
    /// Send the frame to this client.
    ToClient(Flow),
    /// Send the frame from the allocation's socket of the peer's family.
    ToPeer {
        /// Whose socket.
        allocation: AllocationId,
        /// To whom.
        peer: SocketAddr,
        /// Whether routers may cut it (RFC 8656 §15).
        fragmentation: Fragmentation,
    },
    /// Hand the frame to the worker that has this allocation, for its [`Server::from_neighbour`].
    ToWorker {
        /// Which worker.
        worker: u8,
        /// The allocation there.
        allocation: AllocationId,
        /// The relayed address that it comes from.
        from: SocketAddr,
    },
}

/// The DF bit of a packet to a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragmentation {
    /// Clear.
    Allowed,
    /// Set, as DONT-FRAGMENT asks.
    Forbidden,
}
