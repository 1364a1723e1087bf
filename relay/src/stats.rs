//! What the relay has done so far, in numbers. No addresses and no names.

use std::sync::atomic::{AtomicU64, Ordering};

/// A reading of the counters. All but `allocations` only ever grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Allocations alive now.
    pub allocations: usize,
    /// Allocations made since the start.
    pub allocations_made: u64,
    /// Payload bytes relayed from clients to peers.
    pub bytes_to_peers: u64,
    /// Payload bytes relayed from peers to clients.
    pub bytes_to_clients: u64,
    /// Packets relayed, both directions.
    pub packets_relayed: u64,
    /// Requests for, packets to and packets from peers that the policy refuses.
    pub refused_peers: u64,
    /// Requests with a credential that was malformed, forged, expired or closed.
    pub refused_credentials: u64,
    /// Allocations refused because a quota was reached.
    pub refused_quota: u64,
    /// Datagrams that are neither STUN nor channel data, or that could not be handled.
    pub malformed: u64,
}

impl Stats {
    /// Payload bytes relayed, both directions.
    pub fn bytes_relayed(&self) -> u64 {
        self.bytes_to_peers + self.bytes_to_clients
    }
}

/// The live side of [`Stats`].
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) allocations_made: Counter,
    pub(crate) bytes_to_peers: Counter,
    pub(crate) bytes_to_clients: Counter,
    pub(crate) packets_relayed: Counter,
    pub(crate) refused_peers: Counter,
    pub(crate) refused_credentials: Counter,
    pub(crate) refused_quota: Counter,
    pub(crate) malformed: Counter,
}

/// One number that only grows.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn one(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, more: usize) {
        self.0.fetch_add(more as u64, Ordering::Relaxed);
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Counters {
    pub(crate) fn read(&self, allocations: usize) -> Stats {
        Stats {
            allocations,
            allocations_made: self.allocations_made.read(),
            bytes_to_peers: self.bytes_to_peers.read(),
            bytes_to_clients: self.bytes_to_clients.read(),
            packets_relayed: self.packets_relayed.read(),
            refused_peers: self.refused_peers.read(),
            refused_credentials: self.refused_credentials.read(),
            refused_quota: self.refused_quota.read(),
            malformed: self.malformed.read(),
        }
    }
}
