//! Who holds which allocation: the quotas, and what has been closed.
//!
//! Invariant: an allocation has its [`Lease`] here from before its socket exists until it is closed. So closing a scope finds the
//! allocations that are still being made, and a quota cannot be passed by asking twice at once.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::config::Quota;
use crate::credentials::Username;

/// STUN's 96-bit transaction id.
pub(crate) type Transaction = [u8; 12];

/// One client's way in: the listener, and the client's own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Flow {
    pub(crate) listener: usize,
    pub(crate) client: SocketAddr,
}

/// The right to one allocation.
pub(crate) struct Lease {
    pub(crate) flow: Flow,
    pub(crate) username: Username,
    pub(crate) opened_at_unix: u64,
    /// The request that made it, with the answer it got: a repeat of the same request gets the same answer (RFC 8656 §7.2).
    pub(crate) transaction: Transaction,
    pub(crate) answer: OnceLock<Vec<u8>>,
    /// Cancelled when nothing may flow any more.
    pub(crate) closed: CancellationToken,
    peers: Mutex<HashSet<SocketAddr>>,
}

/// Why there is no lease.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The scope or participant was closed after this credential was issued.
    Barred,
    /// The participant or the source address holds as many as it may.
    Quota,
}

/// All leases of one relay.
pub(crate) struct Ledger {
    quota: Quota,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    leases: HashMap<Flow, Arc<Lease>>,
    per_participant: HashMap<(String, String), usize>,
    per_source: HashMap<IpAddr, usize>,
    /// Scope, and participant or all of them: credentials that expire up to this second are refused.
    barred: HashMap<(String, Option<String>), u64>,
}

impl Ledger {
    pub(crate) fn new(quota: Quota) -> Self {
        Self { quota, entries: Mutex::default() }
    }

    /// Takes a lease for a flow that has none, within the quotas.
    pub(crate) fn take(
        &self,
        flow: Flow,
        username: &Username,
        transaction: Transaction,
        now_unix: u64,
    ) -> Result<Arc<Lease>, Refusal> {
        let mut entries = self.entries();
        if entries.bars(username) {
            return Err(Refusal::Barred);
        }
        let of_participant = entries.per_participant.get(&participant(username)).copied().unwrap_or(0);
        let of_source = entries.per_source.get(&source(flow.client.ip())).copied().unwrap_or(0);
        if of_participant >= self.quota.per_participant
            || of_source >= self.quota.per_source
            || entries.leases.contains_key(&flow)
        {
            return Err(Refusal::Quota);
        }
        let lease = Arc::new(Lease {
            flow,
            username: username.clone(),
            opened_at_unix: now_unix,
            transaction,
            answer: OnceLock::new(),
            closed: CancellationToken::new(),
            peers: Mutex::default(),
        });
        *entries.per_participant.entry(participant(username)).or_default() += 1;
        *entries.per_source.entry(source(flow.client.ip())).or_default() += 1;
        entries.leases.insert(flow, Arc::clone(&lease));
        Ok(lease)
    }

    /// Gives a lease back; again is harmless.
    pub(crate) fn give_back(&self, lease: &Arc<Lease>) {
        lease.closed.cancel();
        let mut entries = self.entries();
        if entries.leases.get(&lease.flow).is_none_or(|held| !Arc::ptr_eq(held, lease)) {
            return;
        }
        entries.leases.remove(&lease.flow);
        decrease(&mut entries.per_participant, participant(&lease.username));
        decrease(&mut entries.per_source, source(lease.flow.client.ip()));
    }

    /// The lease of a flow.
    pub(crate) fn of(&self, flow: Flow) -> Option<Arc<Lease>> {
        self.entries().leases.get(&flow).cloned()
    }

    /// Whether this username belongs to something closed.
    pub(crate) fn bars(&self, username: &Username) -> bool {
        self.entries().bars(username)
    }

    /// Closes all leases of a scope, or of one participant in it, and bars its credentials that expire up to `until_unix`. The
    /// leases come back for their sockets to be removed.
    pub(crate) fn close(&self, scope: &str, who: Option<&str>, now_unix: u64, until_unix: u64) -> Vec<Arc<Lease>> {
        let mut entries = self.entries();
        entries.barred.retain(|_, until| *until > now_unix);
        let bar = entries.barred.entry((scope.to_owned(), who.map(str::to_owned))).or_default();
        *bar = until_unix.max(*bar);
        let concerned = |lease: &&Arc<Lease>| {
            lease.username.scope() == scope && who.is_none_or(|participant| lease.username.participant() == participant)
        };
        let closed: Vec<_> = entries.leases.values().filter(concerned).cloned().collect();
        closed.iter().for_each(|lease| lease.closed.cancel());
        closed
    }

    /// The leases of one listener.
    pub(crate) fn of_listener(&self, listener: usize) -> Vec<Arc<Lease>> {
        self.entries().leases.values().filter(|lease| lease.flow.listener == listener).cloned().collect()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.entries().leases.len()
    }

    /// Notes the peers that a client names; `false` when they are too many for one allocation.
    pub(crate) fn admits_peers(&self, lease: &Lease, named: &[SocketAddr]) -> bool {
        let mut peers = lease.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh: HashSet<_> = named.iter().filter(|peer| !peers.contains(peer)).copied().collect();
        let fits = peers.len() + fresh.len() <= self.quota.peers_per_allocation;
        if fits {
            peers.extend(fresh);
        }
        fits
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // Every change under this lock is complete before anything can panic.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn bars(&self, username: &Username) -> bool {
        let scope = username.scope().to_owned();
        [(scope.clone(), None), (scope, Some(username.participant().to_owned()))]
            .iter()
            .any(|key| self.barred.get(key).is_some_and(|until| username.expires_at_unix() <= *until))
    }
}

fn participant(username: &Username) -> (String, String) {
    (username.scope().to_owned(), username.participant().to_owned())
}

/// What counts as one source: an IPv4 address, or the /64 that one IPv6 host has to itself.
fn source(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 => v4,
    }
}

fn decrease<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: K) {
    if let std::collections::hash_map::Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        if *count.get() == 0 {
            count.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(per_participant: usize, per_source: usize) -> Ledger {
        Ledger::new(Quota { per_participant, per_source, peers_per_allocation: 2 })
    }

    fn flow(client: &str) -> Flow {
        Flow { listener: 0, client: client.parse().unwrap() }
    }

    fn take(ledger: &Ledger, client: &str, username: &str) -> Result<Arc<Lease>, Refusal> {
        ledger.take(flow(client), &Username::parse(username).unwrap(), [0; 12], 0)
    }

    #[test]
    fn a_participant_holds_no_more_than_its_quota_and_gets_room_back() {
        let ledger = ledger(2, 9);
        let first = take(&ledger, "192.0.2.1:1", "50:visit:ana").unwrap();
        take(&ledger, "192.0.2.2:1", "60:visit:ana").unwrap();
        assert_eq!(
            take(&ledger, "192.0.2.3:1", "70:visit:ana").err(),
            Some(Refusal::Quota),
            "another expiry is the same participant"
        );
        assert!(take(&ledger, "192.0.2.3:1", "50:visit:bob").is_ok());
        ledger.give_back(&first);
        ledger.give_back(&first);
        assert!(take(&ledger, "192.0.2.4:1", "50:visit:ana").is_ok());
        assert_eq!(take(&ledger, "192.0.2.5:1", "50:visit:ana").err(), Some(Refusal::Quota), "given back twice counts once");
    }

    #[test]
    fn a_source_is_an_address_or_a_v6_network() {
        let ledger = ledger(9, 1);
        take(&ledger, "192.0.2.1:1", "50:visit:ana").unwrap();
        assert_eq!(take(&ledger, "192.0.2.1:2", "50:other:bob").err(), Some(Refusal::Quota));
        assert!(take(&ledger, "192.0.2.2:1", "50:other:bob").is_ok());
        take(&ledger, "[2001:db8::1]:1", "50:visit:ana").unwrap();
        assert_eq!(take(&ledger, "[2001:db8::ffff:2]:1", "50:other:bob").err(), Some(Refusal::Quota));
        assert!(take(&ledger, "[2001:db8:0:1::1]:1", "50:other:bob").is_ok());
    }

    #[test]
    fn a_closed_scope_bars_the_credentials_issued_before_and_takes_those_after() {
        let ledger = ledger(9, 9);
        let ana = take(&ledger, "192.0.2.1:1", "700:visit:ana").unwrap();
        let bob = take(&ledger, "192.0.2.1:2", "700:elsewhere:bob").unwrap();
        assert_eq!(ledger.close("visit", None, 100, 700).len(), 1);
        assert!(ana.closed.is_cancelled() && !bob.closed.is_cancelled());
        assert_eq!(take(&ledger, "192.0.2.1:3", "700:visit:cem").err(), Some(Refusal::Barred));
        assert!(take(&ledger, "192.0.2.1:3", "701:visit:cem").is_ok());
        assert!(take(&ledger, "192.0.2.1:4", "700:elsewhere:cem").is_ok());
    }

    #[test]
    fn closing_a_participant_leaves_the_others() {
        let ledger = ledger(9, 9);
        let ana = take(&ledger, "192.0.2.1:1", "700:visit:ana").unwrap();
        let bob = take(&ledger, "192.0.2.1:2", "700:visit:bob").unwrap();
        assert_eq!(ledger.close("visit", Some("ana"), 100, 700).len(), 1);
        assert!(ana.closed.is_cancelled() && !bob.closed.is_cancelled());
        assert_eq!(take(&ledger, "192.0.2.1:3", "700:visit:ana").err(), Some(Refusal::Barred));
        assert!(take(&ledger, "192.0.2.1:3", "700:visit:bob").is_ok());
    }

    #[test]
    fn bars_are_forgotten_when_no_credential_can_meet_them() {
        let ledger = ledger(9, 9);
        ledger.close("old", None, 100, 700);
        ledger.close("new", None, 700, 1300);
        assert_eq!(ledger.entries().barred.len(), 1);
    }

    #[test]
    fn peers_are_bounded_and_a_known_one_is_always_admitted() {
        let ledger = ledger(9, 9);
        let lease = take(&ledger, "192.0.2.1:1", "50:visit:ana").unwrap();
        let peer = |port| SocketAddr::from(([198, 51, 100, 1], port));
        assert!(ledger.admits_peers(&lease, &[peer(1), peer(2), peer(2)]));
        assert!(!ledger.admits_peers(&lease, &[peer(1), peer(3)]));
        assert!(ledger.admits_peers(&lease, &[peer(1)]));
    }
}
