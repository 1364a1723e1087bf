//! A doctor's open times over all clinics; the slot engine is asked once per clinic.

use super::{
    rules::{self, Standing},
    store::visit_types::OfferedType,
};
use crate::{Error, Result};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use model::{
    errors::Code,
    ids::{ClinicId, VisitTypeId},
    scheduling::{
        BookingPolicy, ClinicDays, ClosedDays, DayException, HoursRule, LocalHours, Occupied, RoomTimes, Schedule, TimeRange,
        VisitMode, views::OpenTime,
    },
};
use std::num::NonZeroU16;

/// One clinic's part: its time zone and the doctor's hours there.
#[derive(Debug, Clone)]
pub(super) struct ClinicTimes {
    pub(super) clinic: ClinicId,
    pub(super) zone: TimeZone,
    pub(super) rules: Vec<HoursRule>,
    pub(super) exceptions: Vec<DayException>,
    /// The days on which the clinic is closed.
    pub(super) closed: Vec<ClosedDays>,
    /// The clinic's opening hours from Monday to Sunday; `None` when nobody has stated them.
    pub(super) opening: Option<[Vec<LocalHours>; 7]>,
    /// When the clinic's rooms are taken. Empty if it has none, and for a doctor who meets nobody in person.
    pub(super) rooms: Vec<RoomTimes>,
}

/// All that decides a doctor's open times.
#[derive(Debug, Clone)]
pub(super) struct DoctorTimes {
    pub(super) standing: Standing,
    /// The visit types that patients can book, in order.
    pub(super) types: Vec<OfferedType>,
    /// For visits of the first type, until [`Self::of_type`] has made it one for another.
    pub(super) policy: BookingPolicy,
    /// Whether the patient comes to the clinic for such a visit, so that its opening hours limit it.
    pub(super) in_clinic: bool,
    /// The last date on which a licence is valid; `None` when there is no licence at all.
    pub(super) licensed_until: Option<Date>,
    pub(super) clinics: Vec<ClinicTimes>,
    pub(super) busy: Vec<Occupied>,
    /// The starts of the visits and holds that count for the largest number of visits on a day. Empty for a doctor without such a number.
    pub(super) counted: Vec<Timestamp>,
}

impl DoctorTimes {
    /// The first visit type with this id and this way to meet; what is `None` does not matter.
    pub(super) fn find_type(&self, id: Option<VisitTypeId>, mode: Option<VisitMode>) -> Option<&OfferedType> {
        let fits = |offered: &&OfferedType| id.is_none_or(|id| offered.id == id) && mode.is_none_or(|mode| offered.mode == mode);
        self.types.iter().find(fits)
    }

    /// The same doctor's times for visits of this type.
    pub(super) fn of_type(&mut self, offered: &OfferedType) {
        self.policy = self.policy.with_buffers(offered.buffer_before, offered.buffer_after).with_length(offered.minutes);
        self.in_clinic = is_in_clinic(offered.mode);
    }

    /// The same doctor's times for a visit that is booked already and is to be moved: its own time counts as free, and it keeps its length and its mode. Its type, if
    /// it is still offered, decides the buffers.
    pub(super) fn for_moving(&mut self, visit: TimeRange, visit_type: Option<VisitTypeId>, mode: VisitMode) {
        if let Some(offered) = self.types.iter().find(|offered| Some(offered.id) == visit_type).cloned() {
            self.of_type(&offered);
        }
        let minutes = u16::try_from(visit.duration().as_mins()).ok().and_then(NonZeroU16::new).unwrap_or(NonZeroU16::MIN);
        self.policy = self.policy.with_length(minutes);
        self.in_clinic = is_in_clinic(mode);
        // One of them only: another visit may have the same time, because staff overbooked it.
        if let Some(place) = self.busy.iter().position(|busy| busy.visit == visit) {
            self.busy.swap_remove(place);
        }
        if let Some(place) = self.counted.iter().position(|start| *start == visit.start()) {
            self.counted.swap_remove(place);
        }
    }

    /// The same doctor's times as if nothing was booked or held, and the doctor took any number of visits: those that staff may overbook. They need no room.
    pub(super) fn without_visits(&mut self) {
        self.busy.clear();
        self.counted.clear();
        for part in &mut self.clinics {
            part.rooms.clear();
        }
    }

    /// The same doctor's times for visits of the first type of a mode, and this type; without a mode, of the first type. `None` if there is none.
    pub(super) fn meet_by(&mut self, mode: Option<VisitMode>) -> Option<OfferedType> {
        let offered = self.find_type(None, mode)?.clone();
        self.of_type(&offered);
        Some(offered)
    }

    /// The open times that begin within a range, in order.
    pub(super) fn open(&self, within: TimeRange, now: Timestamp) -> Vec<OpenTime> {
        let mut times: Vec<OpenTime> = self
            .clinics
            .iter()
            .flat_map(|part| {
                let clinic = part.clinic;
                let slots = self.schedule(part, now).slots(within);
                slots.into_iter().map(move |slot| OpenTime { clinic, start: slot.start, end: slot.end })
            })
            .collect();
        times.sort_by_key(|time| (time.start, time.clinic));
        times
    }

    /// The first open time of all.
    pub(super) fn next_open(&self, now: Timestamp) -> Option<OpenTime> {
        self.next_open_times(now, 1).into_iter().next()
    }

    /// The first open times of all, in order, at most `count`, searched week by week. Of times that begin together at several clinics, one.
    pub(super) fn next_open_times(&self, now: Timestamp, count: usize) -> Vec<OpenTime> {
        self.next_open_times_from(now, now, count)
    }

    /// The same for those that begin at an instant or later.
    pub(super) fn next_open_times_from(&self, first: Timestamp, now: Timestamp, count: usize) -> Vec<OpenTime> {
        let week = SignedDuration::from_hours(7 * 24);
        // One week more: the horizon counts the clinic's dates, which may be ahead of ours.
        let weeks = i64::from(self.policy.horizon_days) / 7 + 2;
        let (mut found, mut from): (Vec<OpenTime>, Timestamp) = (Vec::new(), first);
        for _ in 0..weeks {
            let Some(range) = from.checked_add(week).ok().and_then(|until| TimeRange::new(from, until)) else { break };
            found.extend(self.open(range, now));
            found.dedup_by_key(|time| time.start);
            if found.len() >= count {
                break;
            }
            from = range.end();
        }
        found.truncate(count);
        found
    }

    /// The open time that begins at an instant at a clinic.
    ///
    /// # Errors
    /// `scheduling.slot_past`, `scheduling.slot_unknown`, `scheduling.slot_taken`.
    pub(super) fn at(&self, clinic: ClinicId, start: Timestamp, now: Timestamp) -> Result<OpenTime> {
        let part = self.clinics.iter().find(|part| part.clinic == clinic).ok_or(Code::SlotUnknown)?;
        match self.schedule(part, now).slot_at(start) {
            Ok(slot) => Ok(OpenTime { clinic, start: slot.start, end: slot.end }),
            Err(reason) => Err(rules::refusal(reason).map_or_else(|| Error::internal("a free slot was refused"), Error::new)),
        }
    }

    /// The slot engine for one clinic.
    pub(super) fn schedule<'a>(&'a self, part: &'a ClinicTimes, now: Timestamp) -> Schedule<'a> {
        Schedule {
            clinic: ClinicDays { closed: &part.closed, opening: part.opening.as_ref().filter(|_| self.in_clinic) },
            licensed_until: self.licensed_until,
            busy: &self.busy,
            counted: &self.counted,
            rooms: if self.in_clinic { part.rooms.as_slice() } else { &[] },
            ..Schedule::of_hours(&part.zone, &part.rules, &part.exceptions, self.policy, now)
        }
    }
}

const fn is_in_clinic(mode: VisitMode) -> bool {
    match mode {
        VisitMode::InPerson => true,
        VisitMode::Video | VisitMode::Phone | VisitMode::External => false,
    }
}
