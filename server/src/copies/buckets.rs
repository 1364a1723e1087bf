//! Buckets of limits that the copies share through the database. Each copy counts for itself and adds up with the others once a second, in one statement.
//! Within a second, several copies may together accept more than the limit; over a minute they do not.

use super::{InDatabase, in_database::Others};
use crate::{
    config::keys,
    edge::limits::{Key, Sizes, Store},
};
use async_trait::async_trait;
use domain::{
    Domain,
    copies::buckets::{self, Taken},
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    fmt,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::sleep;

const EXCHANGE_EVERY: Duration = Duration::from_secs(1);
/// How long an empty bucket takes to fill.
const FILLING: SignedDuration = SignedDuration::from_mins(1);

/// The buckets. Cheap to clone.
#[derive(Clone)]
pub struct DatabaseBuckets {
    inner: Arc<Inner>,
}

struct Inner {
    domain: Domain,
    others: Arc<Others>,
    sizes: Sizes,
    buckets: Mutex<HashMap<Key, Bucket>>,
}

/// A bucket, as this copy knows it.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    full_at: Timestamp,
    /// What was taken here since the last exchange, in microseconds of filling.
    untold_micros: i64,
}

impl DatabaseBuckets {
    /// Buckets that are full, and a task that adds up with the other copies until the last clone is gone.
    #[must_use]
    pub fn new(copies: &InDatabase, keys: &keys::Limits) -> Self {
        let inner = Arc::new(Inner::new(copies, keys));
        let weak = Arc::downgrade(&inner);
        tokio::spawn(async move {
            while let Some(inner) = weak.upgrade() {
                inner.exchange().await;
                drop(inner);
                sleep(EXCHANGE_EVERY).await;
            }
        });
        Self { inner }
    }
}

impl Inner {
    fn new(copies: &InDatabase, keys: &keys::Limits) -> Self {
        let (domain, others) = (copies.domain().clone(), copies.others().clone());
        Self { domain, others, sizes: Sizes::of(keys), buckets: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, key: Key, cost: NonZeroU32) -> Result<(), Duration> {
        let size = self.sizes.of_key(key);
        let micros = FILLING.as_micros() * i128::from(cost.min(size).get()) / i128::from(size.get());
        let micros = i64::try_from(micros).unwrap_or(i64::MAX);
        let now = self.domain.now();
        let most = now + FILLING;
        let mut buckets = self.lock();
        let bucket = buckets.entry(key).or_insert(Bucket { full_at: now, untold_micros: 0 });
        // A clock that was set back must not close a bucket for longer than it takes to fill.
        bucket.full_at = bucket.full_at.clamp(now, most);
        let after = bucket.full_at + SignedDuration::from_micros(micros);
        if after > most {
            return Err(after.duration_since(most).unsigned_abs());
        }
        bucket.full_at = after;
        bucket.untold_micros += micros;
        Ok(())
    }

    /// Forgets full buckets, and tells the others what was taken here. A copy that is alone has nobody to tell.
    async fn exchange(&self) {
        let now = self.domain.now();
        let told: HashMap<String, (Key, i64)> = {
            let mut buckets = self.lock();
            buckets.retain(|_, bucket| bucket.full_at > now);
            if !self.others.any() {
                return;
            }
            let told = buckets.iter_mut().filter(|(_, bucket)| bucket.untold_micros > 0).map(|(key, bucket)| {
                // A part of it may have filled up again while this copy was alone.
                let left = i64::try_from(bucket.full_at.duration_since(now).as_micros()).unwrap_or(i64::MAX);
                (key.to_string(), (*key, std::mem::take(&mut bucket.untold_micros).min(left)))
            });
            told.collect()
        };
        if told.is_empty() {
            return;
        }
        let taken: Vec<Taken> = told.iter().map(|(key, (_, micros))| Taken { key: key.clone(), micros: *micros }).collect();
        match buckets::take(&self.domain, &taken, FILLING).await {
            Ok(shared) => {
                let mut buckets = self.lock();
                for (name, full_at) in shared {
                    let Some((key, _)) = told.get(&name) else { continue };
                    let bucket = buckets.entry(*key).or_insert(Bucket { full_at, untold_micros: 0 });
                    bucket.full_at = full_at + SignedDuration::from_micros(bucket.untold_micros);
                }
            }
            Err(error) => {
                tracing::warn!(error.code = %error, "the limits of this copy were not added up with those of the others");
                let mut buckets = self.lock();
                for (key, micros) in told.into_values() {
                    if let Some(bucket) = buckets.get_mut(&key) {
                        bucket.untold_micros += micros;
                    }
                }
            }
        }
    }
}

impl fmt::Debug for DatabaseBuckets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseBuckets").field("buckets", &self.inner.lock().len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for DatabaseBuckets {
    async fn take(&self, key: Key, cost: NonZeroU32) -> Result<(), Duration> {
        self.inner.take(key, cost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Config, Sources},
        copies::Copies,
    };
    use std::net::{IpAddr, Ipv4Addr};

    const LINE: Key = Key::Line(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)));

    /// Two copies that know of each other, with sixty units a minute for each line.
    async fn two(domain: &Domain) -> [Inner; 2] {
        let config = Config::load(&Sources::default().with("limits.requests_per_address_per_minute", "60")).unwrap();
        let copies = [InDatabase::new(domain), InDatabase::new(domain)];
        // The first beat of the second one finds the first, the second beat of the first one finds the second.
        for copy in [&copies[0], &copies[1], &copies[0]] {
            copy.beat(&[]).await.unwrap();
        }
        copies.each_ref().map(|copy| Inner::new(copy, &config.limits))
    }

    fn units(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).unwrap()
    }

    #[tokio::test]
    async fn what_one_copy_accepts_counts_at_the_other() {
        let clinic = testing::clinic().await;
        let [one, other] = two(&clinic.domain).await;
        assert!(one.take(LINE, units(40)).is_ok());
        assert!(other.take(LINE, units(10)).is_ok());
        one.exchange().await;
        other.exchange().await;
        assert_eq!(other.take(LINE, units(11)), Err(Duration::from_secs(1)));
        assert!(other.take(LINE, units(10)).is_ok());
        clinic.pass(SignedDuration::from_secs(60));
        assert!(other.take(LINE, units(60)).is_ok());
    }

    #[tokio::test]
    async fn a_clock_that_is_set_back_closes_no_bucket_for_long() {
        let clinic = testing::clinic().await;
        let [one, _] = two(&clinic.domain).await;
        assert!(one.take(LINE, units(1)).is_ok());
        clinic.clock.set(testing::BEGIN - SignedDuration::from_hours(1));
        assert_eq!(one.take(LINE, units(1)), Err(Duration::from_secs(1)));
        clinic.pass(SignedDuration::from_secs(1));
        assert!(one.take(LINE, units(1)).is_ok());
    }
}
