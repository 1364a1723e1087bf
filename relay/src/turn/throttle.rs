//! Rate limits: token buckets for the traffic of allocations and for answers to unauthenticated clients.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;

use super::Moment;
use crate::ledger::source;

/// A token bucket that fills at a steady rate and holds the tokens of one second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    tokens: u32,
    /// When it was last filled, in milliseconds. The low 32 bits are enough, because a bucket is full after one second.
    filled_ms: u32,
}

impl Bucket {
    pub(super) fn full(per_second: u32, now: Moment) -> Self {
        Self { tokens: per_second, filled_ms: now.0 as u32 }
    }

    /// Takes this many tokens, or none when there are too few.
    pub(super) fn take(&mut self, tokens: u32, per_second: u32, now: Moment) -> bool {
        let now_ms = now.0 as u32;
        let passed_ms = now_ms.wrapping_sub(self.filled_ms);
        // At most one second counts, so the product is below 2^42.
        let gained = u64::from(per_second) * u64::from(passed_ms.min(1000)) / 1000;
        if gained > 0 || passed_ms > 1000 {
            let full = u64::from(self.tokens) + gained;
            self.tokens = u32::try_from(full).unwrap_or(u32::MAX).min(per_second);
            self.filled_ms = now_ms;
        }
        let enough = self.tokens >= tokens;
        if enough {
            self.tokens -= tokens;
        }
        enough
    }
}

/// The number of buckets for all unauthenticated sources together: 64 KiB of memory.
const BUCKETS: usize = 1 << 13;

/// Limits the answers to unauthenticated clients by source. An attacker who forges the address of a victim cannot make this relay send
/// more than this. Sources with the same hash share a bucket; the hash is keyed, so nobody can choose whose bucket to share.
pub(super) struct Strangers {
    per_second: u32,
    hasher: RandomState,
    buckets: Box<[Bucket]>,
}

impl Strangers {
    pub(super) fn new(per_second: u32) -> Self {
        let bucket = Bucket::full(per_second, Moment(0));
        Self { per_second, hasher: RandomState::new(), buckets: vec![bucket; BUCKETS].into_boxed_slice() }
    }

    /// Whether one more answer may be sent to this address.
    pub(super) fn may_answer(&mut self, client: IpAddr, now: Moment) -> bool {
        let place = self.hasher.hash_one(source(client)) as usize % BUCKETS;
        self.buckets[place].take(1, self.per_second, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_rate_and_one_second_at_once() {
        let mut bucket = Bucket::full(1000, Moment(5));
        assert!(bucket.take(1000, 1000, Moment(5)));
        assert!(!bucket.take(1, 1000, Moment(5)));
        assert!(bucket.take(7, 1000, Moment(12)));
        assert!(!bucket.take(1, 1000, Moment(12)));
        assert!(bucket.take(1000, 1000, Moment(90_000)));
        assert!(!bucket.take(1, 1000, Moment(90_000)));
    }

    #[test]
    fn a_slow_bucket_fills_although_it_is_asked_often() {
        let mut bucket = Bucket::full(10, Moment(0));
        assert!(bucket.take(10, 10, Moment(0)));
        let taken = (0..=1000).filter(|ms| bucket.take(1, 10, Moment(*ms))).count();
        assert_eq!(taken, 10);
    }

    #[test]
    fn strangers_are_bounded_one_by_one() {
        let mut strangers = Strangers::new(3);
        let (ana, bob) = ("192.0.2.1".parse().unwrap(), "198.51.100.9".parse().unwrap());
        let answered = (0..100).filter(|_| strangers.may_answer(ana, Moment(1))).count();
        assert_eq!(answered, 3);
        assert!(strangers.may_answer(bob, Moment(1)) || strangers.buckets.iter().filter(|b| b.tokens == 0).count() == 1);
    }
}
