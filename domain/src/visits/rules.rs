//! When a visit may be entered, and by whom. Pure functions.

use crate::{
    Result,
    access::{Acting, Facts, Phase, Relation, Relations},
    settings::Settings,
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{
    errors::Code,
    scheduling::{AppointmentState, TimeRange, Unattended, VisitMode},
    visits::views::{Side, VisitState},
};

/// What determines the state of a visit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    pub(super) planned: TimeRange,
    pub(super) mode: VisitMode,
    pub(super) appointment: AppointmentState,
    pub(super) arrived_at: Option<Timestamp>,
    pub(super) admitted_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
}

impl Course {
    /// The state of the visit.
    pub(super) fn state(&self, now: Timestamp, settings: &Settings) -> VisitState {
        let room = Room::around(self.planned, settings);
        match (self.ended_at, self.admitted_at, self.arrived_at) {
            (Some(_), _, _) => VisitState::Ended,
            (None, Some(_), _) => VisitState::Admitted,
            (None, None, _) if !self.can_begin() => VisitState::Over,
            (None, None, Some(since)) if now < room.closes_at => VisitState::Waiting { since },
            (None, None, None) if now < room.opens_at => VisitState::Closed { opens_at: room.opens_at },
            (None, None, None) if now < room.closes_at => VisitState::Open,
            (None, None, Some(_) | None) => VisitState::Over,
        }
    }

    /// Checks that the patient may enter the waiting room.
    ///
    /// # Errors
    /// `visits.not_on_video`, `visits.closed`, `visits.ended`.
    pub(super) fn check_arrival(&self, now: Timestamp, settings: &Settings) -> Result<()> {
        self.check_on_video()?;
        match self.state(now, settings) {
            VisitState::Open | VisitState::Waiting { .. } | VisitState::Admitted => Ok(()),
            VisitState::Closed { .. } | VisitState::Over => Err(Code::VisitClosed.into()),
            VisitState::Ended => Err(Code::VisitEnded.into()),
        }
    }

    /// Checks that both sides may be in the call.
    ///
    /// # Errors
    /// `visits.not_on_video`; `visits.closed` before the admission and long after the planned end; `visits.ended`.
    pub(super) fn check_call(&self, now: Timestamp, settings: &Settings) -> Result<()> {
        self.check_on_video()?;
        match self.state(now, settings) {
            VisitState::Admitted if now < Room::around(self.planned, settings).closes_at => Ok(()),
            VisitState::Admitted
            | VisitState::Closed { .. }
            | VisitState::Open
            | VisitState::Waiting { .. }
            | VisitState::Over => Err(Code::VisitClosed.into()),
            VisitState::Ended => Err(Code::VisitEnded.into()),
        }
    }

    /// Whether patient and doctor meet in a call here, and not elsewhere.
    pub(super) const fn is_on_video(&self) -> bool {
        match self.mode {
            VisitMode::Video => true,
            VisitMode::InPerson | VisitMode::Phone | VisitMode::External => false,
        }
    }

    fn check_on_video(&self) -> Result<()> {
        if self.is_on_video() { Ok(()) } else { Err(Code::VisitNotOnVideo.into()) }
    }

    /// Whether messages may be written in the conversation of the visit.
    pub(super) fn can_write(&self, now: Timestamp, settings: &Settings) -> bool {
        matches!(self.state(now, settings), VisitState::Open | VisitState::Waiting { .. } | VisitState::Admitted)
    }

    /// The phase of the visit, for what is written at it. `zone` is that of its clinic.
    pub(super) fn phase(&self, zone: &TimeZone, now: Timestamp, settings: &Settings) -> Phase {
        match self.state(now, settings) {
            VisitState::Closed { .. } if zone.to_datetime(now).date() < zone.to_datetime(self.planned.start()).date() => {
                Phase::Ahead
            }
            VisitState::Closed { .. }
            | VisitState::Open
            | VisitState::Waiting { .. }
            | VisitState::Admitted
            | VisitState::Ended => Phase::Come,
            VisitState::Over => Phase::NotHeld,
        }
    }

    /// Why the visit is to be closed although nobody cancelled or ended it; `None` while it may still go on.
    pub(super) fn unattended(
        &self,
        first_arrived_at: Option<Timestamp>,
        now: Timestamp,
        settings: &Settings,
    ) -> Option<Unattended> {
        let abandoned = self.planned.end() + SignedDuration::from_hours(settings.abandoned_visit_hours) <= now;
        match self.state(now, settings) {
            // Nobody can see here whether patient and doctor met elsewhere, and most do.
            VisitState::Over if self.appointment == AppointmentState::Confirmed && !self.is_on_video() => {
                Some(Unattended::NotEnded)
            }
            VisitState::Over if self.appointment == AppointmentState::Confirmed => {
                Some(if first_arrived_at.is_some() { Unattended::NotAdmitted } else { Unattended::PatientAbsent })
            }
            VisitState::Admitted if abandoned && self.appointment == AppointmentState::InVisit => Some(Unattended::NotEnded),
            VisitState::Over
            | VisitState::Admitted
            | VisitState::Closed { .. }
            | VisitState::Open
            | VisitState::Waiting { .. }
            | VisitState::Ended => None,
        }
    }

    const fn can_begin(&self) -> bool {
        match self.appointment {
            AppointmentState::Confirmed | AppointmentState::InVisit => true,
            AppointmentState::Requested
            | AppointmentState::Completed
            | AppointmentState::Cancelled
            | AppointmentState::NoShow => false,
        }
    }
}

/// From when until when the waiting room can be entered.
struct Room {
    opens_at: Timestamp,
    closes_at: Timestamp,
}

impl Room {
    fn around(planned: TimeRange, settings: &Settings) -> Self {
        Self {
            opens_at: planned.start() - SignedDuration::from_mins(settings.waiting_room_opens_minutes),
            closes_at: planned.end() + SignedDuration::from_mins(settings.waiting_room_closes_minutes),
        }
    }
}

/// Whether the caller is the patient or the doctor that the facts name.
///
/// # Errors
/// `access.forbidden` for callers who are neither.
pub(crate) fn side_of(acting: &Acting, facts: &Facts) -> Result<Side> {
    let relations = Relations::between(acting, facts);
    if relations.contain(Relation::Own) || relations.contain(Relation::Guardian) {
        Ok(Side::Patient)
    } else if relations.contain(Relation::Responsible) {
        Ok(Side::Doctor)
    } else {
        Err(Code::Forbidden.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-24T{text}:00Z").parse().expect("an instant")
    }

    fn course() -> Course {
        let planned = TimeRange::new(at("10:00"), at("10:30")).expect("a range");
        Course {
            planned,
            mode: VisitMode::Video,
            appointment: AppointmentState::Confirmed,
            arrived_at: None,
            admitted_at: None,
            ended_at: None,
        }
    }

    #[test]
    fn the_waiting_room_opens_before_the_start_and_closes_after_the_end() {
        let (course, settings) = (course(), Settings::default());
        assert_eq!(course.state(at("09:44"), &settings), VisitState::Closed { opens_at: at("09:45") });
        assert_eq!(course.state(at("09:45"), &settings), VisitState::Open);
        assert_eq!(course.state(at("11:29"), &settings), VisitState::Open);
        assert_eq!(course.state(at("11:30"), &settings), VisitState::Over);
        let cancelled = Course { appointment: AppointmentState::Cancelled, ..course };
        assert_eq!(cancelled.state(at("10:00"), &settings), VisitState::Over);
    }

    #[test]
    fn what_is_written_at_a_visit_is_written_on_its_day_and_if_it_is_held() {
        let (course, settings) = (course(), Settings::default());
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        let phase = |course: Course, at: &str| course.phase(&berlin, at.parse().expect("an instant"), &settings);
        assert_eq!(phase(course, "2026-11-23T22:59:59Z"), Phase::Ahead, "the evening before in Berlin");
        assert_eq!(phase(course, "2026-11-23T23:00:00Z"), Phase::Come, "the day begins where the clinic is");
        assert_eq!(phase(course, "2026-11-24T11:29:00Z"), Phase::Come);
        assert_eq!(phase(course, "2026-11-24T11:30:00Z"), Phase::NotHeld, "nobody was admitted");
        let cancelled = Course { appointment: AppointmentState::Cancelled, ..course };
        assert_eq!(phase(cancelled, "2026-11-24T09:00:00Z"), Phase::NotHeld);
        let admitted = Course { arrived_at: Some(at("09:50")), admitted_at: Some(at("10:00")), ..course };
        assert_eq!(phase(admitted, "2026-12-24T09:00:00Z"), Phase::Come, "a note can be amended afterwards");
    }

    #[test]
    fn a_visit_is_closed_when_nobody_can_be_admitted_any_more_or_its_doctor_forgot_to_end_it() {
        let (course, settings) = (course(), Settings::default());
        let closed = |course: Course, came, at: Timestamp| course.unattended(came, at, &settings);
        assert_eq!(closed(course, None, at("11:29")), None);
        assert_eq!(closed(course, None, at("11:30")), Some(Unattended::PatientAbsent));
        assert_eq!(closed(course, Some(at("09:50")), at("11:30")), Some(Unattended::NotAdmitted));
        let cancelled = Course { appointment: AppointmentState::Cancelled, ..course };
        assert_eq!(closed(cancelled, None, at("11:30")), None);
        let admitted = Course {
            appointment: AppointmentState::InVisit,
            arrived_at: Some(at("09:50")),
            admitted_at: Some(at("10:00")),
            ..course
        };
        assert_eq!(closed(admitted, Some(at("09:50")), at("23:00")), None, "the doctor can still end it");
        let next_day = at("10:30") + SignedDuration::from_hours(24);
        assert_eq!(closed(admitted, Some(at("09:50")), next_day), Some(Unattended::NotEnded));
    }

    #[test]
    fn a_visit_elsewhere_has_no_call_and_is_taken_as_held() {
        let settings = Settings::default();
        for mode in [VisitMode::InPerson, VisitMode::Phone, VisitMode::External] {
            let elsewhere = Course { mode, ..course() };
            assert_eq!(elsewhere.check_arrival(at("10:00"), &settings).expect_err("no room").code(), Code::VisitNotOnVideo);
            let begun = Course { admitted_at: Some(at("10:00")), appointment: AppointmentState::InVisit, ..elsewhere };
            assert_eq!(begun.check_call(at("10:10"), &settings).expect_err("no call").code(), Code::VisitNotOnVideo);
            assert_eq!(elsewhere.unattended(None, at("11:29"), &settings), None);
            assert_eq!(elsewhere.unattended(None, at("11:30"), &settings), Some(Unattended::NotEnded));
            let cancelled = Course { appointment: AppointmentState::Cancelled, ..elsewhere };
            assert_eq!(cancelled.unattended(None, at("11:30"), &settings), None);
        }
    }

    #[test]
    fn the_call_is_between_admission_and_end() {
        let settings = Settings::default();
        let waiting = Course { arrived_at: Some(at("09:50")), ..course() };
        assert_eq!(waiting.state(at("10:00"), &settings), VisitState::Waiting { since: at("09:50") });
        assert_eq!(waiting.check_call(at("10:00"), &settings).expect_err("not admitted").code(), Code::VisitClosed);
        let admitted = Course { admitted_at: Some(at("10:00")), appointment: AppointmentState::InVisit, ..waiting };
        assert!(admitted.check_call(at("10:20"), &settings).is_ok());
        assert_eq!(admitted.check_call(at("11:30"), &settings).expect_err("too late").code(), Code::VisitClosed);
        assert_eq!(admitted.state(at("12:00"), &settings), VisitState::Admitted, "the doctor can still end it");
        let ended = Course { ended_at: Some(at("10:25")), appointment: AppointmentState::Completed, ..admitted };
        assert_eq!(ended.check_call(at("10:26"), &settings).expect_err("ended").code(), Code::VisitEnded);
        assert!(!ended.can_write(at("10:26"), &settings));
    }
}
