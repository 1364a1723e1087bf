//! The current time, passed in by the caller.

use jiff::Timestamp;
use std::{
    fmt,
    sync::OnceLock,
    time::{Duration, Instant},
};

/// Tells the current time. SQL never calls `now()`, so a test that sets this clock controls all times.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The current instant, to the microsecond (the precision of Postgres).
    fn now(&self) -> Timestamp;

    /// The time since some fixed moment of this process. It never goes back, also when the machine's clock is set. Limits count with it.
    fn elapsed(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters")]
    fn now(&self) -> Timestamp {
        to_micros(Timestamp::now())
    }

    fn elapsed(&self) -> Duration {
        static BEGAN: OnceLock<Instant> = OnceLock::new();
        BEGAN.get_or_init(Instant::now).elapsed()
    }
}

/// Truncates an instant to microseconds, so that a value read back equals the value written.
#[must_use]
pub fn to_micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
