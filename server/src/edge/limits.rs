//! Rate limits in this process: requests to the REST API per address and per account, and unauthenticated posts to pages per address.
//!
//! Each key has a bucket that refills evenly over a minute, so that a burst is accepted and a flood is not. The buckets belong to this
//! server instance; with several instances the limit is multiplied. Failed sign-ins have their own, lower limits (`domain::identity`).

use crate::config::keys;
use domain::{Domain, Error, Result, access::line_of};
use governor::{Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos, state::keyed::DashMapStateStore};
use model::{errors::Code, ids::UserId};
use std::{fmt, hash::Hash, net::IpAddr, num::NonZeroU32, sync::Arc};

/// When there are more keys than this, full buckets are removed.
const MOST_KEYS: usize = 100_000;

type Buckets<K> = RateLimiter<K, DashMapStateStore<K>, DomainClock, NoOpMiddleware<Nanos>>;

/// The rate limits. Cheap to clone.
#[derive(Clone)]
pub struct Limits {
    clock: DomainClock,
    addresses: Arc<Buckets<IpAddr>>,
    accounts: Arc<Buckets<UserId>>,
    strangers: Arc<Buckets<IpAddr>>,
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits").field("addresses", &self.addresses.len()).field("accounts", &self.accounts.len()).finish()
    }
}

impl Limits {
    /// Creates the limits from the configuration.
    #[must_use]
    pub fn new(keys: &keys::Limits, domain: &Domain) -> Self {
        let clock = DomainClock(domain.clone());
        Self {
            addresses: Arc::new(buckets(keys.api_per_address_per_minute, &clock)),
            accounts: Arc::new(buckets(keys.api_per_account_per_minute, &clock)),
            strangers: Arc::new(buckets(keys.posts_per_address_per_minute, &clock)),
            clock,
        }
    }

    /// Counts a request from an address to the REST API.
    ///
    /// # Errors
    /// `request.rate_limited` with the time to wait.
    pub fn address(&self, address: IpAddr) -> Result<()> {
        self.count(&self.addresses, line_of(address))
    }

    /// Counts an unauthenticated post to a page.
    ///
    /// # Errors
    /// `request.rate_limited` with the time to wait.
    pub fn stranger(&self, address: IpAddr) -> Result<()> {
        self.count(&self.strangers, line_of(address))
    }

    /// Counts a request of an account to the REST API.
    ///
    /// # Errors
    /// `request.rate_limited` with the time to wait.
    pub fn account(&self, user: UserId) -> Result<()> {
        self.count(&self.accounts, user)
    }

    fn count<K: Hash + Eq + Clone>(&self, buckets: &Buckets<K>, key: K) -> Result<()> {
        if buckets.len() > MOST_KEYS {
            buckets.retain_recent();
        }
        buckets.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            // Whole seconds, rounded up, so that a client that waits this long is accepted.
            Error::new(Code::RateLimited).retry_after(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
        })
    }
}

fn buckets<K: Hash + Eq + Clone>(per_minute: u32, clock: &DomainClock) -> Buckets<K> {
    let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
    RateLimiter::new(quota, DashMapStateStore::default(), clock.clone())
}

/// The domain's clock, which tests can set, in the form that governor needs.
#[derive(Clone)]
struct DomainClock(Domain);

impl Clock for DomainClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(u64::try_from(self.0.now().as_nanosecond()).unwrap_or(0))
    }
}
