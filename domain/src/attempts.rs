//! Limits on attempts: on passwords, per account and per address, and on mails requested without signing in. Attempts are counted within a window of
//! time, in this process.
//!
//! Only wrong passwords count, so that a clinic behind one address is not locked out by normal use. Guesses lock the account for the address that
//! they come from, and for all addresses only after many more. When the owner proves that the account is theirs (by a sign-in, a link from the
//! mailbox, the password typed again), the counts start from zero: [`Attempts::prove`]. A browser in which the owner has signed in before has a
//! count of its own, so that guesses from elsewhere never lock it out. Each copy of the server tells the others what it has counted ([`AttemptNews`]), so that
//! all of them count together. What is lost on the way is not counted elsewhere; before it refuses, `identity` looks in the database for a proof that another copy saw.

use crate::{
    Error, Result,
    access::{Access, Device, line_of},
    settings::Settings,
    vault::sha256,
};
use jiff::{SignedDuration, Timestamp};
use model::{errors::Code, identity::EmailAddress, ids::UserId};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    mem,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};
use tokio::sync::broadcast;

/// With more than twice this many keys, those that were counted longest ago are forgotten.
const MOST_KEYS: usize = 100_000;

const MAILS_WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// Codes that one account may send to phones within an hour.
const TEXTS_PER_ACCOUNT: u32 = 5;
/// Codes that may be sent to phones from one address within an hour; all users of a clinic may share one.
const TEXTS_PER_ADDRESS: u32 = 50;

/// How much news is remembered for a receiver that is slow; what it misses is not counted elsewhere.
const NEWS_REMEMBERED: usize = 1_024;

/// What is counted.
#[derive(Debug)]
enum Key {
    /// One account, tried from one line; `None` when there is no address, as when a signed-in user types the password again.
    AccountFrom(String, Option<IpAddr>),
    /// One account, from anywhere.
    Account(String),
    /// One account, in a browser in which its owner has signed in before.
    AccountOn(String, Device),
    Address(IpAddr),
    MailTo(String),
    MailsFrom(IpAddr),
    TextsOf(UserId),
    TextsFrom(IpAddr),
}

impl Key {
    /// The name under which it is counted: a hash, so that addresses of people are neither kept nor told.
    fn name(&self) -> Name {
        let line = |line: &IpAddr| line.to_string();
        let hash = match self {
            Self::AccountFrom(account, from) => {
                sha256(&[b"account from ", from.as_ref().map_or_else(String::new, line).as_bytes(), b" ", account.as_bytes()])
            }
            Self::Account(account) => sha256(&[b"account ", account.as_bytes()]),
            Self::AccountOn(account, device) => sha256(&[b"account on ", device.hash(), account.as_bytes()]),
            Self::Address(from) => sha256(&[b"address ", line(from).as_bytes()]),
            Self::MailTo(address) => sha256(&[b"mail to ", address.as_bytes()]),
            Self::MailsFrom(from) => sha256(&[b"mails from ", line(from).as_bytes()]),
            Self::TextsOf(user) => sha256(&[b"texts of ", user.uuid().as_bytes()]),
            Self::TextsFrom(from) => sha256(&[b"texts from ", line(from).as_bytes()]),
        };
        let half = |from: usize| hash[from..from + 8].iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
        Name([half(0), half(8)])
    }
}

/// The name of something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Name([u64; 2]);

/// What one copy of the server has counted or forgotten, for the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttemptNews {
    /// One more attempt for each of these names.
    Counted {
        /// The names.
        names: Vec<Name>,
        /// The length of the window in which it counts.
        window_secs: i64,
    },
    /// The attempts for these names do not count any more.
    Forgotten {
        /// The names.
        names: Vec<Name>,
    },
}

/// Where a password is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whence {
    /// In a browser in which the owner of the account has signed in before.
    Known(Device),
    /// At this address; `None` when it is not known, or does not matter.
    Line(Option<IpAddr>),
}

/// A name, how often it may be counted within a window, and the length of the window.
type Limit = (Name, u32, SignedDuration);

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    count: u32,
}

/// The counts of attempts.
#[derive(Debug)]
pub(crate) struct Attempts {
    windows: Mutex<Windows>,
    news: broadcast::Sender<AttemptNews>,
}

impl Default for Attempts {
    fn default() -> Self {
        Self { windows: Mutex::default(), news: broadcast::Sender::new(NEWS_REMEMBERED) }
    }
}

impl Attempts {
    /// What is counted and forgotten here from now on.
    pub(crate) fn news(&self) -> broadcast::Receiver<AttemptNews> {
        self.news.subscribe()
    }

    /// Counts and forgets what another copy of the server has.
    pub(crate) fn hear(&self, now: Timestamp, news: AttemptNews) {
        let mut windows = self.lock();
        match news {
            AttemptNews::Counted { names, window_secs } => {
                let length = SignedDuration::from_secs(window_secs);
                windows.count(now, &names.into_iter().map(|name| (name, 0, length)).collect::<Vec<_>>());
            }
            AttemptNews::Forgotten { names } => names.iter().for_each(|name| windows.remove(name)),
        }
    }

    fn tell(&self, news: AttemptNews) {
        // Nobody listens in a command.
        let _ = self.news.send(news);
    }

    fn tell_counted(&self, limits: &[Limit]) {
        // The windows of what is counted together are equally long.
        if let Some((_, _, length)) = limits.first() {
            let names = limits.iter().map(|(name, ..)| *name).collect();
            self.tell(AttemptNews::Counted { names, window_secs: length.as_secs() });
        }
    }

    /// Checks whether another password may be tried. Call it before hashing; [`Attempts::settle`] counts the attempt.
    ///
    /// # Errors
    /// `request.rate_limited`, with the time until the next try.
    pub(crate) fn check(&self, settings: &Settings, now: Timestamp, account: &str, whence: Whence) -> Result<()> {
        self.lock().room(now, &passwords(settings, account, whence))
    }

    /// Checks whether the result may be returned, and counts the attempt when the password was wrong. Of many simultaneous attempts, no more than
    /// the limit get a result; the others are refused even if their password is right.
    ///
    /// # Errors
    /// `request.rate_limited`, with the time until the next try.
    pub(crate) fn settle(&self, settings: &Settings, now: Timestamp, account: &str, whence: Whence, right: bool) -> Result<()> {
        let limits = passwords(settings, account, whence);
        let mut windows = self.lock();
        windows.room(now, &limits)?;
        if !right {
            windows.count(now, &limits);
            self.tell_counted(&limits);
        }
        Ok(())
    }

    /// Records that the owner has proved, with this request, that the account is theirs: its failures no longer count, neither those of signing in
    /// (`email_key`) nor those of typing the password again (`user`). Failures of the address with other accounts stay; otherwise a stranger could
    /// clear them with an account of their own and try forever.
    pub(crate) fn prove(&self, email_key: &str, user: UserId, access: &Access) {
        let mut names: Vec<Name> =
            account_names(email_key, access.address).into_iter().chain(account_names(&user.to_string(), None)).collect();
        names.extend(access.device.map(|device| Key::AccountOn(email_key.to_owned(), device).name()));
        let mut windows = self.lock();
        names.iter().for_each(|name| windows.remove(name));
        self.tell(AttemptNews::Forgotten { names });
    }

    /// Forgets the failures of an account in windows that began before `proved_at`.
    pub(crate) fn forget_before(&self, account: &str, whence: Whence, proved_at: Timestamp) {
        let mut windows = self.lock();
        let names = match whence {
            Whence::Known(device) => vec![Key::AccountOn(account.to_owned(), device).name()],
            Whence::Line(address) => account_names(account, address).to_vec(),
        };
        for name in names {
            if windows.get(&name).is_some_and(|window| window.began < proved_at) {
                windows.remove(&name);
            }
        }
    }

    /// Counts a requested mail, whether there is such an account or not.
    ///
    /// # Errors
    /// `request.rate_limited`, with the time until the next try.
    pub(crate) fn mail(&self, settings: &Settings, now: Timestamp, to: &EmailAddress, from: Option<IpAddr>) -> Result<()> {
        let mut limits = vec![(Key::MailTo(to.key().to_owned()).name(), settings.mails_per_account_per_hour, MAILS_WINDOW)];
        limits.extend(from.map(|from| (Key::MailsFrom(line_of(from)).name(), settings.mails_per_address_per_hour, MAILS_WINDOW)));
        let mut windows = self.lock();
        windows.room(now, &limits)?;
        windows.count(now, &limits);
        self.tell_counted(&limits);
        Ok(())
    }

    /// Counts a code that a signed-in user sends to a phone.
    ///
    /// # Errors
    /// `request.rate_limited`, with the time until the next try.
    pub(crate) fn text(&self, now: Timestamp, user: UserId, from: Option<IpAddr>) -> Result<()> {
        let mut limits = vec![(Key::TextsOf(user).name(), TEXTS_PER_ACCOUNT, MAILS_WINDOW)];
        limits.extend(from.map(|from| (Key::TextsFrom(line_of(from)).name(), TEXTS_PER_ADDRESS, MAILS_WINDOW)));
        let mut windows = self.lock();
        windows.room(now, &limits)?;
        windows.count(now, &limits);
        self.tell_counted(&limits);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Windows> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn passwords(settings: &Settings, account: &str, whence: Whence) -> Vec<Limit> {
    let length = SignedDuration::from_secs(settings.failed_sign_ins_window_secs);
    let address = match whence {
        // Guesses from elsewhere do not count here, and those from here count nowhere else.
        Whence::Known(device) => {
            return vec![(Key::AccountOn(account.to_owned(), device).name(), settings.failed_sign_ins_per_account, length)];
        }
        Whence::Line(address) => address,
    };
    let [from_here, in_all] = account_names(account, address);
    let mut limits = vec![
        (from_here, settings.failed_sign_ins_per_account, length),
        (in_all, settings.failed_sign_ins_per_account_in_all, length),
    ];
    limits.extend(address.map(|address| (Key::Address(line_of(address)).name(), settings.failed_sign_ins_per_address, length)));
    limits
}

fn account_names(account: &str, address: Option<IpAddr>) -> [Name; 2] {
    [Key::AccountFrom(account.to_owned(), address.map(line_of)).name(), Key::Account(account.to_owned()).name()]
}

/// Two generations of windows: a counted name moves to the younger one. When that is full, it replaces the older one, whose names are forgotten.
#[derive(Debug, Default)]
struct Windows {
    younger: HashMap<Name, Window>,
    older: HashMap<Name, Window>,
}

impl Windows {
    fn get(&self, name: &Name) -> Option<&Window> {
        self.younger.get(name).or_else(|| self.older.get(name))
    }

    fn remove(&mut self, name: &Name) {
        self.younger.remove(name);
        self.older.remove(name);
    }

    fn room(&self, now: Timestamp, limits: &[Limit]) -> Result<()> {
        for (name, most, length) in limits {
            let Some(window) = self.get(name) else { continue };
            let ends = window.began + *length;
            // A window that begins in the future was counted before the clock was set back.
            if window.count >= *most && ends > now && window.began <= now {
                let secs = u64::try_from(ends.duration_since(now).as_secs()).unwrap_or(0) + 1;
                return Err(Error::new(Code::RateLimited).retry_after(secs));
            }
        }
        Ok(())
    }

    fn count(&mut self, now: Timestamp, limits: &[Limit]) {
        for (name, _, length) in limits {
            if self.younger.len() >= MOST_KEYS {
                self.older = mem::take(&mut self.younger);
            }
            let fresh = Window { began: now, count: 0 };
            let before = self.older.remove(name).unwrap_or(fresh);
            let window = self.younger.entry(*name).or_insert(before);
            if window.began + *length <= now || window.began > now {
                *window = fresh;
            }
            window.count += 1;
        }
    }
}

#[cfg(test)]
mod tests;
