//! The freed times of a doctor that a person can be offered.
//!
//! A popular doctor has hundreds of candidates, and what is open depends only on the type of the visit: it is computed once for each type. Whoever waits with an
//! appointment has times of their own, because the appointment that is to move does not bind its own doctor.

use crate::scheduling::{
    store::{moves::MovedRow, offers::FreedRow},
    timetable::DoctorTimes,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    ids::{ClinicId, VisitTypeId},
    scheduling::{TimeRange, VisitMode},
};
use std::collections::{HashMap, hash_map::Entry};

/// A visit is never longer, so a time that begins earlier than this before a freed one does not overlap it.
const LONGEST_VISIT: SignedDuration = SignedDuration::from_hours(5);

/// The freed times of a doctor.
pub(super) struct Free<'a> {
    times: &'a DoctorTimes,
    rows: &'a [FreedRow],
    now: Timestamp,
    of_type: HashMap<VisitTypeId, FreeFor>,
}

/// The freed times for one type of visit.
pub(super) struct FreeFor {
    pub(super) visit_type: Option<VisitTypeId>,
    pub(super) mode: VisitMode,
    /// The doctor's times for such visits.
    pub(super) times: DoctorTimes,
    /// The open times that overlap a freed one, in order.
    pub(super) visits: Vec<(ClinicId, TimeRange)>,
}

impl<'a> Free<'a> {
    pub(super) fn new(times: &'a DoctorTimes, rows: &'a [FreedRow], now: Timestamp) -> Self {
        Self { times, rows, now, of_type: HashMap::new() }
    }

    /// For a new visit that is met by this mode, or by any; `None` if the doctor has no type for it.
    pub(super) fn for_booking(&mut self, mode: Option<VisitMode>) -> Option<&FreeFor> {
        let offered = self.times.find_type(None, mode)?;
        let found: &FreeFor = match self.of_type.entry(offered.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let mut times = self.times.clone();
                times.of_type(offered);
                let visits = freed_times(&times, offered.mode, self.rows, self.now);
                new.insert(FreeFor { visit_type: Some(offered.id), mode: offered.mode, times, visits })
            }
        };
        Some(found)
    }

    /// For an appointment that is to move, at its own clinic.
    pub(super) fn for_moving(&self, row: &MovedRow) -> FreeFor {
        let mut times = self.times.clone();
        times.for_moving(row.visit, row.visit_type, row.mode);
        times.clinics.retain(|part| part.clinic == row.clinic);
        let visits = freed_times(&times, row.mode, self.rows, self.now);
        FreeFor { visit_type: row.visit_type, mode: row.mode, times, visits }
    }
}

/// The open times that overlap a freed one, in order. Where only a room became free, that is a time of a visit in person at its clinic.
fn freed_times(times: &DoctorTimes, mode: VisitMode, rows: &[FreedRow], now: Timestamp) -> Vec<(ClinicId, TimeRange)> {
    let mut found: Vec<(ClinicId, TimeRange)> = Vec::new();
    for row in rows.iter().filter(|row| row.clinic.is_none() || mode == VisitMode::InPerson) {
        let from = row.range.start().checked_sub(LONGEST_VISIT).unwrap_or(row.range.start()).max(now);
        let Some(within) = TimeRange::new(from, row.range.end()) else { continue };
        for open in times.open(within, now) {
            let is_there = row.clinic.is_none_or(|clinic| clinic == open.clinic);
            if let Some(visit) = TimeRange::new(open.start, open.end).filter(|visit| is_there && visit.overlaps(row.range)) {
                found.push((open.clinic, visit));
            }
        }
    }
    found.sort_by_key(|(clinic, visit)| (visit.start(), *clinic));
    found.dedup();
    found
}
