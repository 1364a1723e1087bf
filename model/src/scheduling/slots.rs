//! The slot engine: it computes which times a doctor offers, and why other times cannot be booked.

use super::{
    Availability, BookingPolicy, ClinicDays, DayException, ExceptionKind, HoursRule, RoomTimes, TimeRange,
    policy::minutes,
    spans::{OffsetSpan, instants_of, local_seconds, spans_around},
};
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

/// A part of the doctor's time that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occupied {
    /// The visit itself.
    pub visit: TimeRange,
    /// The visit with its buffers. No two of them overlap.
    pub with_buffers: TimeRange,
}

impl Occupied {
    /// A visit without buffers.
    #[must_use]
    pub const fn without_buffers(visit: TimeRange) -> Self {
        Self { visit, with_buffers: visit }
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
    /// When the clinic is open.
    pub clinic: ClinicDays<'a>,
    /// How slots are offered.
    pub policy: BookingPolicy,
    /// The last date of the clinic on which a licence of the doctor is valid; none when licences do not matter.
    pub licensed_until: Option<Date>,
    /// The visits and holds that take the doctor's time; in any order.
    pub busy: &'a [Occupied],
    /// The starts of the visits and holds that count for the largest number of visits on a day; in any order.
    pub counted: &'a [Timestamp],
    /// The rooms of the clinic, each with the times at which it is taken. Empty when visits need no room, or the clinic has none.
    pub rooms: &'a [RoomTimes],
    /// The current time.
    pub now: Timestamp,
}

impl<'a> Schedule<'a> {
    /// A schedule of hours alone: the clinic is always open, nothing is booked, and licences do not matter.
    #[must_use]
    pub const fn of_hours(
        zone: &'a TimeZone,
        rules: &'a [HoursRule],
        exceptions: &'a [DayException],
        policy: BookingPolicy,
        now: Timestamp,
    ) -> Self {
        let clinic = ClinicDays { closed: &[], opening: None };
        Self { zone, rules, exceptions, clinic, policy, licensed_until: None, busy: &[], counted: &[], rooms: &[], now }
    }

    /// The free slots that begin within a range, in order.
    ///
    /// Each slot begins a whole number of steps, in elapsed time, after the beginning of an unbroken stretch of working hours on its day: a clock change within
    /// the hours neither leaves a hole nor makes two visits overlap. Where periods overlap, the weekly hours keep their grid and extra hours fill the remaining
    /// time. A local time that does not exist is not offered; one that occurs twice is offered twice if both fit.
    #[must_use]
    pub fn slots(&self, within: TimeRange) -> Vec<Slot> {
        let Some(within) = TimeRange::new(within.start().max(self.now), within.end()) else { return Vec::new() };
        let busy = Busy::new(self.busy);
        let date_of = |instant| self.zone.to_datetime(instant).date();
        // One more date on each side: a clock that goes back over midnight returns to the previous date.
        let first = date_of(within.start()).saturating_sub(1.day());
        let last = date_of(within.end()).saturating_add(1.day()).min(self.last_offered().saturating_add(1.day()));
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
        let answers = self.explain_each(at);
        let free = answers.iter().map(|(_, answer)| *answer).find(|answer| answer.is_free());
        free.or(answers.first().map(|(_, answer)| *answer)).unwrap_or(Availability::NonexistentLocalTime)
    }

    /// The instants at which the clinic's clock shows a local time, in order, and whether a visit can be booked at each. There are none if the clock goes forward
    /// over the time, and two if the clock goes back over it.
    #[must_use]
    pub fn explain_each(&self, at: DateTime) -> Vec<(Timestamp, Availability)> {
        let day = self.day(at.date());
        let busy = Busy::new(self.busy);
        let instants = local_seconds(at).map(|second| instants_of(&day.spans, second, second + 1)).unwrap_or_default();
        instants
            .into_iter()
            .filter_map(|(at, _)| Timestamp::from_second(at).ok())
            .map(|at| (at, self.judge(&day, &busy, at)))
            .collect()
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

    /// Decides the availability of a time; the only place that does. The order of the checks is that of [`Availability`].
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
        if self.licensed_until.is_some_and(|last| day.date > last) {
            return Availability::Unlicensed;
        }
        if day.is_closed || day.opening.as_ref().is_some_and(|opening| !opening.iter().any(|open| open.encloses(visit))) {
            return Availability::ClinicClosed;
        }
        if !day.open.iter().any(|open| open.contains(at)) {
            return Availability::OutsideHours;
        }
        if !day.worked.iter().any(|worked| worked.encloses(visit)) {
            return Availability::EndsAfterHours;
        }
        if day.is_off {
            return Availability::DayOff;
        }
        if day.off.iter().any(|off| off.overlaps(visit)) {
            return Availability::Away;
        }
        if day.slot(at).is_none() {
            return Availability::NotOnGrid;
        }
        if overlaps(&busy.visits, visit) {
            return Availability::Busy;
        }
        if overlaps(&busy.with_buffers, self.policy.doctor_range(visit)) {
            return Availability::TooClose;
        }
        if day.is_full {
            return Availability::DayFull;
        }
        if self.has_room(self.policy.doctor_range(visit)) { Availability::Free } else { Availability::NoRoom }
    }

    /// The last date on which a visit may begin.
    fn last_date(&self) -> Date {
        self.zone.to_datetime(self.now).date().saturating_add(i32::from(self.policy.horizon_days).days())
    }

    /// The last date on which a time can be offered.
    fn last_offered(&self) -> Date {
        self.licensed_until.map_or_else(|| self.last_date(), |until| until.min(self.last_date()))
    }

    /// Whether a room is free for the whole of a visit with its buffers, or none is needed.
    fn has_room(&self, with_buffers: TimeRange) -> bool {
        self.rooms.is_empty() || self.rooms.iter().any(|room| room.is_free(with_buffers))
    }

    fn length(&self) -> SignedDuration {
        minutes(self.policy.length_mins.get().into())
    }

    /// Computes a date of the clinic with its hours as instants.
    fn day(&self, date: Date) -> LocalDay {
        let mut day =
            LocalDay { is_closed: self.clinic.is_closed_on(date), is_full: self.is_full_on(date), ..LocalDay::of(date) };
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
        day.worked = TimeRange::joined(&day.open);
        let opening = self.clinic.hours_on(date);
        day.opening = opening.map(|hours| {
            let hours = hours.iter().filter_map(|hours| hours.on(date));
            TimeRange::joined(&hours.flat_map(|hours| ranges(&day.spans, hours)).collect::<Vec<_>>())
        });
        day
    }

    /// Whether as many visits begin on a date as the doctor wants at most.
    fn is_full_on(&self, date: Date) -> bool {
        let Some(most) = self.policy.most_per_day else { return false };
        let on_it = self.counted.iter().filter(|start| self.zone.to_datetime(**start).date() == date);
        on_it.count() >= usize::from(most.get())
    }

    /// Adds a period of working hours to a day: its instants, and the slots of its grid that do not overlap existing ones.
    fn fill(&self, day: &mut LocalDay, hours: (i64, i64)) {
        let open = ranges(&day.spans, hours);
        let (length, step) = (self.length(), minutes(self.policy.step_mins.get().into()));
        for stretch in &open {
            let mut next = Some(stretch.start());
            while let Some(start) = next {
                let visit = start.checked_add(length).ok().and_then(|end| TimeRange::new(start, end));
                let Some(visit) = visit.filter(|visit| stretch.encloses(*visit)) else { break };
                day.insert(Slot { start, end: visit.end(), offset: self.zone.to_offset(start) });
                next = start.checked_add(step).ok();
            }
        }
        day.open.extend(open);
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
    /// Whether the clinic is closed.
    is_closed: bool,
    /// Whether the day has its largest number of visits.
    is_full: bool,
    is_off: bool,
    off: Vec<TimeRange>,
    /// The clinic's opening hours, joined; none when they do not limit anything.
    opening: Option<Vec<TimeRange>>,
    /// Each period of working hours for itself, because each has its own grid.
    open: Vec<TimeRange>,
    /// The same, joined.
    worked: Vec<TimeRange>,
    /// Sorted by start, without overlaps.
    grid: Vec<Slot>,
    spans: Vec<OffsetSpan>,
}

impl LocalDay {
    fn of(date: Date) -> Self {
        Self {
            date,
            is_closed: false,
            is_full: false,
            is_off: false,
            off: Vec::new(),
            opening: None,
            open: Vec::new(),
            worked: Vec::new(),
            grid: Vec::new(),
            spans: Vec::new(),
        }
    }

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
struct Busy {
    visits: Vec<TimeRange>,
    with_buffers: Vec<TimeRange>,
}

impl Busy {
    fn new(busy: &[Occupied]) -> Self {
        let joined = |part: fn(&Occupied) -> TimeRange| TimeRange::joined(&busy.iter().map(part).collect::<Vec<_>>());
        Self { visits: joined(|busy| busy.visit), with_buffers: joined(|busy| busy.with_buffers) }
    }
}

/// Whether a range overlaps one of these, which are sorted and do not overlap each other.
fn overlaps(sorted: &[TimeRange], range: TimeRange) -> bool {
    let place = sorted.partition_point(|busy| busy.end() <= range.start());
    sorted.get(place).is_some_and(|busy| busy.overlaps(range))
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
