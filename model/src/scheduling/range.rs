//! Half-open ranges of instants.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A range from `start` (included) to `end` (not included); never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Bounds", into = "Bounds")]
pub struct TimeRange {
    start: Timestamp,
    end: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Bounds {
    start: Timestamp,
    end: Timestamp,
}

impl TryFrom<Bounds> for TimeRange {
    type Error = &'static str;

    fn try_from(bounds: Bounds) -> Result<Self, Self::Error> {
        Self::new(bounds.start, bounds.end).ok_or("a range ends after it starts")
    }
}

impl From<TimeRange> for Bounds {
    fn from(range: TimeRange) -> Self {
        Self { start: range.start, end: range.end }
    }
}

impl TimeRange {
    /// Creates a range; `None` when it would be empty or its end is before its start.
    #[must_use]
    pub fn new(start: Timestamp, end: Timestamp) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// The local days in `zone` from `first` to `last`, both included; `None` when they contain no time: `last` is before `first`, the
    /// zone skipped the day, or the calendar ends.
    #[must_use]
    pub fn of_days(first: Date, last: Date, zone: &TimeZone) -> Option<Self> {
        let start = first.to_zoned(zone.clone()).ok()?.timestamp();
        let end = last.tomorrow().ok()?.to_zoned(zone.clone()).ok()?.timestamp();
        Self::new(start, end)
    }

    /// The first instant in the range.
    #[must_use]
    pub const fn start(self) -> Timestamp {
        self.start
    }

    /// The first instant after the range.
    #[must_use]
    pub const fn end(self) -> Timestamp {
        self.end
    }

    /// The length of the range.
    #[must_use]
    pub fn duration(self) -> SignedDuration {
        self.end.duration_since(self.start)
    }

    /// Whether the two ranges have an instant in common. Ranges that only touch do not overlap.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether the instant is in the range.
    #[must_use]
    pub fn contains(self, instant: Timestamp) -> bool {
        self.start <= instant && instant < self.end
    }

    /// Whether the other range lies completely in this one.
    #[must_use]
    pub fn encloses(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The part that is in both ranges.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end))
    }

    /// The parts of the range that none of the others covers, in order.
    #[must_use]
    pub fn without(self, others: &[Self]) -> Vec<Self> {
        let mut left = Vec::new();
        let mut from = self.start;
        for other in Self::joined(others).into_iter().filter(|other| other.overlaps(self)) {
            left.extend(Self::new(from, other.start));
            from = other.end;
        }
        left.extend(Self::new(from, self.end));
        left
    }

    /// The same instants as these ranges, in order; ranges that overlap or touch become one.
    #[must_use]
    pub fn joined(ranges: &[Self]) -> Vec<Self> {
        let mut sorted = ranges.to_vec();
        sorted.sort_unstable();
        let mut joined: Vec<Self> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match joined.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn range(start: i64, end: i64) -> TimeRange {
        let at = |second| Timestamp::from_second(second).expect("in range");
        TimeRange::new(at(start), at(end)).expect("not empty")
    }

    #[test]
    fn touching_ranges_do_not_overlap() {
        assert!(!range(0, 10).overlaps(range(10, 20)));
        assert!(range(0, 10).overlaps(range(9, 20)));
        assert!(range(0, 10).encloses(range(0, 10)));
        assert!(!range(0, 10).contains(range(10, 11).start()));
        assert_eq!(range(0, 10).intersection(range(5, 20)), Some(range(5, 10)));
        assert_eq!(range(0, 10).intersection(range(10, 20)), None);
        assert_eq!(TimeRange::new(range(5, 6).start(), range(5, 6).start()), None);
    }

    #[test]
    fn what_others_cover_is_left_out() {
        let others = [range(5, 10), range(20, 40), range(8, 12), range(50, 60)];
        assert_eq!(TimeRange::joined(&others), [range(5, 12), range(20, 40), range(50, 60)]);
        assert_eq!(range(0, 30).without(&others), [range(0, 5), range(12, 20)]);
        assert!(range(6, 11).without(&others).is_empty());
        assert_eq!(range(0, 5).without(&others), [range(0, 5)]);
        assert_eq!(TimeRange::joined(&[range(0, 10), range(10, 20)]), [range(0, 20)]);
    }

    #[test]
    fn a_day_of_a_clock_change_has_23_hours() {
        let london = jiff::tz::db().get("Europe/London").expect("a zone");
        let day = date(2026, 3, 29);
        let range = TimeRange::of_days(day, day, &london).expect("a range");
        assert_eq!(range.duration(), SignedDuration::from_hours(23));
        assert_eq!(TimeRange::of_days(day, date(2026, 3, 28), &london), None);
    }

    #[test]
    fn a_backward_range_is_refused_on_the_wire() {
        let json = serde_json::to_string(&range(0, 60)).expect("json");
        assert_eq!(json, r#"{"start":"1970-01-01T00:00:00Z","end":"1970-01-01T00:01:00Z"}"#);
        assert_eq!(serde_json::from_str::<TimeRange>(&json).expect("a range"), range(0, 60));
        assert!(serde_json::from_str::<TimeRange>(r#"{"start":"1970-01-01T00:01:00Z","end":"1970-01-01T00:00:00Z"}"#).is_err());
    }
}
