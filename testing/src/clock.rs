//! A clock that a test sets.

use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use std::sync::Mutex;

/// Stands still until it is told to move.
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

    /// Moves it on.
    ///
    /// # Panics
    /// When another test thread panicked while it moved the clock.
    pub fn advance(&self, time: SignedDuration) {
        *self.now.lock().expect("no panic while the clock is moved") += time;
    }

    /// Sets it.
    ///
    /// # Panics
    /// When another test thread panicked while it moved the clock.
    pub fn set(&self, now: Timestamp) {
        *self.now.lock().expect("no panic while the clock is moved") = now;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().expect("no panic while the clock is moved")
    }
}
