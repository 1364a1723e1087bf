//! A clock for tests.

use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use std::{
    sync::{Mutex, MutexGuard},
    time::Duration,
};

/// A clock that stands still until the test moves it.
#[derive(Debug)]
pub struct ManualClock {
    shown: Mutex<Shown>,
}

#[derive(Debug)]
struct Shown {
    now: Timestamp,
    elapsed: Duration,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { shown: Mutex::new(Shown { now, elapsed: Duration::ZERO }) }
    }

    /// Lets time pass.
    ///
    /// # Panics
    /// When another test thread panicked while it moved the clock.
    pub fn advance(&self, time: SignedDuration) {
        let mut shown = self.shown();
        shown.now += time;
        shown.elapsed += time.unsigned_abs();
    }

    /// Sets the clock, as an operator would: no time passes.
    ///
    /// # Panics
    /// When another test thread panicked while it moved the clock.
    pub fn set(&self, now: Timestamp) {
        self.shown().now = now;
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().expect("no thread panics while it holds the lock")
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.shown().now
    }

    fn elapsed(&self) -> Duration {
        self.shown().elapsed
    }
}
