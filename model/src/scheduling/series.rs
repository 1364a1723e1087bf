//! Series of visits: at which dates they are, and how a page shows them.
//!
//! A series keeps the time of the clinic's clock: a visit at 10:00 is at 10:00 also after the clock has changed.

use super::{AppointmentState, SlotReason, views::AppointmentCard};
use crate::{
    errors::{FieldError, FieldFault, Range},
    ids::{AppointmentId, SeriesId},
};
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// How many visits a series has at most.
const MOST_VISITS: usize = 52;
/// How many visits a series has at least.
const LEAST_VISITS: usize = 2;
/// By how many weeks the visits of a series are apart at most.
const MOST_WEEKS_APART: i64 = 12;
/// The last visit of a series is at most this many days after the first one.
const MOST_DAYS: i32 = 363;

/// How a series repeats, as it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesRule {
    weeks: i64,
    end: SeriesEnd,
}

/// When a series ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SeriesEnd {
    /// After this many visits.
    Times(i64),
    /// With the last visit on or before this date of the clinic.
    Until(Date),
}

/// One date of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesTime {
    /// The time of the clinic's clock.
    pub local: DateTime,
    /// The instant; `None` if the clock goes forward over this time.
    pub at: Option<Timestamp>,
}

impl SeriesRule {
    /// A rule for a series whose first visit is on `first`, a date of the clinic: every so many weeks, so many times or until a date. With neither or both of them, `times`
    /// is wrong.
    ///
    /// # Errors
    /// The wrong fields: `every_weeks`, `times`, `until`, each with its limits.
    pub fn new(every_weeks: i64, times: Option<i64>, until: Option<Date>, first: Date) -> Result<Self, Vec<FieldError>> {
        let weeks = within(every_weeks, 1, MOST_WEEKS_APART).map_err(|fault| vec![FieldError::new("every_weeks", fault)])?;
        let end = match (times, until) {
            (Some(times), None) => {
                let most = i64::from(MOST_DAYS) / (7 * weeks) + 1;
                let times = within(times, 2, most).map_err(|fault| vec![FieldError::new("times", fault)])?;
                SeriesEnd::Times(times)
            }
            (None, Some(until)) => {
                let (least, most) = (first.saturating_add((7 * weeks).days()), first.saturating_add(MOST_DAYS.days()));
                let fault = if until < least {
                    Some(FieldFault::TooSmall(Range::dates(least, most)))
                } else if until > most {
                    Some(FieldFault::TooLarge(Range::dates(least, most)))
                } else {
                    None
                };
                match fault {
                    Some(fault) => return Err(vec![FieldError::new("until", fault)]),
                    None => SeriesEnd::Until(until),
                }
            }
            (None, None) => return Err(vec![FieldError::new("times", FieldFault::Missing)]),
            (Some(_), Some(_)) => return Err(vec![FieldError::new("times", FieldFault::UnknownChoice)]),
        };
        Ok(Self { weeks, end })
    }

    /// The dates of a series that begins with a visit at `first`, in order, each at the same time of the clinic's clock. Of a time that the clock shows twice, the instant
    /// with the offset of the first visit is meant, and if neither has it, the earlier one.
    #[must_use]
    pub fn dates(self, first: Timestamp, zone: &TimeZone) -> Vec<SeriesTime> {
        let offset = zone.to_offset(first);
        let begin = zone.to_datetime(first);
        let mut found = vec![SeriesTime { local: begin, at: Some(first) }];
        for place in 1..MOST_VISITS {
            let step = i64::try_from(place).unwrap_or(i64::MAX).saturating_mul(self.weeks);
            let Ok(local) = begin.checked_add(step.weeks()) else { break };
            let is_over = match self.end {
                SeriesEnd::Times(times) => i64::try_from(place).is_ok_and(|place| place >= times),
                SeriesEnd::Until(until) => local.date() > until,
            };
            if is_over {
                break;
            }
            let meant = match zone.to_ambiguous_timestamp(local).offset() {
                AmbiguousOffset::Unambiguous { offset } => Some(offset),
                AmbiguousOffset::Gap { .. } => None,
                AmbiguousOffset::Fold { after, .. } if after == offset => Some(after),
                AmbiguousOffset::Fold { before, .. } => Some(before),
            };
            found.push(SeriesTime { local, at: meant.and_then(|offset| offset.to_timestamp(local).ok()) });
        }
        found
    }
}

fn within(number: i64, least: i64, most: i64) -> Result<i64, FieldFault> {
    if number < least {
        Err(FieldFault::TooSmall(Range::numbers(least, most)))
    } else if number > most {
        Err(FieldFault::TooLarge(Range::numbers(least, most)))
    } else {
        Ok(number)
    }
}

/// The times of a series that was put together by hand, in order.
///
/// # Errors
/// `TooSmall` for fewer than two different times, `TooMany`; `TooLarge` when the last one is more than a year after the first one.
pub fn series_times(starts: &[Timestamp]) -> Result<Vec<Timestamp>, FieldFault> {
    let (least, most) = (i64::try_from(LEAST_VISITS).unwrap_or(2), i64::try_from(MOST_VISITS).unwrap_or(52));
    let mut times = starts.to_vec();
    times.sort_unstable();
    times.dedup();
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Err(FieldFault::Missing) };
    if times.len() < LEAST_VISITS {
        return Err(FieldFault::TooSmall(Range::numbers(least, most)));
    }
    if times.len() > MOST_VISITS {
        return Err(FieldFault::too_many(MOST_VISITS));
    }
    // A date may have been replaced by one that is some days later.
    let longest = SignedDuration::from_hours(24 * 366);
    if last.duration_since(*first) > longest {
        return Err(FieldFault::TooLarge(Range::numbers(least, most)));
    }
    Ok(times)
}

/// One date of a series, and whether it can be booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesDate {
    /// The time of the clinic's clock.
    pub local: DateTime,
    /// The instant; none if the clock goes forward over this time.
    pub start: Option<Timestamp>,
    /// Why it cannot be booked; none if it can.
    pub reason: Option<SlotReason>,
    /// Free times near it, in order; none if it can be booked.
    pub nearest: Vec<Timestamp>,
}

/// The dates of a series before it is booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesPreview {
    /// The dates, in order.
    pub dates: Vec<SeriesDate>,
    /// The IANA time zone of the clinic.
    pub time_zone: String,
}

impl SeriesPreview {
    /// Whether all dates can be booked.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.dates.iter().all(|date| date.reason.is_none())
    }
}

/// The place of an appointment in its series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesPlace {
    /// The series.
    pub series: SeriesId,
    /// The place, from one.
    pub place: i16,
    /// How many visits were booked in the series.
    pub size: i16,
}

/// What an appointment says about its series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppointmentSeries {
    /// Its place.
    pub place: SeriesPlace,
    /// All visits of the series, by their places, cancelled ones included.
    pub visits: Vec<SeriesVisit>,
}

/// A visit of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesVisit {
    /// The appointment.
    pub id: AppointmentId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// Its state.
    pub state: AppointmentState,
}

/// A booked series.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesView {
    /// The series.
    pub id: SeriesId,
    /// Its appointments in the order of their places, cancelled ones included.
    pub appointments: Vec<AppointmentCard>,
    /// Whether the caller can cancel at least one of them now.
    pub can_cancel: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn starts(zone: &str, first: &str, weeks: i64, times: i64) -> Vec<String> {
        let zone = jiff::tz::db().get(zone).expect("a zone");
        let begins = zone.to_datetime(at(first)).date();
        let rule = SeriesRule::new(weeks, Some(times), None, begins).expect("a rule");
        let shown = |time: SeriesTime| time.at.map_or_else(|| "none".to_owned(), |at| at.to_string());
        rule.dates(at(first), &zone).into_iter().map(shown).collect()
    }

    #[test]
    fn the_clock_of_the_clinic_decides_when_it_changes() {
        let london = starts("Europe/London", "2026-10-19T09:00:00Z", 1, 3);
        assert_eq!(london, ["2026-10-19T09:00:00Z", "2026-10-26T10:00:00Z", "2026-11-02T10:00:00Z"]);
        let every_second = starts("America/New_York", "2027-03-04T14:00:00Z", 2, 2);
        assert_eq!(every_second, ["2027-03-04T14:00:00Z", "2027-03-18T13:00:00Z"]);
    }

    #[test]
    fn a_time_that_the_clock_skips_has_no_instant_and_one_that_it_repeats_has_one() {
        // On 28 March 2027 the clock in London goes from 01:00 to 02:00.
        let skipped = starts("Europe/London", "2027-03-21T01:30:00Z", 1, 3);
        assert_eq!(skipped, ["2027-03-21T01:30:00Z", "none", "2027-04-04T00:30:00Z"]);
        // On 25 October 2026 it goes from 02:00 back to 01:00; the series began in summer time.
        let repeated = starts("Europe/London", "2026-10-18T00:30:00Z", 1, 2);
        assert_eq!(repeated, ["2026-10-18T00:30:00Z", "2026-10-25T00:30:00Z"]);
    }

    #[test]
    fn a_series_ends_on_its_last_date() {
        let first = date(2026, 11, 24);
        let rule = SeriesRule::new(1, None, Some(date(2026, 12, 8)), first).expect("a rule");
        assert_eq!(rule.dates(at("2026-11-24T10:00:00Z"), &TimeZone::UTC).len(), 3);
        let rule = SeriesRule::new(1, None, Some(date(2026, 12, 7)), first).expect("a rule");
        assert_eq!(rule.dates(at("2026-11-24T10:00:00Z"), &TimeZone::UTC).len(), 2);
        let longest = SeriesRule::new(1, None, Some(date(2027, 11, 22)), first).expect("a rule");
        assert_eq!(longest.dates(at("2026-11-24T10:00:00Z"), &TimeZone::UTC).len(), MOST_VISITS);
    }

    #[test]
    fn wrong_rules_are_named_with_their_limits() {
        let first = date(2026, 11, 24);
        let wrong = |weeks, times, until| SeriesRule::new(weeks, times, until, first).expect_err("wrong");
        assert_eq!(wrong(0, Some(2), None), [FieldError::new("every_weeks", FieldFault::TooSmall(Range::numbers(1, 12)))]);
        assert_eq!(wrong(13, Some(2), None), [FieldError::new("every_weeks", FieldFault::TooLarge(Range::numbers(1, 12)))]);
        assert_eq!(wrong(1, Some(1), None), [FieldError::new("times", FieldFault::TooSmall(Range::numbers(2, 52)))]);
        assert_eq!(wrong(1, Some(53), None), [FieldError::new("times", FieldFault::TooLarge(Range::numbers(2, 52)))]);
        assert_eq!(wrong(12, Some(6), None), [FieldError::new("times", FieldFault::TooLarge(Range::numbers(2, 5)))]);
        assert_eq!(wrong(1, None, None), [FieldError::new("times", FieldFault::Missing)]);
        let dates = Range::dates(date(2026, 12, 8), date(2027, 11, 22));
        assert_eq!(wrong(2, None, Some(date(2026, 12, 7))), [FieldError::new("until", FieldFault::TooSmall(dates))]);
        assert_eq!(wrong(2, None, Some(date(2027, 11, 23))), [FieldError::new("until", FieldFault::TooLarge(dates))]);
    }

    #[test]
    fn times_put_together_by_hand_are_two_to_fifty_two_within_a_year() {
        let first = at("2026-11-24T10:00:00Z");
        let weeks = |count: i64| (0..count).map(|n| first + SignedDuration::from_hours(7 * 24 * n)).collect::<Vec<_>>();
        assert_eq!(series_times(&[]), Err(FieldFault::Missing));
        assert_eq!(series_times(&[first, first]), Err(FieldFault::TooSmall(Range::numbers(2, 52))));
        assert_eq!(series_times(&weeks(53)), Err(FieldFault::TooMany(52)));
        assert_eq!(series_times(&weeks(52)).map(|times| times.len()), Ok(52));
        let turned = [first + SignedDuration::from_hours(24), first];
        assert_eq!(series_times(&turned), Ok(vec![turned[1], turned[0]]));
        assert!(series_times(&[first, first + SignedDuration::from_hours(24 * 400)]).is_err());
    }
}
