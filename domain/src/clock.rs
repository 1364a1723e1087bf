//! The current time, passed in by the caller.

use jiff::Timestamp;
use std::fmt;

/// Tells the current time. SQL never calls `now()`, so a test that sets this clock controls all times.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The current instant, to the microsecond (the precision of Postgres).
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where time enters")]
    fn now(&self) -> Timestamp {
        to_micros(Timestamp::now())
    }
}

/// Truncates an instant to microseconds, so that a value read back equals the value written.
#[must_use]
pub fn to_micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
