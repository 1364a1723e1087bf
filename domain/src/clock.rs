//! The present moment, handed in.

use jiff::Timestamp;
use std::fmt;

/// Tells the present moment. SQL never asks `now()`, so a test that sets this sets everything.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// The present instant, to the microsecond (what Postgres keeps).
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

/// Cuts an instant to the microsecond, so that what was written equals what is read.
#[must_use]
pub fn to_micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
