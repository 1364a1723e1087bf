//! Statistics of the relay. They contain no addresses and no names.

use std::sync::atomic::{AtomicU64, Ordering};

/// The values of the counters at one time. All but `allocations` and `connections` only ever grow.
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
    /// Payloads dropped because there was no channel, permission or allocation for them, or because a buffer was full.
    pub dropped: u64,
    /// Requests for peers, and packets to or from peers, that the policy refuses.
    pub refused_peers: u64,
    /// Requests refused because the credential was malformed, forged, expired or barred by a close.
    pub refused_credentials: u64,
    /// Allocations refused because a quota was reached.
    pub refused_quota: u64,
    /// Payloads dropped because an allocation exceeded its bandwidth.
    pub refused_bandwidth: u64,
    /// Requests without a valid credential that were not answered, because their source had reached its limit of answers in that second.
    pub unanswered: u64,
    /// Datagrams and frames that are neither valid STUN nor ChannelData, or that no TURN client sends to a relay.
    pub malformed: u64,
}

impl Stats {
    /// Payload bytes relayed, both directions.
    pub fn bytes_relayed(&self) -> u64 {
        self.bytes_to_peers + self.bytes_to_clients
    }
}

/// The counters of one worker, from which [`Stats`] are read. Only that worker writes them.
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

/// A counter that one thread writes and any thread reads. Adding is a load and a store, so that a packet costs no locked instruction.
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
    /// Counts one payload to a peer.
    pub(crate) fn to_peer(&self, bytes: usize) {
        self.bytes_to_peers.add(bytes as u64);
        self.packets_relayed.one();
    }

    /// Counts one payload to a client.
    pub(crate) fn to_client(&self, bytes: usize) {
        self.bytes_to_clients.add(bytes as u64);
        self.packets_relayed.one();
    }

    /// Adds the counts of this worker to `stats`.
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
