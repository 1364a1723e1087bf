//! Working hours: local times on weekdays, and exceptions on single dates.

use super::spans::local_seconds;
use crate::errors::FieldFault;
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

/// A period from a local time to a later one on the same day, in whole minutes. An end of 00:00 is the end of the day.
///
/// Hours that cross midnight are two periods: one until 00:00, one from 00:00 on the next weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Times", into = "Times")]
pub struct LocalHours {
    start: Time,
    end: Time,
}

#[derive(Serialize, Deserialize)]
struct Times {
    start: Time,
    end: Time,
}

impl TryFrom<Times> for LocalHours {
    type Error = &'static str;

    fn try_from(times: Times) -> Result<Self, Self::Error> {
        Self::new(times.start, times.end).map_err(|_| "hours are whole minutes and end after they start")
    }
}

impl From<LocalHours> for Times {
    fn from(hours: LocalHours) -> Self {
        Self { start: hours.start, end: hours.end }
    }
}

impl LocalHours {
    /// Creates the hours of a day.
    ///
    /// # Errors
    /// `EndBeforeStart` when the end is not after the start; `Malformed` for times with seconds.
    pub fn new(start: Time, end: Time) -> Result<Self, FieldFault> {
        if [start, end].iter().any(|time| time.second() != 0 || time.subsec_nanosecond() != 0) {
            return Err(FieldFault::Malformed);
        }
        if end <= start && end != Time::midnight() {
            return Err(FieldFault::EndBeforeStart);
        }
        Ok(Self { start, end })
    }

    /// When the hours begin.
    #[must_use]
    pub const fn start(self) -> Time {
        self.start
    }

    /// When the hours end; 00:00 is the end of the day.
    #[must_use]
    pub const fn end(self) -> Time {
        self.end
    }

    /// The whole day, from 00:00 to 00:00.
    pub const WHOLE_DAY: Self = Self { start: Time::midnight(), end: Time::midnight() };

    /// How many minutes the clock shows between start and end.
    #[must_use]
    pub fn minutes(self) -> i32 {
        self.end_minute() - self.start_minute()
    }

    /// Whether the two periods have a time in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start_minute() < other.end_minute() && other.start_minute() < self.end_minute()
    }

    fn start_minute(self) -> i32 {
        minute_of_day(self.start)
    }

    fn end_minute(self) -> i32 {
        if self.end == Time::midnight() { 24 * 60 } else { minute_of_day(self.end) }
    }

    /// The start and end of the hours on a date, in the seconds of [`local_seconds`].
    pub(super) fn on(self, date: Date) -> Option<(i64, i64)> {
        let midnight = local_seconds(date.to_datetime(Time::midnight()))?;
        Some((midnight + 60 * i64::from(self.start_minute()), midnight + 60 * i64::from(self.end_minute())))
    }
}

fn minute_of_day(time: Time) -> i32 {
    i32::from(time.hour()) * 60 + i32::from(time.minute())
}

/// The weekly working hours of a doctor on one weekday, in the clinic's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HoursRule {
    /// The weekday; on the wire 1 (Monday) to 7 (Sunday), as in ISO 8601.
    #[serde(with = "iso_weekday")]
    pub weekday: Weekday,
    /// The hours.
    pub hours: LocalHours,
    /// The first date on which the rule applies; none: no first date.
    pub valid_from: Option<Date>,
    /// The last date on which the rule applies; none: no last date.
    pub valid_until: Option<Date>,
}

impl HoursRule {
    /// Whether the rule applies on a date.
    #[must_use]
    pub fn holds_on(&self, date: Date) -> bool {
        self.weekday == date.weekday()
            && self.valid_from.is_none_or(|first| first <= date)
            && self.valid_until.is_none_or(|last| date <= last)
    }

    /// Whether there is a date on which both rules apply and their hours overlap.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let first = self.valid_from.max(other.valid_from);
        let last = match (self.valid_until, other.valid_until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let in_force_together = match (first, last) {
            // The weekday must occur between the first and the last day.
            (Some(first), Some(last)) => {
                let wait =
                    i64::from((self.weekday.to_monday_zero_offset() - first.weekday().to_monday_zero_offset()).rem_euclid(7));
                first.until(last).is_ok_and(|span| i64::from(span.get_days()) >= wait)
            }
            (None, _) | (_, None) => true,
        };
        self.weekday == other.weekday && in_force_together && self.hours.overlaps(other.hours)
    }
}

/// Two weekly rules overlap; the fields are their indexes in the list that was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("rules {first} and {second} of the week overlap")]
pub struct HoursOverlap {
    /// The index of the earlier rule.
    pub first: usize,
    /// The index of the later rule.
    pub second: usize,
}

/// Checks that no two weekly rules overlap.
///
/// # Errors
/// The first two rules that overlap.
pub fn check_week(rules: &[HoursRule]) -> Result<(), HoursOverlap> {
    for (second, rule) in rules.iter().enumerate() {
        if let Some(first) = rules[..second].iter().position(|earlier| earlier.overlaps(rule)) {
            return Err(HoursOverlap { first, second });
        }
    }
    Ok(())
}

/// An exception to the weekly hours on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DayException {
    /// The date, in the clinic's time zone.
    pub date: Date,
    /// The kind of exception.
    pub kind: ExceptionKind,
}

/// The kinds of exceptions. Time off takes precedence over extra hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// The whole day is off.
    DayOff,
    /// The doctor does not work during these hours.
    Off {
        /// The hours.
        hours: LocalHours,
    },
    /// The doctor works during these hours in addition.
    Extra {
        /// The hours.
        hours: LocalHours,
    },
}

pub(super) mod iso_weekday {
    use jiff::civil::Weekday;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(in crate::scheduling) fn serialize<S: Serializer>(weekday: &Weekday, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i8(weekday.to_monday_one_offset())
    }

    pub(in crate::scheduling) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Weekday, D::Error> {
        Weekday::from_monday_one_offset(i8::deserialize(deserializer)?).map_err(|_| D::Error::custom("a weekday is 1 to 7"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn hours(start: i8, end: i8) -> LocalHours {
        LocalHours::new(time(start, 0, 0, 0), time(end, 0, 0, 0)).expect("hours")
    }

    fn rule(start: i8, end: i8, from: Option<Date>, until: Option<Date>) -> HoursRule {
        HoursRule { weekday: Weekday::Tuesday, hours: hours(start, end), valid_from: from, valid_until: until }
    }

    #[test]
    fn hours_end_after_they_start_and_midnight_ends_a_day() {
        assert_eq!(LocalHours::new(time(9, 0, 0, 0), time(9, 0, 0, 0)), Err(FieldFault::EndBeforeStart));
        assert_eq!(LocalHours::new(time(22, 0, 0, 0), time(2, 0, 0, 0)), Err(FieldFault::EndBeforeStart));
        assert_eq!(LocalHours::new(time(9, 0, 30, 0), time(10, 0, 0, 0)), Err(FieldFault::Malformed));
        assert!(hours(22, 0).overlaps(hours(23, 0)));
        assert!(!hours(9, 12).overlaps(hours(12, 14)));
        assert_eq!((hours(9, 12).minutes(), hours(22, 0).minutes(), LocalHours::WHOLE_DAY.minutes()), (180, 120, 24 * 60));
    }

    #[test]
    fn rules_of_one_weekday_may_follow_each_other_but_not_overlap() {
        let all = (None, None);
        assert_eq!(check_week(&[rule(9, 12, all.0, all.1), rule(12, 17, all.0, all.1)]), Ok(()));
        assert_eq!(
            check_week(&[rule(9, 12, all.0, all.1), rule(13, 17, all.0, all.1), rule(11, 14, all.0, all.1)]),
            Err(HoursOverlap { first: 0, second: 2 })
        );
        let other_day = HoursRule { weekday: Weekday::Friday, ..rule(9, 12, None, None) };
        assert_eq!(check_week(&[rule(9, 12, None, None), other_day]), Ok(()));
    }

    #[test]
    fn rules_overlap_only_when_their_weekday_comes_while_both_hold() {
        let summer = rule(9, 12, None, Some(date(2026, 9, 30)));
        let autumn = rule(9, 12, Some(date(2026, 10, 1)), None);
        assert!(!summer.overlaps(&autumn));
        // From Wednesday 30 September to Monday 5 October there is no Tuesday; on the 6th there is.
        let from = Some(date(2026, 9, 30));
        assert!(!rule(9, 12, None, Some(date(2026, 10, 5))).overlaps(&rule(9, 12, from, None)));
        assert!(rule(9, 12, None, Some(date(2026, 10, 6))).overlaps(&rule(9, 12, from, None)));
    }

    #[test]
    fn a_rule_reads_back_with_its_weekday_as_a_number() {
        let json = serde_json::to_string(&rule(9, 0, None, None)).expect("json");
        assert_eq!(json, r#"{"weekday":2,"hours":{"start":"09:00:00","end":"00:00:00"},"valid_from":null,"valid_until":null}"#);
        assert_eq!(serde_json::from_str::<HoursRule>(&json).expect("a rule"), rule(9, 0, None, None));
        assert!(serde_json::from_str::<HoursRule>(&json.replace(":2,", ":8,")).is_err());
    }
}
