//! The waiting list: which times suit a person, and a time that is offered to them.

use super::{
    LocalHours, Named, TimeRange, VisitMode,
    views::{ClinicBrief, DoctorBrief, SpecialtyView},
};
use crate::{
    errors::FieldFault,
    ids::{AppointmentId, DoctorId, PatientId, WaitingEntryId, WaitingOfferId},
    money::Money,
    wire::words,
};
use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday, time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

words! {
    /// The state of an offer. Only `Open` is not final.
    OfferState {
        /// The person can accept or refuse it.
        Open = "open",
        /// The person has accepted it.
        Taken = "taken",
        /// The person has refused it.
        Refused = "refused",
        /// Nobody answered in time.
        RunOut = "run_out",
        /// The person left the waiting list.
        Withdrawn = "withdrawn",
    }
}

/// The names of the days of the week, for forms and the API.
pub const DAY_NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Days of the week, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WaitingDays(i16);

impl WaitingDays {
    /// Every day.
    pub const ALL: Self = Self(127);

    /// These days; all if there are none.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Self {
        let bits = days.into_iter().fold(0_i16, |bits, day| bits | Self::bit(day));
        if bits == 0 { Self::ALL } else { Self(bits) }
    }

    /// The days with these names; all if there are none.
    ///
    /// # Errors
    /// `UnknownChoice` for another text than `monday` … `sunday`.
    pub fn parse(names: &[String]) -> Result<Self, FieldFault> {
        let day = |name: &String| {
            let place = DAY_NAMES.iter().position(|known| known == name).ok_or(FieldFault::UnknownChoice)?;
            let offset = i8::try_from(place).map_err(|_| FieldFault::UnknownChoice)?;
            Weekday::from_monday_zero_offset(offset).map_err(|_| FieldFault::UnknownChoice)
        };
        names.iter().map(day).collect::<Result<Vec<_>, _>>().map(Self::of)
    }

    /// The names of the days, in order.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let with_days = DAY_NAMES.iter().zip(0..7_i8);
        with_days.filter(|(_, day)| self.0 & (1_i16 << *day) != 0).map(|(name, _)| *name).collect()
    }

    /// The days with these bits: 1 is Monday, 64 is Sunday.
    #[must_use]
    pub const fn from_bits(bits: i16) -> Option<Self> {
        if bits >= 1 && bits <= 127 { Some(Self(bits)) } else { None }
    }

    /// The bits.
    #[must_use]
    pub const fn bits(self) -> i16 {
        self.0
    }

    /// Whether the day is one of them.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    fn bit(day: Weekday) -> i16 {
        1_i16 << day.to_monday_zero_offset()
    }
}

/// Which times suit a person, by the clock of the clinic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingTimes {
    /// On which days.
    pub days: WaitingDays,
    /// Between which hours the whole visit must be; `None` for any.
    pub hours: Option<LocalHours>,
    /// The last date.
    pub until: Date,
}

impl WaitingTimes {
    /// Whether a visit suits the person. `zone` is that of the clinic.
    #[must_use]
    pub fn fit(&self, visit: TimeRange, zone: &TimeZone) -> bool {
        let (start, end) = (zone.to_datetime(visit.start()), zone.to_datetime(visit.end()));
        let within = self.hours.is_none_or(|hours| {
            let ends_in_time = hours.end() == Time::midnight() || (end.date() == start.date() && end.time() <= hours.end());
            start.time() >= hours.start() && ends_in_time
        });
        within && self.days.contains(start.weekday()) && start.date() <= self.until
    }
}

/// Whether a person in this zone can be asked at `now` and has until `until` to answer: both are between 8:00 and 21:00 of one day.
#[must_use]
pub fn may_be_asked(now: Timestamp, until: Timestamp, zone: &TimeZone) -> bool {
    let (from, to) = (zone.to_datetime(now), zone.to_datetime(until));
    from.date() == to.date() && from.time() >= time(8, 0, 0, 0) && to.time() <= time(21, 0, 0, 0)
}

/// An entry of the waiting list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingView {
    /// The entry.
    pub id: WaitingEntryId,
    /// Who waits.
    pub patient: Named<PatientId>,
    /// For which doctor; `None` for any of the specialty.
    pub doctor: Option<Named<DoctorId>>,
    /// For which specialty.
    pub specialty: Option<SpecialtyView>,
    /// The appointment that moves if a time is accepted.
    pub appointment: Option<AppointmentId>,
    /// How patient and doctor meet; `None` for any way.
    pub mode: Option<VisitMode>,
    /// Which times suit.
    pub times: WaitingTimes,
    /// Since when.
    pub since: Timestamp,
    /// The time that is offered now.
    pub offer: Option<OfferBrief>,
}

/// What a form for joining the waiting list shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingChoices {
    /// The doctor who was chosen before.
    pub doctor: Option<Named<DoctorId>>,
    /// The specialty that was chosen before.
    pub specialty: Option<SpecialtyView>,
    /// The doctors of the clinic, for reception.
    pub doctors: Vec<Named<DoctorId>>,
}

/// An open offer in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferBrief {
    /// The offer.
    pub id: WaitingOfferId,
    /// When the visit begins.
    pub starts_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
}

/// A time that is offered to a person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferView {
    /// The offer.
    pub id: WaitingOfferId,
    /// Its state now; an open one that has expired is `RunOut`.
    pub state: OfferState,
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The clinic.
    pub clinic: ClinicBrief,
    /// How patient and doctor meet.
    pub mode: VisitMode,
    /// When the visit begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// What the visit costs. `None` if nobody can book it any more.
    pub fee: Option<Money>,
    /// When the appointment is now that moves; `None` if a new one is booked.
    pub moves_from: Option<Timestamp>,
    /// The appointment that was booked or moved.
    pub appointment: Option<AppointmentId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn zone(name: &str) -> TimeZone {
        jiff::tz::db().get(name).expect("a zone")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_visit_fits_by_day_hours_and_last_date() {
        let hours = LocalHours::new(time(9, 0, 0, 0), time(12, 0, 0, 0)).ok();
        let times = WaitingTimes { days: WaitingDays::of([Weekday::Tuesday]), hours, until: date(2026, 11, 24) };
        let fit =
            |start: &str, end: &str| times.fit(TimeRange::new(at(start), at(end)).expect("a range"), &zone("Europe/London"));
        assert!(fit("2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z"));
        assert!(fit("2026-11-24T11:30:00Z", "2026-11-24T12:00:00Z"));
        assert!(!fit("2026-11-24T11:45:00Z", "2026-11-24T12:15:00Z"));
        assert!(!fit("2026-11-25T09:00:00Z", "2026-11-25T09:30:00Z"), "a Wednesday");
        assert!(!fit("2026-12-01T09:00:00Z", "2026-12-01T09:30:00Z"), "after the last date");
    }

    #[test]
    fn nobody_is_asked_at_night() {
        let ask = |now: &str, until: &str, place: &str| may_be_asked(at(now), at(until), &zone(place));
        assert!(ask("2026-11-24T08:00:00Z", "2026-11-24T08:30:00Z", "Europe/London"));
        assert!(!ask("2026-11-24T07:59:00Z", "2026-11-24T08:29:00Z", "Europe/London"));
        assert!(ask("2026-11-24T20:30:00Z", "2026-11-24T21:00:00Z", "Europe/London"));
        assert!(!ask("2026-11-24T20:31:00Z", "2026-11-24T21:01:00Z", "Europe/London"));
        assert!(!ask("2026-11-24T12:00:00Z", "2026-11-24T12:30:00Z", "Pacific/Auckland"));
    }

    #[test]
    fn no_day_means_every_day() {
        assert_eq!(WaitingDays::of([]), WaitingDays::ALL);
        assert_eq!(WaitingDays::of([Weekday::Monday, Weekday::Sunday]).bits(), 65);
        assert_eq!(WaitingDays::from_bits(0), None);
        assert_eq!(WaitingDays::ALL.names(), DAY_NAMES);
        let typed = ["sunday".to_owned(), "monday".to_owned()];
        assert_eq!(WaitingDays::parse(&typed).map(WaitingDays::names), Ok(vec!["monday", "sunday"]));
        assert_eq!(WaitingDays::parse(&["Monday".to_owned()]), Err(FieldFault::UnknownChoice));
    }
}
