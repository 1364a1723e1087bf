//! Limits on attempts: on passwords, per account and per address, and on mails requested without signing in. Attempts are counted within a window of
//! time, in this process.
//!
//! Only wrong passwords count, so that a clinic behind one address is not locked out by normal use. Guesses lock the account for the address that
//! they come from, and for all addresses only after many more. When the owner proves that the account is theirs (by a sign-in, a link from the
//! mailbox, the password typed again), the counts start from zero: [`Attempts::prove`]. Each copy of the server has its own counts. With several
//! copies the limit is that many times higher, and [`may_sign_in`] looks in the database for a proof that another copy saw.

use super::store;
use crate::{
    Domain, Error, Result,
    access::{Access, line_of},
    settings::Settings,
};
use jiff::{SignedDuration, Timestamp};
use model::{errors::Code, identity::EmailAddress, ids::UserId};
use std::{
    collections::HashMap,
    mem,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// With more than twice this many keys, those that were counted longest ago are forgotten.
const MOST_KEYS: usize = 100_000;

const MAILS_WINDOW: SignedDuration = SignedDuration::from_hours(1);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// One account, tried from one line; `None` when there is no address, as when a signed-in user types the password again.
    AccountFrom(String, Option<IpAddr>),
    /// One account, from anywhere.
    Account(String),
    Address(IpAddr),
    MailTo(String),
    MailsFrom(IpAddr),
}

/// A key, how often it may be counted within a window, and the length of the window.
type Limit = (Key, u32, SignedDuration);

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    count: u32,
}

/// The counts of attempts.
#[derive(Debug, Default)]
pub struct Attempts {
    windows: Mutex<Windows>,
}

impl Attempts {
    /// Checks whether another password may be tried. Call it before hashing; [`Attempts::settle`] counts the attempt.
    ///
    /// # Errors
    /// `request.rate_limited`, with the time until the next try.
    pub(crate) fn check(&self, settings: &Settings, now: Timestamp, account: &str, address: Option<IpAddr>) -> Result<()> {
        self.lock().room(now, &passwords(settings, account, address))
    }

    /// Checks whether the result may be returned, and counts the attempt when the password was wrong. Of many simultaneous attempts, no more than
    /// the limit get a result; the others are refused even if their password is right.
    ///
    /// # Errors
    /// `request.rate_limited`, with the time until the next try.
    pub(crate) fn settle(
        &self,
        settings: &Settings,
        now: Timestamp,
        account: &str,
        address: Option<IpAddr>,
        right: bool,
    ) -> Result<()> {
        let limits = passwords(settings, account, address);
        let mut windows = self.lock();
        windows.room(now, &limits)?;
        if !right {
            windows.count(now, limits);
        }
        Ok(())
    }

    /// Records that the owner has proved, from this address, that the account is theirs: its failures no longer count, neither those of signing in
    /// (`email_key`) nor those of typing the password again (`user`). Failures of the address with other accounts stay; otherwise a stranger could
    /// clear them with an account of their own and try forever.
    pub(crate) fn prove(&self, email_key: &str, user: UserId, address: Option<IpAddr>) {
        let mut windows = self.lock();
        for key in account_keys(email_key, address).into_iter().chain(account_keys(&user.to_string(), None)) {
            windows.remove(&key);
        }
    }

    /// Forgets the failures of an account in windows that began before `proved_at`.
    fn forget_before(&self, account: &str, address: Option<IpAddr>, proved_at: Timestamp) {
        let mut windows = self.lock();
        for key in account_keys(account, address) {
            if windows.get(&key).is_some_and(|window| window.began < proved_at) {
                windows.remove(&key);
            }
        }
    }

    /// Counts a requested mail, whether there is such an account or not.
    fn mail(&self, settings: &Settings, now: Timestamp, to: &EmailAddress, from: Option<IpAddr>) -> Result<()> {
        let mut limits = vec![(Key::MailTo(to.key().to_owned()), settings.mails_per_account_per_hour, MAILS_WINDOW)];
        limits.extend(from.map(|from| (Key::MailsFrom(line_of(from)), settings.mails_per_address_per_hour, MAILS_WINDOW)));
        let mut windows = self.lock();
        windows.room(now, &limits)?;
        windows.count(now, limits);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Windows> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a mail that is requested without signing in.
///
/// # Errors
/// `request.rate_limited`, with the time until the next try.
pub(crate) fn may_ask_for_mail(domain: &Domain, access: &Access, to: &EmailAddress) -> Result<()> {
    domain.attempts().mail(domain.settings(), domain.now(), to, access.address)
}

/// Checks whether another password may be tried for an account, named by the email key. Before refusing, it looks in the database for a proof: the
/// password may have been replaced, or the address confirmed, through another copy of the server.
///
/// # Errors
/// `request.rate_limited`, with the time until the next try; `database.unavailable`.
pub(super) async fn may_sign_in(domain: &Domain, email_key: &str, address: Option<IpAddr>) -> Result<()> {
    match domain.attempts().check(domain.settings(), domain.now(), email_key, address) {
        Ok(()) => Ok(()),
        Err(refused) => {
            let proved_at = store::proved_at_by_email(&mut *domain.pool().acquire().await?, email_key).await?;
            unless_proved(domain, email_key, address, proved_at, refused)
        }
    }
}

/// The same check for the password that a signed-in user types again.
///
/// # Errors
/// `request.rate_limited`, with the time until the next try; `database.unavailable`.
pub(super) async fn may_type_again(domain: &Domain, user: UserId) -> Result<()> {
    let account = user.to_string();
    match domain.attempts().check(domain.settings(), domain.now(), &account, None) {
        Ok(()) => Ok(()),
        Err(refused) => {
            let proved_at = store::proved_at(&mut *domain.pool().acquire().await?, user).await?;
            unless_proved(domain, &account, None, proved_at, refused)
        }
    }
}

fn unless_proved(
    domain: &Domain,
    account: &str,
    address: Option<IpAddr>,
    proved_at: Option<Timestamp>,
    refused: Error,
) -> Result<()> {
    let Some(proved_at) = proved_at else { return Err(refused) };
    domain.attempts().forget_before(account, address, proved_at);
    domain.attempts().check(domain.settings(), domain.now(), account, address)
}

fn passwords(settings: &Settings, account: &str, address: Option<IpAddr>) -> Vec<Limit> {
    let length = SignedDuration::from_secs(settings.failed_sign_ins_window_secs);
    let [from_here, in_all] = account_keys(account, address);
    let mut limits = vec![
        (from_here, settings.failed_sign_ins_per_account, length),
        (in_all, settings.failed_sign_ins_per_account_in_all, length),
    ];
    limits.extend(address.map(|address| (Key::Address(line_of(address)), settings.failed_sign_ins_per_address, length)));
    limits
}

fn account_keys(account: &str, address: Option<IpAddr>) -> [Key; 2] {
    [Key::AccountFrom(account.to_owned(), address.map(line_of)), Key::Account(account.to_owned())]
}

/// Two generations of windows: a counted key moves to the younger one. When that is full, it replaces the older one, whose keys are forgotten.
#[derive(Debug, Default)]
struct Windows {
    younger: HashMap<Key, Window>,
    older: HashMap<Key, Window>,
}

impl Windows {
    fn get(&self, key: &Key) -> Option<&Window> {
        self.younger.get(key).or_else(|| self.older.get(key))
    }

    fn remove(&mut self, key: &Key) {
        self.younger.remove(key);
        self.older.remove(key);
    }

    fn room(&self, now: Timestamp, limits: &[Limit]) -> Result<()> {
        for (key, most, length) in limits {
            let Some(window) = self.get(key) else { continue };
            let ends = window.began + *length;
            if window.count >= *most && ends > now {
                let secs = u64::try_from(ends.duration_since(now).as_secs()).unwrap_or(0) + 1;
                return Err(Error::new(Code::RateLimited).retry_after(secs));
            }
        }
        Ok(())
    }

    fn count(&mut self, now: Timestamp, limits: Vec<Limit>) {
        for (key, _, length) in limits {
            if self.younger.len() >= MOST_KEYS {
                self.older = mem::take(&mut self.younger);
            }
            let fresh = Window { began: now, count: 0 };
            let before = self.older.remove(&key).unwrap_or(fresh);
            let window = self.younger.entry(key).or_insert(before);
            if window.began + length <= now {
                *window = fresh;
            }
            window.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: &str = "a@people.example";

    #[test]
    fn an_account_is_closed_for_the_window_after_too_many_failures() {
        let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_account: 3, ..Settings::default() });
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..3 {
            assert!(attempts.check(&settings, now, ANA, None).is_ok());
            attempts.settle(&settings, now, ANA, None, false).unwrap();
        }
        let refused = attempts.check(&settings, now, ANA, None).unwrap_err();
        assert_eq!((refused.code(), refused.retry_after_secs()), (Code::RateLimited, Some(901)));
        // A password that was being hashed in the meantime gets no result either, although it is right.
        assert!(attempts.settle(&settings, now, ANA, None, true).is_err());
        assert!(attempts.check(&settings, now, "b@people.example", None).is_ok());
        assert!(attempts.check(&settings, now + SignedDuration::from_secs(900), ANA, None).is_ok());
    }

    #[test]
    fn the_addresses_of_one_line_count_together() {
        let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_address: 2, ..Settings::default() });
        let now = Timestamp::UNIX_EPOCH;
        for (account, address) in [("a", "2001:db8::1"), ("b", "2001:db8::2")] {
            attempts.settle(&settings, now, account, address.parse().ok(), false).unwrap();
        }
        assert!(attempts.check(&settings, now, "c", "2001:db8::3".parse().ok()).is_err());
        assert!(attempts.check(&settings, now, "c", "2001:db8:0:1::3".parse().ok()).is_ok());
    }

    #[test]
    fn guesses_from_one_line_close_the_account_for_that_line_and_many_for_all() {
        let (attempts, settings) = (Attempts::default(), Settings::default());
        let now = Timestamp::UNIX_EPOCH;
        let line = |n: u8| Some(IpAddr::from([203, 0, 113, n]));
        for n in 1..=5 {
            assert!(attempts.check(&settings, now, ANA, line(99)).is_ok(), "{n}");
            for _ in 0..10 {
                attempts.settle(&settings, now, ANA, line(n), false).unwrap();
            }
            assert!(attempts.check(&settings, now, ANA, line(n)).is_err());
        }
        assert!(attempts.check(&settings, now, ANA, line(99)).is_err());
    }

    #[test]
    fn a_proof_clears_the_account_and_not_the_address() {
        let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_address: 15, ..Settings::default() });
        let (now, here) = (Timestamp::UNIX_EPOCH, Some(IpAddr::from([203, 0, 113, 7])));
        let user = UserId::from(uuid::Uuid::from_u128(1));
        for _ in 0..10 {
            attempts.settle(&settings, now, ANA, here, false).unwrap();
            attempts.settle(&settings, now, &user.to_string(), None, false).unwrap();
        }
        assert!(attempts.check(&settings, now, &user.to_string(), None).is_err());
        attempts.prove(ANA, user, here);
        assert!(attempts.check(&settings, now, &user.to_string(), None).is_ok());
        for _ in 0..5 {
            attempts.settle(&settings, now, ANA, here, false).unwrap();
        }
        assert!(attempts.check(&settings, now, "b@people.example", here).is_err());
    }

    #[test]
    fn a_proof_elsewhere_counts_for_windows_that_began_before_it() {
        let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_account: 1, ..Settings::default() });
        let now = Timestamp::UNIX_EPOCH;
        attempts.settle(&settings, now, ANA, None, false).unwrap();
        attempts.forget_before(ANA, None, now);
        assert!(attempts.check(&settings, now, ANA, None).is_err());
        attempts.forget_before(ANA, None, now + SignedDuration::from_secs(1));
        assert!(attempts.check(&settings, now, ANA, None).is_ok());
    }

    #[test]
    fn what_was_counted_last_is_forgotten_last() {
        let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_account: 2, ..Settings::default() });
        let now = Timestamp::UNIX_EPOCH;
        attempts.settle(&settings, now, ANA, None, false).unwrap();
        // Each account has two keys.
        let others = |from: usize| {
            (from..from + MOST_KEYS / 2).for_each(|n| attempts.settle(&settings, now, &n.to_string(), None, false).unwrap())
        };
        others(0);
        attempts.settle(&settings, now, ANA, None, false).unwrap();
        assert!(attempts.check(&settings, now, ANA, None).is_err());
        others(MOST_KEYS);
        assert!(attempts.check(&settings, now, ANA, None).is_err());
        others(2 * MOST_KEYS);
        let windows = attempts.lock();
        assert!(windows.younger.len() + windows.older.len() <= 2 * MOST_KEYS);
    }
}
