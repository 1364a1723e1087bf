//! What the relay has done so far, in numbers. No addresses and no names.

use std::sync::atomic::{AtomicU64, Ordering};

/// A reading of the counters. All but `allocations` and `connections` only ever grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Allocations alive now.
    pub allocations: usize,
    /// TCP and TLS connections open now.
    pub connections: usize,
    /// Allocations made since the start.
    pub allocations_made: u64,
    /// Payload bytes relayed from clients to peers.
    pub bytes_to_peers: u64,
    /// Payload bytes relayed from peers to clients.
    pub bytes_to_clients: u64,
    /// Packets relayed, both directions.
    pub packets_relayed: u64,
    /// Payloads without a channel, a permission or an allocation, and those for which there was no room.
    pub dropped: u64,
    /// Requests for, packets to and packets from peers that the policy refuses.
    pub refused_peers: u64,
    /// Requests with a credential that was malformed, forged, expired or closed.
    pub refused_credentials: u64,
    /// Allocations refused because a quota was reached.
    pub refused_quota: u64,
    /// Payloads refused because an allocation was faster than it may be.
    pub refused_bandwidth: u64,
    /// Requests without a good credential that were not answered, because their source had got enough answers in that second.
    pub unanswered: u64,
    /// Datagrams and frames that are neither sound STUN nor channel data, or nothing that a relay is asked.
    pub malformed: u64,
}

impl Stats {
    /// Payload bytes relayed, both directions.
    pub fn bytes_relayed(&self) -> u64 {
        self.bytes_to_peers + self.bytes_to_clients
    }
}

/// The live side of [`Stats`] for one worker, which alone writes it.
#[derive(Debug, Default)]
pub struct Counters {
    pub(crate) connections: Counter,
    pub(crate) allocations_made: Counter,
    pub(crate) bytes_to_peers: Counter,
    pub(crate) bytes_to_clients: Counter,
    pub(crate) packets_relayed: Counter,
    pub(crate) dropped: Counter,
    pub(crate) refused_peers: Counter,
    pub(crate) refused_credentials: Counter,
    pub(crate) refused_quota: Counter,
    pub(crate) refused_bandwidth: Counter,
    pub(crate) unanswered: Counter,
    pub(crate) malformed: Counter,
}

/// A number that one thread writes and any reads. So that a packet costs no locked instruction, adding is a load and a store.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn one(&self) {
        self.add(1);
    }

    pub(crate) fn add(&self, more: u64) {
        self.0.store(self.0.load(Ordering::Relaxed).wrapping_add(more), Ordering::Relaxed);
    }

    pub(crate) fn less_one(&self) {
        self.0.store(self.0.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Counters {
    /// One payload to a peer.
    pub(crate) fn to_peer(&self, bytes: usize) {
        self.bytes_to_peers.add(bytes as u64);
        self.packets_relayed.one();
    }

    /// One payload to a client.
    pub(crate) fn to_client(&self, bytes: usize) {
        self.bytes_to_clients.add(bytes as u64);
        self.packets_relayed.one();
    }

    /// Adds what this worker has counted.
    pub(crate) fn add_to(&self, stats: &mut Stats) {
        stats.connections += usize::try_from(self.connections.read()).unwrap_or(usize::MAX);
        stats.allocations_made += self.allocations_made.read();
        stats.bytes_to_peers += self.bytes_to_peers.read();
        stats.bytes_to_clients += self.bytes_to_clients.read();
        stats.packets_relayed += self.packets_relayed.read();
        stats.dropped += self.dropped.read();
        stats.refused_peers += self.refused_peers.read();
        stats.refused_credentials += self.refused_credentials.read();
        stats.refused_quota += self.refused_quota.read();
        stats.refused_bandwidth += self.refused_bandwidth.read();
        stats.unanswered += self.unanswered.read();
        stats.malformed += self.malformed.read();
    }
}
