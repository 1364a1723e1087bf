//! The days and the time of day that a search for doctors names.

use super::{search::DoctorSearch, timetable::DoctorTimes};
use crate::{Error, Result};
use jiff::{
    Timestamp, ToSpan,
    civil::Date,
    tz::{TimeZone, offset},
};
use model::{
    errors::{FieldFault, Range},
    scheduling::{DayPart, TimeRange, views::OpenTime},
};

/// The last day that can be searched, in days from today. No doctor is booked further ahead.
const LAST_DAY: i32 = 366;
/// The most days after the first one. A month from today fits even if the reader's zone is not known, and the first day is yesterday.
const MOST_DAYS: i32 = 31;
/// How many days after today are searched for a time of day if the search names no day.
const USUAL_DAYS: i32 = 13;

/// The days of a search, in order, and the part of them.
#[derive(Debug)]
pub(super) struct SearchedDays {
    first: Date,
    last: Date,
    part: Option<DayPart>,
    /// `None` for the zone of each clinic.
    zone: Option<TimeZone>,
}

impl SearchedDays {
    /// What a search names; `None` if it names neither days nor a time of day.
    ///
    /// # Errors
    /// `request.fields_invalid` with `day`, if nobody can be free on it: all doctors would be checked in vain; with `until`, if it is before the first day or
    /// too long after it.
    pub(super) fn of(search: &DoctorSearch, zone: Option<&TimeZone>, now: Timestamp) -> Result<Option<Self>> {
        if search.day.is_none() && search.until.is_none() && search.part.is_none() {
            return Ok(None);
        }
        let today = |hours| now.to_zoned(zone.cloned().unwrap_or_else(|| TimeZone::fixed(offset(hours)))).date();
        // Without a zone, it is a day at the clinic, wherever that is.
        let (earliest, latest) = (today(-12), today(14).saturating_add(LAST_DAY.days()));
        let range = Range::dates(earliest, latest);
        let first = match search.day {
            Some(day) if day < earliest => return Err(Error::field("day", FieldFault::TooSmall(range))),
            Some(day) if day > latest => return Err(Error::field("day", FieldFault::TooLarge(range))),
            Some(day) => day,
            None => earliest,
        };
        let furthest = first.saturating_add(MOST_DAYS.days());
        let last = match (search.until, search.day) {
            (Some(until), _) if until < first => return Err(Error::field("until", FieldFault::EndBeforeStart)),
            (Some(until), _) if until > furthest => {
                return Err(Error::field("until", FieldFault::TooLarge(Range::dates(first, furthest))));
            }
            (Some(until), _) => until,
            (None, Some(day)) => day,
            (None, None) => first.saturating_add(USUAL_DAYS.days()),
        };
        Ok(Some(Self { first, last, part: search.part, zone: zone.cloned() }))
    }

    /// When the days begin in the easternmost zone, UTC+14.
    pub(super) fn earliest_begin(&self) -> Timestamp {
        let morning = self.first.saturating_sub(1.day()).at(10, 0, 0, 0);
        TimeZone::UTC.to_timestamp(morning).unwrap_or(Timestamp::MIN)
    }

    /// When the days end in the westernmost zone, UTC-12.
    pub(super) fn latest_end(&self) -> Timestamp {
        let noon = self.last.saturating_add(1.day()).at(12, 0, 0, 0);
        TimeZone::UTC.to_timestamp(noon).unwrap_or(Timestamp::MAX)
    }

    /// The doctor's first open times on these days, in order, at most `count`. Of times that begin together at several clinics, one.
    pub(super) fn times_of(&self, times: &DoctorTimes, now: Timestamp, count: usize) -> Vec<OpenTime> {
        let mut found = Vec::new();
        let mut day = self.first;
        // Day by day, because most doctors are free on the first one.
        while day <= self.last && found.len() < count {
            found.extend(self.times_on(day, times, now));
            found.dedup_by_key(|time: &mut OpenTime| time.start);
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        // Clinics in different zones have the same day at different times.
        found.sort_by_key(|time| (time.start, time.clinic));
        found.dedup_by_key(|time| time.start);
        found.truncate(count);
        found
    }

    /// The open times that begin on a day, in the part that is searched. A day that the time zone skipped has none.
    fn times_on(&self, day: Date, times: &DoctorTimes, now: Timestamp) -> Vec<OpenTime> {
        let on_day = |zone: &TimeZone| -> Vec<OpenTime> {
            let mut open = TimeRange::of_days(day, day, zone).map(|range| times.open(range, now)).unwrap_or_default();
            open.retain(|time| self.part.is_none_or(|part| DayPart::of(zone.to_datetime(time.start).time()) == part));
            open
        };
        if let Some(zone) = &self.zone {
            return on_day(zone);
        }
        let mut found = Vec::new();
        for part in &times.clinics {
            found.extend(on_day(&part.zone).into_iter().filter(|time| time.clinic == part.clinic));
        }
        found.sort_by_key(|time| (time.start, time.clinic));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_in_order_and_not_too_many() {
        let now: Timestamp = "2026-11-24T09:00:00Z".parse().expect("an instant");
        let days = |day, until, part| {
            let search = DoctorSearch { day, until, part, ..DoctorSearch::default() };
            SearchedDays::of(&search, Some(&TimeZone::UTC), now).map(|days| days.map(|days| (days.first, days.last)))
        };
        let fault = |day, until| days(day, until, None).err().map(|error| error.field_errors()[0].fault);
        let (today, next_week) = (date(2026, 11, 24), date(2026, 12, 1));
        assert_eq!(days(None, None, None).ok(), Some(None));
        assert_eq!(days(Some(next_week), None, None).ok(), Some(Some((next_week, next_week))));
        assert_eq!(days(None, Some(next_week), None).ok(), Some(Some((today, next_week))));
        assert_eq!(days(None, None, Some(DayPart::Evening)).ok(), Some(Some((today, date(2026, 12, 7)))));
        assert_eq!(fault(Some(next_week), Some(today)), Some(FieldFault::EndBeforeStart));
        let most = Range::dates(today, date(2026, 12, 25));
        assert_eq!(fault(None, Some(date(2026, 12, 26))), Some(FieldFault::TooLarge(most)));
    }
}
