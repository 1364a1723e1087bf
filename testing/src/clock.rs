//! A clock for tests.

use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use std::sync::Mutex;

/// A clock that stands still until the test moves it.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Timestamp>,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { now: Mutex::new(now) }
    }

    /// Moves the clock forward.
    ///
    /// # Panics
    /// When another test thread panicked while it moved the clock.
    pub fn advance(&self, time: SignedDuration) {
        *self.now.lock().expect("no thread panics while it holds the lock") += time;
    }

    /// Sets the clock.
    ///
    /// # Panics
    /// When another test thread panicked while it moved the clock.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().expect("no thread panics while it holds the lock") = now;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().expect("no thread panics while it holds the lock")
    }
}
