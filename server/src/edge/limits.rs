//! Rate limits on all requests, per line (the network of an address) and per account.
//!
//! Each line and each account has a bucket of units that refills evenly over a minute, so that a burst is accepted and a flood is not. A request takes as many
//! units as it costs ([`super::cost`]). Where the buckets are kept is up to a [`Store`]. Failed sign-ins have their own, lower limits (`domain::identity`).

use crate::config::keys;
use async_trait::async_trait;
use domain::{Domain, Error, Result, access::line_of};
use governor::{Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos, state::keyed::DashMapStateStore};
use model::{
    errors::Code,
    ids::{CalendarFeedId, UserId},
};
use std::{
    fmt,
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A line, as `domain::access::line_of` names it.
    Line(IpAddr),
    /// An account.
    Account(UserId),
    /// A private calendar feed. Its readers are the servers of a few companies, so their lines say nothing, and its owner's bucket must not be emptied by them.
    Feed(CalendarFeedId),
}

/// How often one calendar feed may be read within a minute.
const READS_OF_FEED: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// The name of its bucket where several copies share it.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Account(user) => write!(f, "account {}", user.uuid()),
            Self::Feed(feed) => write!(f, "feed {}", feed.uuid()),
        }
    }
}

/// How many units a bucket holds, which is how many flow in within a minute.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    line: NonZeroU32,
    account: NonZeroU32,
}

impl Sizes {
    /// The sizes of the configuration.
    #[must_use]
    pub fn of(keys: &keys::Limits) -> Self {
        let size = |per_minute| NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        Self { line: size(keys.requests_per_address_per_minute), account: size(keys.requests_per_account_per_minute) }
    }

    /// The size of one bucket.
    #[must_use]
    pub const fn of_key(&self, key: Key) -> NonZeroU32 {
        match key {
            Key::Line(_) => self.line,
            Key::Account(_) => self.account,
            Key::Feed(_) => READS_OF_FEED,
        }
    }
}

/// Keeps the buckets: in this process, or in a store that several copies of the server share.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Takes units from a bucket. A cost that is larger than the bucket takes the whole bucket, so that no request is refused for ever. A store that cannot be
    /// reached decides itself whether to refuse.
    ///
    /// # Errors
    /// How long to wait until the bucket has as many units; nothing was taken.
    async fn take(&self, key: Key, cost: NonZeroU32) -> Result<(), Duration>;
}

/// The rate limits. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Limits {
    store: Arc<dyn Store>,
}

impl Limits {
    /// The limits of the configuration, counted in this process.
    #[must_use]
    pub fn new(keys: &keys::Limits, domain: &Domain) -> Self {
        Self::with(Arc::new(InProcess::new(keys, domain)))
    }

    /// Limits whose buckets are kept elsewhere.
    #[must_use]
    pub fn with(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// Counts a request from an address.
    ///
    /// # Errors
    /// `request.rate_limited` with the time to wait.
    pub async fn address(&self, address: IpAddr, cost: NonZeroU32) -> Result<()> {
        self.take(Key::Line(line_of(address)), cost).await
    }

    /// Counts a request of an account.
    ///
    /// # Errors
    /// `request.rate_limited` with the time to wait.
    pub async fn account(&self, user: UserId, cost: NonZeroU32) -> Result<()> {
        self.take(Key::Account(user), cost).await
    }

    /// Counts a read of a calendar feed.
    ///
    /// # Errors
    /// `request.rate_limited` with the time to wait.
    pub async fn feed(&self, feed: CalendarFeedId) -> Result<()> {
        self.take(Key::Feed(feed), NonZeroU32::MIN).await
    }

    async fn take(&self, key: Key, cost: NonZeroU32) -> Result<()> {
        self.store.take(key, cost).await.map_err(|wait| {
            // Whole seconds, rounded up, so that a client that waits this long is accepted.
            Error::new(Code::RateLimited).retry_after(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
        })
    }
}

/// Buckets in this process: for a server that has no other copy, and while a shared store cannot be reached.
pub struct InProcess {
    clock: ElapsedClock,
    lines: Buckets<IpAddr, ElapsedClock>,
    accounts: Buckets<UserId, ElapsedClock>,
    feeds: Buckets<CalendarFeedId, ElapsedClock>,
}

impl InProcess {
    /// Creates the store from the configuration. It counts with the domain's monotonic clock.
    #[must_use]
    pub fn new(keys: &keys::Limits, domain: &Domain) -> Self {
        let (clock, sizes) = (ElapsedClock(domain.clone()), Sizes::of(keys));
        Self {
            lines: Buckets::new(sizes.line, &clock),
            accounts: Buckets::new(sizes.account, &clock),
            feeds: Buckets::new(READS_OF_FEED, &clock),
            clock,
        }
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess")
            .field("lines", &self.lines.limiter.len())
            .field("accounts", &self.accounts.limiter.len())
            .field("feeds", &self.feeds.limiter.len())
            .finish()
    }
}

#[async_trait]
impl Store for InProcess {
    async fn take(&self, key: Key, cost: NonZeroU32) -> Result<(), Duration> {
        let now = self.clock.now();
        match key {
            Key::Line(line) => self.lines.take(line, cost, now),
            Key::Account(user) => self.accounts.take(user, cost, now),
            Key::Feed(feed) => self.feeds.take(feed, cost, now),
        }
    }
}

/// After this many requests, full buckets are removed. Counting the requests keeps the price of removing constant for each of them, however many lines a flood
/// comes from.
const CLEAN_EVERY: u64 = 100_000;

struct Buckets<K: Hash + Eq + Clone, C: Clock<Instant = Nanos> + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<Nanos>>,
    size: NonZeroU32,
    taken: AtomicU64,
}

impl<K: Hash + Eq + Clone, C: Clock<Instant = Nanos> + Clone> Buckets<K, C> {
    fn new(size: NonZeroU32, clock: &C) -> Self {
        let limiter = RateLimiter::new(Quota::per_minute(size), DashMapStateStore::default(), clock.clone());
        Self { limiter, size, taken: AtomicU64::new(0) }
    }

    fn take(&self, key: K, cost: NonZeroU32, now: Nanos) -> Result<(), Duration> {
        if (self.taken.fetch_add(1, Ordering::Relaxed) + 1).is_multiple_of(CLEAN_EVERY) {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key_n(&key, cost.min(self.size)) {
            Ok(outcome) => outcome.map_err(|refused| refused.wait_time_from(now)),
            // The cost is never larger than the bucket.
            Err(_) => Err(Duration::from_mins(1)),
        }
    }
}

/// The domain's monotonic clock, which tests can move, in the form that governor needs. With the machine's clock, everybody who was just counted would be
/// refused for as long as it is set back.
#[derive(Clone)]
struct ElapsedClock(Domain);

impl Clock for ElapsedClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;
    use std::net::Ipv6Addr;

    #[test]
    fn a_flood_from_many_lines_leaves_few_buckets() {
        let clock = FakeRelativeClock::default();
        let buckets = Buckets::new(NonZeroU32::new(6_000).unwrap(), &clock);
        for n in 0..CLEAN_EVERY * 5 / 2 {
            clock.advance(Duration::from_millis(1));
            let line = IpAddr::from(Ipv6Addr::from_bits(u128::from(n) << 64));
            assert!(buckets.take(line, NonZeroU32::MIN, clock.now()).is_ok());
        }
        // A bucket from which one unit was taken is full again after ten milliseconds.
        assert!(buckets.limiter.len() as u64 <= CLEAN_EVERY, "{}", buckets.limiter.len());
    }

    #[test]
    fn a_cost_above_the_bucket_takes_the_whole_bucket() {
        let clock = FakeRelativeClock::default();
        let buckets = Buckets::new(NonZeroU32::new(6).unwrap(), &clock);
        let cost = NonZeroU32::new(10).unwrap();
        assert!(buckets.take(1, cost, clock.now()).is_ok());
        assert_eq!(buckets.take(1, NonZeroU32::MIN, clock.now()), Err(Duration::from_secs(10)));
        clock.advance(Duration::from_mins(1));
        assert!(buckets.take(1, cost, clock.now()).is_ok());
    }
}
