//! How a doctor offers time.

use super::TimeRange;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU16;

/// How times are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BookingPolicy {
    /// How long a visit lasts.
    pub length_mins: NonZeroU16,
    /// From the start of one slot to the start of the next. Shorter than the length gives the same as the next multiple that fits.
    pub step_mins: NonZeroU16,
    /// What the doctor needs before a visit.
    pub buffer_before_mins: u16,
    /// What the doctor needs after a visit.
    pub buffer_after_mins: u16,
    /// How long ahead a patient must book.
    pub notice_mins: u32,
    /// How many days ahead a patient may book, counted in the clinic's dates; 0 is today only.
    pub horizon_days: u16,
}

impl BookingPolicy {
    /// Visits of this length one after the other, an hour's notice, sixty days ahead.
    #[must_use]
    pub const fn of_length(length_mins: NonZeroU16) -> Self {
        Self {
            length_mins,
            step_mins: length_mins,
            buffer_before_mins: 0,
            buffer_after_mins: 0,
            notice_mins: 60,
            horizon_days: 60,
        }
    }

    /// The doctor's time that a visit binds: with the buffers. This is the range of its claim.
    #[must_use]
    pub fn doctor_range(&self, visit: TimeRange) -> TimeRange {
        let start = visit.start().checked_sub(minutes(self.buffer_before_mins.into())).unwrap_or(Timestamp::MIN);
        let end = visit.end().checked_add(minutes(self.buffer_after_mins.into())).unwrap_or(Timestamp::MAX);
        TimeRange::new(start, end).unwrap_or(visit)
    }
}

impl Default for BookingPolicy {
    /// Half an hour a visit.
    fn default() -> Self {
        const HALF_AN_HOUR: NonZeroU16 = match NonZeroU16::new(30) {
            Some(minutes) => minutes,
            None => NonZeroU16::MIN,
        };
        Self::of_length(HALF_AN_HOUR)
    }
}

/// So many minutes.
pub(super) const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_secs(60 * count)
}
