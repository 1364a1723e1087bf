//! A doctor's rules for booking.

use super::TimeRange;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU16;

/// How slots are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BookingPolicy {
    /// How long a visit lasts.
    pub length_mins: NonZeroU16,
    /// Minutes from the start of one slot to the start of the next. A step shorter than the length acts like the next multiple that is long enough.
    pub step_mins: NonZeroU16,
    /// Minutes that the doctor needs before a visit.
    pub buffer_before_mins: u16,
    /// Minutes that the doctor needs after a visit.
    pub buffer_after_mins: u16,
    /// How many minutes ahead a patient must book.
    pub notice_mins: u32,
    /// How many days ahead a patient may book, counted in dates of the clinic; 0 means today only.
    pub horizon_days: u16,
    /// The largest number of visits that begin on one date of the clinic; none: any number.
    pub most_per_day: Option<NonZeroU16>,
}

impl BookingPolicy {
    /// Visits of this length one after the other, with one hour's notice and a horizon of sixty days.
    #[must_use]
    pub const fn of_length(length_mins: NonZeroU16) -> Self {
        Self {
            length_mins,
            step_mins: length_mins,
            buffer_before_mins: 0,
            buffer_after_mins: 0,
            notice_mins: 60,
            horizon_days: 60,
            most_per_day: None,
        }
    }

    /// The same policy for visits of another length. The step includes the buffers, so that a booked visit never makes the time after the next one
    /// unavailable.
    #[must_use]
    pub const fn with_length(self, length_mins: NonZeroU16) -> Self {
        let step_mins = length_mins.saturating_add(self.buffer_before_mins).saturating_add(self.buffer_after_mins);
        Self { length_mins, step_mins, ..self }
    }

    /// The same policy with other buffers. The length is set after it ([`Self::with_length`]).
    #[must_use]
    pub const fn with_buffers(self, before_mins: u16, after_mins: u16) -> Self {
        Self { buffer_before_mins: before_mins, buffer_after_mins: after_mins, ..self }
    }

    /// The range of the doctor's time that a visit takes, including the buffers. The visit's reservation has this range.
    #[must_use]
    pub fn doctor_range(&self, visit: TimeRange) -> TimeRange {
        let start = visit.start().checked_sub(minutes(self.buffer_before_mins.into())).unwrap_or(Timestamp::MIN);
        let end = visit.end().checked_add(minutes(self.buffer_after_mins.into())).unwrap_or(Timestamp::MAX);
        TimeRange::new(start, end).unwrap_or(visit)
    }
}

impl Default for BookingPolicy {
    /// Visits of half an hour.
    fn default() -> Self {
        const HALF_AN_HOUR: NonZeroU16 = match NonZeroU16::new(30) {
            Some(minutes) => minutes,
            None => NonZeroU16::MIN,
        };
        Self::of_length(HALF_AN_HOUR)
    }
}

/// A duration of `count` minutes.
pub(super) const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_secs(60 * count)
}
