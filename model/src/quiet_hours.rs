//! The hours in which a person wants to be left alone.

use crate::errors::FieldFault;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Time, tz::TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Minutes in an hour.
const HOUR: i16 = 60;

/// A time of the day, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayMinute(i16);

impl DayMinute {
    /// The time that is this many minutes after midnight; `None` when no day has so many.
    #[must_use]
    pub const fn of(minutes: i16) -> Option<Self> {
        if minutes >= 0 && minutes < 24 * HOUR { Some(Self(minutes)) } else { None }
    }

    /// Parses a time like `22:30`.
    ///
    /// # Errors
    /// `Missing`, `Malformed`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        let (hours, minutes) = text.split_once(':').ok_or(FieldFault::Malformed)?;
        let number = |part: &str| match part.as_bytes() {
            [tens, ones] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
                Ok(i16::from(tens - b'0') * 10 + i16::from(ones - b'0'))
            }
            _ => Err(FieldFault::Malformed),
        };
        let (hours, minutes) = (number(hours)?, number(minutes)?);
        if minutes >= HOUR {
            return Err(FieldFault::Malformed);
        }
        Self::of(hours * HOUR + minutes).ok_or(FieldFault::Malformed)
    }

    /// Minutes after midnight.
    #[must_use]
    pub const fn minutes(self) -> i16 {
        self.0
    }

    fn time(self) -> Time {
        let part = |number: i16| i8::try_from(number).unwrap_or_default();
        Time::new(part(self.0 / HOUR), part(self.0 % HOUR), 0, 0).unwrap_or(Time::midnight())
    }
}

impl fmt::Display for DayMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / HOUR, self.0 % HOUR)
    }
}

/// The hours in which a person wants to be left alone, every day. They may last over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// When they begin.
    pub from: DayMinute,
    /// When they end.
    pub until: DayMinute,
}

impl QuietHours {
    /// When a reminder is sent that is due at `due`: then, or, if that lies in the quiet hours, when they end, or, if that is not before the visit, a minute before
    /// they begin.
    #[must_use]
    pub fn moment(self, due: Timestamp, visit: Timestamp, zone: &TimeZone) -> Timestamp {
        let local = due.to_zoned(zone.clone());
        let now = i16::from(local.hour()) * HOUR + i16::from(local.minute());
        let (from, until) = (self.from.0, self.until.0);
        let over_midnight = from > until;
        let is_quiet = if over_midnight { now >= from || now < until } else { from <= now && now < until };
        if !is_quiet {
            return due;
        }
        let today = local.date();
        let (first, last) = match (over_midnight, now >= from) {
            (false, _) => (today, today),
            (true, true) => (today, today.saturating_add(1.day())),
            (true, false) => (today.saturating_sub(1.day()), today),
        };
        let instant = |moment: jiff::civil::DateTime| moment.to_zoned(zone.clone()).map_or(due, |moment| moment.timestamp());
        let (begin, end) = (instant(first.to_datetime(self.from.time())), instant(last.to_datetime(self.until.time())));
        if end < visit { end } else { begin - SignedDuration::from_mins(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(from: &str, until: &str) -> QuietHours {
        QuietHours { from: DayMinute::parse(from).expect("a time"), until: DayMinute::parse(until).expect("a time") }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_time_is_read_as_it_is_written() {
        for text in ["00:00", "07:05", "23:59"] {
            assert_eq!(DayMinute::parse(text).map(|time| time.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(DayMinute::parse(""), Err(FieldFault::Missing));
        for text in ["24:00", "7:05", "07:60", "0705", "-1:00", "aa:bb"] {
            assert_eq!(DayMinute::parse(text), Err(FieldFault::Malformed), "{text}");
        }
    }

    #[test]
    fn what_falls_into_quiet_hours_comes_after_or_before_them_and_never_after_the_visit() {
        let (night, utc) = (quiet("22:00", "07:00"), TimeZone::UTC);
        for (due, visit, sent) in [
            // Not in them.
            ("2026-11-24T21:59:00Z", "2026-11-25T21:59:00Z", "2026-11-24T21:59:00Z"),
            ("2026-11-25T07:00:00Z", "2026-11-25T08:00:00Z", "2026-11-25T07:00:00Z"),
            // After they end, before and after midnight.
            ("2026-11-24T23:00:00Z", "2026-11-25T23:00:00Z", "2026-11-25T07:00:00Z"),
            ("2026-11-25T06:30:00Z", "2026-11-25T07:30:00Z", "2026-11-25T07:00:00Z"),
            // Before they begin.
            ("2026-11-25T06:00:00Z", "2026-11-25T07:00:00Z", "2026-11-24T21:59:00Z"),
            ("2026-11-24T22:30:00Z", "2026-11-24T23:30:00Z", "2026-11-24T21:59:00Z"),
        ] {
            assert_eq!(night.moment(at(due), at(visit), &utc), at(sent), "{due}");
        }
        let noon = quiet("12:00", "14:00");
        assert_eq!(noon.moment(at("2026-11-24T13:00:00Z"), at("2026-11-24T14:00:00Z"), &utc), at("2026-11-24T11:59:00Z"));
        assert_eq!(noon.moment(at("2026-11-24T13:30:00Z"), at("2026-11-24T14:30:00Z"), &utc), at("2026-11-24T14:00:00Z"));
        // Hours of the person, not of the server: 06:30 in London is 01:30 in New York.
        let new_york = jiff::tz::TimeZone::fixed(jiff::tz::offset(-5));
        let sent = night.moment(at("2026-11-24T06:30:00Z"), at("2026-11-25T06:30:00Z"), &new_york);
        assert_eq!(sent, at("2026-11-24T12:00:00Z"));
    }
}
