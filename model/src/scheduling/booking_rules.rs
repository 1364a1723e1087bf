//! What a doctor decides about how they are booked.

use crate::{
    errors::{FieldFault, Range},
    text::machine_form,
};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// How patients book a doctor, as the doctor edits it. Each visit type may have other buffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingRules {
    /// The version that a change must name: that of the doctor.
    pub version: i32,
    /// Minutes that the doctor needs before a visit.
    pub buffer_before_mins: u16,
    /// Minutes that the doctor needs after a visit.
    pub buffer_after_mins: u16,
    /// How many minutes ahead a patient must book.
    pub notice_mins: u16,
    /// How many days ahead a patient may book.
    pub horizon_days: u16,
    /// The largest number of visits on a day; none: any number.
    pub most_per_day: Option<u16>,
}

impl BookingRules {
    /// The possible buffers, in minutes.
    pub const BUFFER_MINS: RangeInclusive<u16> = 0..=120;
    /// The possible notices, in minutes: up to two weeks.
    pub const NOTICE_MINS: RangeInclusive<u16> = 0..=20_160;
    /// The possible horizons, in days.
    pub const HORIZON_DAYS: RangeInclusive<u16> = 1..=366;
    /// The possible numbers of visits on a day.
    pub const MOST_PER_DAY: RangeInclusive<u16> = 1..=100;
}

/// Parses a whole number within a range, in the digits of any script; `None` when nothing was typed.
///
/// # Errors
/// `Malformed`; `TooSmall` and `TooLarge` with the limits.
pub fn number_within(text: &str, range: RangeInclusive<u16>) -> Result<Option<u16>, FieldFault> {
    let text = machine_form(text);
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() > 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::Malformed);
    }
    let limits = || Range::numbers(i64::from(*range.start()), i64::from(*range.end()));
    match text.parse::<u16>() {
        Ok(number) if number < *range.start() => Err(FieldFault::TooSmall(limits())),
        Ok(number) if range.contains(&number) => Ok(Some(number)),
        Ok(_) | Err(_) => Err(FieldFault::TooLarge(limits())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_within_its_limits() {
        let number = |text| number_within(text, BookingRules::HORIZON_DAYS);
        assert_eq!(number(" "), Ok(None));
        assert_eq!(number("٦٠"), Ok(Some(60)));
        assert_eq!(number("0"), Err(FieldFault::TooSmall(Range::numbers(1, 366))));
        for text in ["367", "99999"] {
            assert_eq!(number(text), Err(FieldFault::TooLarge(Range::numbers(1, 366))), "{text}");
        }
        for text in ["-1", "1.5", "many", "123456789"] {
            assert_eq!(number(text), Err(FieldFault::Malformed), "{text}");
        }
    }
}
