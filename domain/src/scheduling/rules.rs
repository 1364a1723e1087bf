//! The rules of scheduling, as pure functions.

use crate::Result;
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use model::{
    errors::Code,
    scheduling::{
        AppointmentEvent, AppointmentState, Availability, BookingPolicy, LocalHours, ReservationKind, Schedule, TimeRange,
        views::{AppointmentCard, LateView, OpenTime},
    },
};
use std::num::NonZeroU16;

/// What decides whether a doctor accepts bookings at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) verified: bool,
    pub(super) suspended: bool,
    pub(super) licensed: bool,
    pub(super) has_fee: bool,
}

/// Whether a doctor accepts bookings.
pub(super) fn may_be_booked(standing: Standing) -> Result<()> {
    match standing {
        Standing { verified: false, .. } => Err(Code::DoctorUnverified.into()),
        Standing { suspended: true, .. } => Err(Code::DoctorUnavailable.into()),
        Standing { licensed: false, .. } => Err(Code::DoctorUnlicensed.into()),
        Standing { has_fee: false, .. } => Err(Code::DoctorWithoutFee.into()),
        Standing { verified: true, suspended: false, licensed: true, has_fee: true } => Ok(()),
    }
}

/// The error code for a time that cannot be booked; `None` for a free time.
pub(super) const fn refusal(availability: Availability) -> Option<Code> {
    match availability {
        Availability::Free => None,
        Availability::Past | Availability::TooSoon => Some(Code::SlotPast),
        Availability::Busy | Availability::TooClose | Availability::DayFull | Availability::NoRoom => Some(Code::SlotTaken),
        Availability::BeyondHorizon
        | Availability::Unlicensed
        | Availability::ClinicClosed
        | Availability::EndsAfterHours
        | Availability::DayOff
        | Availability::Away
        | Availability::OutsideHours
        | Availability::NotOnGrid
        | Availability::NonexistentLocalTime => Some(Code::SlotUnknown),
    }
}

/// Checks that an appointment can be cancelled now: not once it has begun, is over or was cancelled.
pub(super) fn check_cancel(state: AppointmentState, starts_at: Timestamp, now: Timestamp) -> Result<AppointmentState> {
    match state.next(AppointmentEvent::Cancel) {
        Ok(next) if now < starts_at => Ok(next),
        Ok(_) | Err(_) => Err(Code::AppointmentSettled.into()),
    }
}

/// Checks that an appointment can move now, and returns the kind of its reservation: not once it has begun, is over or was cancelled.
pub(super) fn check_move(state: AppointmentState, starts_at: Timestamp, now: Timestamp) -> Result<ReservationKind> {
    let next = state.next(AppointmentEvent::Move).map_err(|_| Code::AppointmentSettled)?;
    let kind = next.reservation().ok_or(Code::AppointmentSettled)?;
    if now < starts_at { Ok(kind) } else { Err(Code::AppointmentSettled.into()) }
}

/// Until when cancelling or moving counts as in time: by the notice that was copied at booking, or by the setting if none was.
pub(super) fn cancel_in_time_until(starts_at: Timestamp, copied: Option<i32>, setting: i64) -> Timestamp {
    let notice_hours = copied.map_or(setting, i64::from);
    starts_at.checked_sub(SignedDuration::from_hours(notice_hours)).unwrap_or(Timestamp::MIN)
}

/// How often the patient's side may move one appointment.
const MOST_MOVES_BY_PATIENT: i32 = 5;

/// Whether the patient's side has moved an appointment as often as it may.
pub(super) const fn is_moved_too_often(moves_by_patient: i32) -> bool {
    moves_by_patient >= MOST_MOVES_BY_PATIENT
}

/// Whether a visit no longer fits the hours: it begins or ends outside them, or touches time off.
pub(super) fn lies_outside(schedule: &Schedule<'_>, visit: TimeRange) -> bool {
    let minute = SignedDuration::from_mins(1);
    let at = |policy: BookingPolicy, instant: Timestamp| {
        // Only the doctor's hours decide; other bookings, notice, horizon, licences and the clinic's hours are ignored.
        let policy = BookingPolicy { notice_mins: 0, horizon_days: u16::MAX, ..policy };
        Schedule::of_hours(schedule.zone, schedule.rules, schedule.exceptions, policy, instant).explain(instant)
    };
    let minutes =
        |range: TimeRange| u16::try_from(range.duration().as_mins()).ok().and_then(NonZeroU16::new).unwrap_or(NonZeroU16::MIN);
    let whole = BookingPolicy { length_mins: minutes(visit), ..schedule.policy };
    let last_minute = BookingPolicy { length_mins: NonZeroU16::MIN, ..schedule.policy };
    let fits = |availability| matches!(availability, Availability::Free | Availability::NotOnGrid);
    !fits(at(whole, visit.start())) || !fits(at(last_minute, visit.end() - minute))
}

/// Whether what a doctor has said about running late concerns an appointment: it has not begun, and begins before the end of the doctor's day.
pub(super) fn waits_for_late_doctor(card: &AppointmentCard, late: LateView, now: Timestamp) -> bool {
    let is_to_come = matches!(card.state, AppointmentState::Requested | AppointmentState::Confirmed);
    is_to_come && now < late.until && card.starts_at < late.until && now < card.room_closes_at
}

/// A range as hours on the dates of a zone, one for each date. Empty if the zone cannot express it: the range begins and ends in an hour that the clock
/// repeats.
pub(super) fn local_hours(range: TimeRange, zone: &TimeZone) -> Vec<(Date, LocalHours)> {
    let (start, end) = (zone.to_datetime(range.start()), zone.to_datetime(range.end()));
    let hours_on = |date: Date| {
        let from = if date == start.date() { start.time() } else { Time::midnight() };
        if date == end.date() && end.time() == Time::midnight() {
            // The range ends as this date begins.
            return None;
        }
        let until = if date == end.date() { end.time() } else { Time::midnight() };
        LocalHours::new(from, until).ok().map(|hours| (date, hours))
    };
    start.date().series(1.day()).take_while(|date| *date <= end.date()).filter_map(hours_on).collect()
}

/// The `count` open times that begin nearest to an instant, in order of time.
pub(super) fn nearest(mut times: Vec<OpenTime>, wanted: Timestamp, count: usize) -> Vec<OpenTime> {
    times.sort_by_key(|time| (time.start.duration_since(wanted).abs(), time.start));
    times.truncate(count);
    times.sort_by_key(|time| (time.start, time.clinic));
    times
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Weekday, date, time};
    use model::scheduling::{DayException, ExceptionKind, HoursRule};

    #[test]
    fn a_range_is_hours_on_each_date_of_a_zone() {
        let range = |from: &str, until: &str| {
            TimeRange::new(from.parse().expect("an instant"), until.parse().expect("an instant")).expect("a range")
        };
        let shown = |range, zone: &str| {
            let zone = jiff::tz::db().get(zone).expect("a zone");
            let hours = local_hours(range, &zone);
            hours.into_iter().map(|(date, hours)| format!("{date} {} {}", hours.start(), hours.end())).collect::<Vec<_>>()
        };
        let afternoon = range("2026-11-24T14:00:00Z", "2026-11-24T16:00:00Z");
        assert_eq!(shown(afternoon, "Europe/London"), ["2026-11-24 14:00:00 16:00:00"]);
        let until_midnight = range("2026-11-24T22:00:00Z", "2026-11-25T00:00:00Z");
        assert_eq!(shown(until_midnight, "Europe/London"), ["2026-11-24 22:00:00 00:00:00"]);
        assert_eq!(
            shown(afternoon, "Pacific/Auckland"),
            ["2026-11-25 03:00:00 05:00:00"],
            "it is another date on the other side of the earth"
        );
        let evening = range("2026-11-24T17:00:00Z", "2026-11-24T20:00:00Z");
        assert_eq!(shown(evening, "Asia/Kolkata"), ["2026-11-24 22:30:00 00:00:00", "2026-11-25 00:00:00 01:30:00"]);
    }

    #[test]
    fn every_reason_against_a_time_has_its_code() {
        for availability in Availability::ALL {
            assert_eq!(refusal(*availability).is_none(), *availability == Availability::Free, "{availability}");
        }
    }

    #[test]
    fn only_a_verified_licensed_doctor_with_a_fee_and_at_liberty_is_booked() {
        let good = Standing { verified: true, suspended: false, licensed: true, has_fee: true };
        assert!(may_be_booked(good).is_ok());
        let code = |standing| may_be_booked(standing).expect_err("refused").code();
        assert_eq!(code(Standing { verified: false, ..good }), Code::DoctorUnverified);
        assert_eq!(code(Standing { suspended: true, ..good }), Code::DoctorUnavailable);
        assert_eq!(code(Standing { licensed: false, ..good }), Code::DoctorUnlicensed);
        assert_eq!(code(Standing { has_fee: false, ..good }), Code::DoctorWithoutFee);
        assert_eq!(code(Standing { has_fee: false, verified: false, ..good }), Code::DoctorUnverified);
    }

    #[test]
    fn an_appointment_is_called_off_until_it_begins() {
        let start: Timestamp = "2026-11-24T10:30:00Z".parse().expect("an instant");
        let before = start - SignedDuration::from_secs(1);
        assert!(check_cancel(AppointmentState::Confirmed, start, before).is_ok());
        assert!(check_cancel(AppointmentState::Confirmed, start, start).is_err());
        assert_eq!(check_move(AppointmentState::Confirmed, start, before).ok(), Some(ReservationKind::Confirmed));
        assert!(check_move(AppointmentState::Confirmed, start, start).is_err());
        for state in
            [AppointmentState::InVisit, AppointmentState::Completed, AppointmentState::Cancelled, AppointmentState::NoShow]
        {
            assert!(check_cancel(state, start, before).is_err(), "{state}");
            assert!(check_move(state, start, before).is_err(), "{state}");
        }
    }

    #[test]
    fn a_visit_lies_outside_when_its_hours_went() {
        let hours = |from, to| LocalHours::new(time(from, 0, 0, 0), time(to, 0, 0, 0)).expect("hours");
        let rule = HoursRule { weekday: Weekday::Tuesday, hours: hours(9, 12), valid_from: None, valid_until: None };
        let off = [DayException { date: date(2026, 11, 24), kind: ExceptionKind::Off { hours: hours(10, 11) } }];
        let zone = TimeZone::UTC;
        let policy = BookingPolicy::default();
        let rules = [rule];
        let schedule = Schedule::of_hours(&zone, &rules, &[], policy, Timestamp::UNIX_EPOCH);
        let visit = |start: &str, end: &str| {
            let at = |text: &str| format!("2026-11-24T{text}:00Z").parse().expect("an instant");
            TimeRange::new(at(start), at(end)).expect("a range")
        };
        assert!(!lies_outside(&schedule, visit("09:00", "09:30")));
        assert!(!lies_outside(&schedule, visit("09:10", "09:40")), "off the grid is still inside");
        assert!(lies_outside(&schedule, visit("11:45", "12:15")));
        assert!(lies_outside(&schedule, visit("13:00", "13:30")));
        let with_break = Schedule { exceptions: &off, ..schedule };
        assert!(lies_outside(&with_break, visit("09:45", "10:15")));
        assert!(!lies_outside(&with_break, visit("09:30", "10:00")));
    }
}
