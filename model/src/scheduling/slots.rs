//! The slot engine: it computes which times a doctor offers, and why other times cannot be booked.

use super::{
    BookingPolicy, DayException, ExceptionKind, HoursRule, TimeRange,
    policy::minutes,
    spans::{OffsetSpan, instants_of, local_seconds, spans_around},
};
use crate::wire::words;
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Serialize};

/// A time that can be booked; a half-open range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// When it begins.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// The clinic's UTC offset at the start. It tells apart the two 01:30 of a clock change. In seconds on the wire.
    #[serde(rename = "offset_secs", with = "offset_secs")]
    pub offset: Offset,
}

words! {
    /// Whether a visit can be booked at a time, and if not, why.
    Availability {
        /// It can be booked.
        Free = "free",
        /// It is in the past.
        Past = "past",
        /// It is sooner than the notice that the doctor needs.
        TooSoon = "too_soon",
        /// It is further ahead than bookings are accepted.
        BeyondHorizon = "beyond_horizon",
        /// The doctor is off for the whole day.
        DayOff = "day_off",
        /// The doctor is off during these hours.
        Away = "away",
        /// The doctor does not work at this time.
        OutsideHours = "outside_hours",
        /// The doctor works at this time, but no slot begins at that minute.
        NotOnGrid = "not_on_grid",
        /// The doctor has another visit or hold at this time.
        Busy = "busy",
        /// The local time does not exist because the clock goes forward over it.
        NonexistentLocalTime = "nonexistent_local_time",
    }
}

/// Everything that determines a doctor's free slots.
#[derive(Debug, Clone, Copy)]
pub struct Schedule<'a> {
    /// The clinic's time zone. The hours are local times in it.
    pub zone: &'a TimeZone,
    /// The weekly hours.
    pub rules: &'a [HoursRule],
    /// The exceptions on single dates.
    pub exceptions: &'a [DayException],
    /// How slots are offered.
    pub policy: BookingPolicy,
    /// The ranges in which the doctor is busy, including the buffers of those visits; in any order.
    pub busy: &'a [TimeRange],
    /// The current time.
    pub now: Timestamp,
}

impl Schedule<'_> {
    /// The free slots that begin within a range, in order.
    ///
    /// Each slot begins a whole number of steps, by the local clock, after the start of a period of working hours on its day. Where
    /// periods overlap, the weekly hours keep their grid and extra hours fill the remaining time. A local time that does not exist is not
    /// offered; one that occurs twice is offered twice if both fit.
    #[must_use]
    pub fn slots(&self, within: TimeRange) -> Vec<Slot> {
        let Some(within) = TimeRange::new(within.start().max(self.now), within.end()) else { return Vec::new() };
        let busy = Busy::new(self.busy);
        let date_of = |instant| self.zone.to_datetime(instant).date();
        // One more date on each side: a clock that goes back over midnight returns to the previous date.
        let first = date_of(within.start()).saturating_sub(1.day());
        let last = date_of(within.end()).saturating_add(1.day()).min(self.last_date().saturating_add(1.day()));
        let mut slots: Vec<Slot> = Vec::new();
        for date in first.series(1.day()).take_while(|date| *date <= last) {
            let day = self.day(date);
            slots.extend(
                day.grid.iter().filter(|slot| within.contains(slot.start) && self.judge(&day, &busy, slot.start).is_free()),
            );
        }
        slots.sort_by_key(|slot| slot.start);
        slots
    }

    /// Whether a visit that begins at `at` can be booked; `Free` exactly for the starts of [`Schedule::slots`].
    #[must_use]
    pub fn explain(&self, at: Timestamp) -> Availability {
        let day = self.day(self.zone.to_datetime(at).date());
        self.judge(&day, &Busy::new(self.busy), at)
    }

    /// Whether a visit can be booked at a local time of the clinic; `Free` when it can at one of the instants with that local time.
    #[must_use]
    pub fn explain_local(&self, at: DateTime) -> Availability {
        let day = self.day(at.date());
        let busy = Busy::new(self.busy);
        let instants = local_seconds(at).map(|second| instants_of(&day.spans, second, second + 1)).unwrap_or_default();
        let answers: Vec<_> = instants
            .into_iter()
            .filter_map(|(at, _)| Timestamp::from_second(at).ok())
            .map(|at| self.judge(&day, &busy, at))
            .collect();
        let free = answers.iter().copied().find(|answer| answer.is_free());
        free.or(answers.first().copied()).unwrap_or(Availability::NonexistentLocalTime)
    }

    /// The free slot that begins at `at`.
    ///
    /// # Errors
    /// The reason why no free slot begins there.
    pub fn slot_at(&self, at: Timestamp) -> Result<Slot, Availability> {
        let day = self.day(self.zone.to_datetime(at).date());
        match (self.judge(&day, &Busy::new(self.busy), at), day.slot(at)) {
            (Availability::Free, Some(slot)) => Ok(*slot),
            (Availability::Free, None) => Err(Availability::NotOnGrid),
            (reason, _) => Err(reason),
        }
    }

    /// The working hours within a range, without time off, in order. Bookings, notice and horizon do not matter.
    #[must_use]
    pub fn open(&self, within: TimeRange) -> Vec<TimeRange> {
        let date_of = |instant| self.zone.to_datetime(instant).date();
        let (first, last) = (date_of(within.start()).saturating_sub(1.day()), date_of(within.end()).saturating_add(1.day()));
        let mut open: Vec<TimeRange> = Vec::new();
        for date in first.series(1.day()).take_while(|date| *date <= last) {
            let day = self.day(date);
            if !day.is_off {
                let worked = day.open.iter().flat_map(|hours| hours.without(&day.off));
                open.extend(worked.filter_map(|hours| hours.intersection(within)));
            }
        }
        TimeRange::joined(&open)
    }

    /// The instants that an exception takes away: the hours off, or for a day off the weekly hours of that day. Extra hours take nothing away.
    #[must_use]
    pub fn taken_by(&self, exception: DayException) -> Vec<TimeRange> {
        let usual = Schedule { exceptions: &[], ..*self }.day(exception.date);
        match exception.kind {
            ExceptionKind::DayOff => TimeRange::joined(&usual.open),
            ExceptionKind::Off { hours } => {
                hours.on(exception.date).into_iter().flat_map(|hours| ranges(&usual.spans, hours)).collect()
            }
            ExceptionKind::Extra { .. } => Vec::new(),
        }
    }

    /// Decides the availability of a time; the only place that does. The checks are ordered so that the reason is the most helpful one.
    fn judge(&self, day: &LocalDay, busy: &Busy, at: Timestamp) -> Availability {
        let Some(visit) = at.checked_add(self.length()).ok().and_then(|end| TimeRange::new(at, end)) else {
            return Availability::BeyondHorizon;
        };
        if at < self.now {
            return Availability::Past;
        }
        if at.duration_since(self.now) < minutes(self.policy.notice_mins.into()) {
            return Availability::TooSoon;
        }
        if day.date > self.last_date() {
            return Availability::BeyondHorizon;
        }
        if day.is_off {
            return Availability::DayOff;
        }
        if day.off.iter().any(|off| off.overlaps(visit)) {
            return Availability::Away;
        }
        if !day.open.iter().any(|open| open.contains(at)) {
            return Availability::OutsideHours;
        }
        if day.slot(at).is_none() {
            return Availability::NotOnGrid;
        }
        if busy.overlaps(self.policy.doctor_range(visit)) { Availability::Busy } else { Availability::Free }
    }

    /// The last date on which a visit may begin.
    fn last_date(&self) -> Date {
        self.zone.to_datetime(self.now).date().saturating_add(i32::from(self.policy.horizon_days).days())
    }

    fn length(&self) -> SignedDuration {
        minutes(self.policy.length_mins.get().into())
    }

    /// Computes a date of the clinic with its hours as instants.
    fn day(&self, date: Date) -> LocalDay {
        let mut day = LocalDay { date, is_off: false, off: Vec::new(), open: Vec::new(), grid: Vec::new(), spans: Vec::new() };
        let Some(midnight) = local_seconds(date.to_datetime(Time::midnight())) else { return day };
        day.spans = spans_around(self.zone, midnight, midnight + 24 * 3600);

        let mut weekly: Vec<_> =
            self.rules.iter().filter(|rule| rule.holds_on(date)).filter_map(|rule| rule.hours.on(date)).collect();
        let mut extra = Vec::new();
        for exception in self.exceptions.iter().filter(|exception| exception.date == date) {
            match exception.kind {
                ExceptionKind::DayOff => day.is_off = true,
                ExceptionKind::Off { hours } => {
                    day.off.extend(hours.on(date).into_iter().flat_map(|hours| ranges(&day.spans, hours)))
                }
                ExceptionKind::Extra { hours } => extra.extend(hours.on(date)),
            }
        }
        weekly.sort_unstable();
        extra.sort_unstable();
        for hours in weekly.into_iter().chain(extra) {
            self.fill(&mut day, hours);
        }
        day
    }

    /// Adds a period of working hours to a day: its instants, and the slots of its grid that do not overlap existing ones.
    fn fill(&self, day: &mut LocalDay, hours: (i64, i64)) {
        let open = ranges(&day.spans, hours);
        let step = 60 * usize::from(self.policy.step_mins.get());
        let local_starts = (hours.0..hours.1).step_by(step);
        let mut starts: Vec<(i64, Offset)> = Vec::new();
        for span in &day.spans {
            let offset = i64::from(span.offset.seconds());
            let instants = local_starts.clone().map(|local| local - offset).filter(|at| span.start <= *at && *at < span.end);
            starts.extend(instants.map(|at| (at, span.offset)));
        }
        for (at, offset) in starts {
            let Ok(start) = Timestamp::from_second(at) else { continue };
            let Some(visit) = start.checked_add(self.length()).ok().and_then(|end| TimeRange::new(start, end)) else { continue };
            if open.iter().any(|open| open.encloses(visit)) {
                day.insert(Slot { start, end: visit.end(), offset });
            }
        }
        day.open.extend(open);
    }
}

impl Availability {
    const fn is_free(self) -> bool {
        matches!(self, Self::Free)
    }
}

impl Slot {
    /// The range from its start to its end.
    #[must_use]
    pub fn range(&self) -> Option<TimeRange> {
        TimeRange::new(self.start, self.end)
    }
}

/// A date in the clinic's time zone, with everything that does not depend on the current time or on bookings.
struct LocalDay {
    date: Date,
    is_off: bool,
    off: Vec<TimeRange>,
    open: Vec<TimeRange>,
    /// Sorted by start, without overlaps.
    grid: Vec<Slot>,
    spans: Vec<OffsetSpan>,
}

impl LocalDay {
    fn slot(&self, at: Timestamp) -> Option<&Slot> {
        self.grid.binary_search_by_key(&at, |slot| slot.start).ok().map(|place| &self.grid[place])
    }

    /// Inserts the slot unless it overlaps an existing one.
    fn insert(&mut self, slot: Slot) {
        let place = self.grid.partition_point(|other| other.start < slot.start);
        let before_ends = place.checked_sub(1).is_none_or(|before| self.grid[before].end <= slot.start);
        let after_starts = self.grid.get(place).is_none_or(|after| slot.end <= after.start);
        if before_ends && after_starts {
            self.grid.insert(place, slot);
        }
    }
}

/// Busy ranges, sorted and merged, so that a lookup is a binary search.
struct Busy(Vec<TimeRange>);

impl Busy {
    fn new(ranges: &[TimeRange]) -> Self {
        Self(TimeRange::joined(ranges))
    }

    fn overlaps(&self, range: TimeRange) -> bool {
        let place = self.0.partition_point(|busy| busy.end() <= range.start());
        self.0.get(place).is_some_and(|busy| busy.overlaps(range))
    }
}

fn ranges(spans: &[OffsetSpan], (start, end): (i64, i64)) -> Vec<TimeRange> {
    let instant = |second| Timestamp::from_second(second).ok();
    instants_of(spans, start, end).into_iter().filter_map(|(start, end)| TimeRange::new(instant(start)?, instant(end)?)).collect()
}

mod offset_secs {
    use jiff::tz::Offset;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(offset: &Offset, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(offset.seconds())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Offset, D::Error> {
        Offset::from_seconds(i32::deserialize(deserializer)?).map_err(|_| D::Error::custom("an offset is less than 26 hours"))
    }
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
