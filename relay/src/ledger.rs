//! Counts allocations for the quotas, and remembers which scopes and participants were closed.
//!
//! Invariant: an allocation holds a [`Lease`] from before its socket exists until it is gone, and a reserved port holds one until it is
//! claimed or given up. So a client cannot exceed a quota with simultaneous requests, nor with reservations that it abandons. The lock is
//! taken when an allocation is made or ended, never for a packet.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::Quota;
use crate::credentials::Username;

/// One place in the quotas, for an allocation or for a reserved port. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct Lease {
    purpose: Purpose,
    username: Username,
    source: IpAddr,
    opened_at_unix: u64,
    ledger: Arc<Ledger>,
}

/// What a lease is for. Both count against the quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Allocation,
    /// A port that is reserved for a later allocation (RFC 8656 §18.10).
    Reservation,
}

/// Why no lease was granted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The scope or participant was closed after this credential was issued.
    Barred,
    /// The participant or the source address has reached its quota.
    Quota,
}

/// All leases of one relay.
#[derive(Debug)]
pub(crate) struct Ledger {
    quota: Quota,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    allocations: usize,
    per_participant: HashMap<(String, String), usize>,
    per_source: HashMap<IpAddr, usize>,
    /// Scope, and participant (`None` means all of them): credentials that expire up to this second are refused.
    barred: HashMap<(String, Option<String>), u64>,
}

impl Lease {
    /// The username that the lease was granted to.
    pub(crate) fn username(&self) -> &Username {
        &self.username
    }

    /// When the allocation was made or the port reserved, in Unix seconds.
    pub(crate) fn opened_at_unix(&self) -> u64 {
        self.opened_at_unix
    }

    /// Turns the lease of a reservation into one of the allocation that takes its port. It still counts against the address that reserved.
    pub(crate) fn redeem(mut self, now_unix: u64) -> Result<Self, Refusal> {
        let mut entries = self.ledger.entries();
        if entries.bars(&self.username) {
            return Err(Refusal::Barred);
        }
        entries.allocations += usize::from(self.purpose == Purpose::Reservation);
        drop(entries);
        (self.purpose, self.opened_at_unix) = (Purpose::Allocation, now_unix);
        Ok(self)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut entries = self.ledger.entries();
        entries.allocations -= usize::from(self.purpose == Purpose::Allocation);
        decrease(&mut entries.per_participant, participant(&self.username));
        decrease(&mut entries.per_source, self.source);
    }
}

impl Ledger {
    pub(crate) fn new(quota: Quota) -> Self {
        Self { quota, entries: Mutex::default() }
    }

    /// Grants a lease if the quotas allow it.
    pub(crate) fn take(
        self: &Arc<Self>,
        purpose: Purpose,
        client: IpAddr,
        username: &Username,
        now_unix: u64,
    ) -> Result<Lease, Refusal> {
        let source = source(client);
        let mut entries = self.entries();
        if entries.bars(username) {
            return Err(Refusal::Barred);
        }
        let of_participant = entries.per_participant.get(&participant(username)).copied().unwrap_or(0);
        let of_source = entries.per_source.get(&source).copied().unwrap_or(0);
        if of_participant >= self.quota.per_participant || of_source >= self.quota.per_source {
            return Err(Refusal::Quota);
        }
        *entries.per_participant.entry(participant(username)).or_default() += 1;
        *entries.per_source.entry(source).or_default() += 1;
        entries.allocations += usize::from(purpose == Purpose::Allocation);
        Ok(Lease { purpose, username: username.clone(), source, opened_at_unix: now_unix, ledger: Arc::clone(self) })
    }

    /// Whether the scope or participant of this username was closed, so that its credential is refused.
    pub(crate) fn bars(&self, username: &Username) -> bool {
        self.entries().bars(username)
    }

    /// Bars the credentials of a scope, or of one participant in it, that expire up to `until_unix`.
    pub(crate) fn bar(&self, scope: &str, who: Option<&str>, now_unix: u64, until_unix: u64) {
        let mut entries = self.entries();
        entries.barred.retain(|_, until| *until > now_unix);
        let bar = entries.barred.entry((scope.to_owned(), who.map(str::to_owned))).or_default();
        *bar = until_unix.max(*bar);
    }

    /// The number of live allocations.
    pub(crate) fn allocations(&self) -> usize {
        self.entries().allocations
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // Each change under this lock is complete before anything can panic, so a poisoned lock still guards consistent data.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn bars(&self, username: &Username) -> bool {
        if self.barred.is_empty() {
            return false;
        }
        let scope = username.scope().to_owned();
        [(scope.clone(), None), (scope, Some(username.participant().to_owned()))]
            .iter()
            .any(|key| self.barred.get(key).is_some_and(|until| username.expires_at_unix() <= *until))
    }
}

fn participant(username: &Username) -> (String, String) {
    (username.scope().to_owned(), username.participant().to_owned())
}

/// Returns the key under which a client counts as one source: its IPv4 address, or the /64 network of its IPv6 address.
pub(crate) fn source(client: IpAddr) -> IpAddr {
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

    fn ledger(per_participant: usize, per_source: usize) -> Arc<Ledger> {
        Arc::new(Ledger::new(Quota { per_participant, per_source, ..Quota::default() }))
    }

    fn take(ledger: &Arc<Ledger>, client: &str, username: &str) -> Result<Lease, Refusal> {
        ledger.take(Purpose::Allocation, client.parse().unwrap(), &Username::parse(username).unwrap(), 0)
    }

    #[test]
    fn a_participant_holds_no_more_than_its_quota_and_gets_room_back() {
        let ledger = ledger(2, 9);
        let first = take(&ledger, "192.0.2.1", "50:visit:ana").unwrap();
        let _second = take(&ledger, "192.0.2.2", "60:visit:ana").unwrap();
        let third = take(&ledger, "192.0.2.3", "70:visit:ana").err();
        assert_eq!(third, Some(Refusal::Quota), "another expiry is the same participant");
        assert!(take(&ledger, "192.0.2.3", "50:visit:bob").is_ok());
        drop(first);
        let _fourth = take(&ledger, "192.0.2.4", "50:visit:ana").unwrap();
        assert_eq!(take(&ledger, "192.0.2.5", "50:visit:ana").err(), Some(Refusal::Quota));
        assert_eq!(ledger.allocations(), 2);
    }

    #[test]
    fn a_reservation_counts_against_the_quota_and_becomes_an_allocation_without_another_place() {
        let ledger = ledger(2, 9);
        let (client, ana) = ("192.0.2.1".parse().unwrap(), Username::parse("50:visit:ana").unwrap());
        let _first = take(&ledger, "192.0.2.1", "50:visit:ana").unwrap();
        let reserved = ledger.take(Purpose::Reservation, client, &ana, 0).unwrap();
        assert_eq!(take(&ledger, "192.0.2.1", "50:visit:ana").err(), Some(Refusal::Quota));
        assert_eq!(ledger.allocations(), 1);
        let redeemed = reserved.redeem(7).unwrap();
        assert_eq!((ledger.allocations(), redeemed.opened_at_unix()), (2, 7));
        assert_eq!(take(&ledger, "192.0.2.1", "50:visit:ana").err(), Some(Refusal::Quota));
        drop(redeemed);
        let reserved = ledger.take(Purpose::Reservation, client, &ana, 0).unwrap();
        ledger.bar("visit", None, 40, 50);
        assert_eq!(reserved.redeem(7).err(), Some(Refusal::Barred));
        let entries = ledger.entries();
        assert_eq!((entries.allocations, entries.per_source.len(), entries.per_participant.len()), (1, 1, 1));
    }

    #[test]
    fn a_source_is_an_address_or_a_v6_network() {
        let ledger = ledger(9, 1);
        let _v4 = take(&ledger, "192.0.2.1", "50:visit:ana").unwrap();
        assert_eq!(take(&ledger, "192.0.2.1", "50:other:bob").err(), Some(Refusal::Quota));
        assert_eq!(take(&ledger, "::ffff:192.0.2.1", "50:other:bob").err(), Some(Refusal::Quota));
        assert!(take(&ledger, "192.0.2.2", "50:other:bob").is_ok());
        let _v6 = take(&ledger, "2001:db8::1", "50:visit:ana").unwrap();
        assert_eq!(take(&ledger, "2001:db8::ffff:2", "50:other:bob").err(), Some(Refusal::Quota));
        assert!(take(&ledger, "2001:db8:0:1::1", "50:other:bob").is_ok());
    }

    #[test]
    fn a_closed_scope_bars_the_credentials_issued_before_and_takes_those_after() {
        let ledger = ledger(9, 9);
        ledger.bar("visit", None, 100, 700);
        assert_eq!(take(&ledger, "192.0.2.1", "700:visit:cem").err(), Some(Refusal::Barred));
        assert!(take(&ledger, "192.0.2.1", "701:visit:cem").is_ok());
        assert!(take(&ledger, "192.0.2.1", "700:elsewhere:cem").is_ok());
    }

    #[test]
    fn closing_a_participant_leaves_the_others() {
        let ledger = ledger(9, 9);
        ledger.bar("visit", Some("ana"), 100, 700);
        assert_eq!(take(&ledger, "192.0.2.1", "700:visit:ana").err(), Some(Refusal::Barred));
        assert!(take(&ledger, "192.0.2.1", "700:visit:bob").is_ok());
    }

    #[test]
    fn bars_are_forgotten_when_no_credential_can_meet_them() {
        let ledger = ledger(9, 9);
        ledger.bar("old", None, 100, 700);
        ledger.bar("new", None, 700, 1300);
        assert_eq!(ledger.entries().barred.len(), 1);
    }
}
