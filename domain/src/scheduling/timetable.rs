//! A doctor's open times over all clinics; the slot engine is asked once per clinic.

use super::rules::{self, Standing};
use crate::{Error, Result};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{
    errors::Code,
    ids::ClinicId,
    scheduling::{BookingPolicy, DayException, HoursRule, Schedule, TimeRange, views::OpenTime},
};

/// One clinic's part: its time zone and the doctor's hours there.
#[derive(Debug, Clone)]
pub(super) struct ClinicTimes {
    pub(super) clinic: ClinicId,
    pub(super) zone: TimeZone,
    pub(super) rules: Vec<HoursRule>,
    pub(super) exceptions: Vec<DayException>,
}

/// All that decides a doctor's open times.
#[derive(Debug, Clone)]
pub(super) struct DoctorTimes {
    pub(super) standing: Standing,
    pub(super) policy: BookingPolicy,
    pub(super) clinics: Vec<ClinicTimes>,
    pub(super) busy: Vec<TimeRange>,
}

impl DoctorTimes {
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

    /// The first open time of all, searched week by week.
    pub(super) fn next_open(&self, now: Timestamp) -> Option<OpenTime> {
        let week = SignedDuration::from_hours(7 * 24);
        // One week more: the horizon counts the clinic's dates, which may be ahead of ours.
        let weeks = i64::from(self.policy.horizon_days) / 7 + 2;
        let mut from = now;
        for _ in 0..weeks {
            let until = from.checked_add(week).ok()?;
            let found = rules::earliest(self.open(TimeRange::new(from, until)?, now));
            if found.is_some() {
                return found;
            }
            from = until;
        }
        None
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
            zone: &part.zone,
            rules: &part.rules,
            exceptions: &part.exceptions,
            policy: self.policy,
            busy: &self.busy,
            now,
        }
    }
}
