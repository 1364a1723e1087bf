//! Failed sign-ins, counted per account and per address within a window, in this process.
//!
//! Only failures count, so that a clinic behind one address is not locked out by its own work. The counts are of this copy of the server;
//! with several copies the limit is as many times higher.

use crate::{Error, Result, settings::Settings};
use jiff::{SignedDuration, Timestamp};
use model::errors::Code;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// Beyond this many keys the oldest windows are forgotten.
const MOST_KEYS: usize = 100_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    failures: u32,
}

/// The counts.
#[derive(Debug, Default)]
pub struct Attempts {
    windows: Mutex<HashMap<Key, Window>>,
}

impl Attempts {
    /// Whether another attempt may be made.
    ///
    /// # Errors
    /// `request.rate_limited` with when to try again.
    pub(crate) fn check(&self, settings: &Settings, now: Timestamp, account: &str, address: Option<IpAddr>) -> Result<()> {
        let length = SignedDuration::from_secs(settings.failed_sign_ins_window_secs);
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, most) in keys(settings, account, address) {
            let Some(window) = windows.get(&key) else { continue };
            let ends = window.began + length;
            if window.failures >= most && ends > now {
                let secs = u64::try_from(ends.duration_since(now).as_secs()).unwrap_or(0) + 1;
                return Err(Error::new(Code::RateLimited).retry_after(secs));
            }
        }
        Ok(())
    }

    /// Counts a failure.
    pub(crate) fn failed(&self, settings: &Settings, now: Timestamp, account: &str, address: Option<IpAddr>) {
        let length = SignedDuration::from_secs(settings.failed_sign_ins_window_secs);
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST_KEYS {
            windows.retain(|_, window| window.began + length > now);
        }
        for (key, _) in keys(settings, account, address) {
            let window = windows.entry(key).or_insert(Window { began: now, failures: 0 });
            if window.began + length <= now {
                *window = Window { began: now, failures: 0 };
            }
            window.failures += 1;
        }
    }
}

fn keys(settings: &Settings, account: &str, address: Option<IpAddr>) -> impl Iterator<Item = (Key, u32)> {
    let account = (Key::Account(account.to_owned()), settings.failed_sign_ins_per_account);
    let address = address.map(|address| (Key::Address(address), settings.failed_sign_ins_per_address));
    std::iter::once(account).chain(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_closed_for_the_window_after_too_many_failures() {
        let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_account: 3, ..Settings::default() });
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..3 {
            assert!(attempts.check(&settings, now, "a@people.example", None).is_ok());
            attempts.failed(&settings, now, "a@people.example", None);
        }
        let refused = attempts.check(&settings, now, "a@people.example", None).unwrap_err();
        assert_eq!((refused.code(), refused.retry_after_secs()), (Code::RateLimited, Some(901)));
        assert!(attempts.check(&settings, now, "b@people.example", None).is_ok());
        assert!(attempts.check(&settings, now + SignedDuration::from_secs(900), "a@people.example", None).is_ok());
    }
}
