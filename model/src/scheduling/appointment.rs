//! The states of an appointment and the transitions between them.

use crate::wire::words;
use jiff::SignedDuration;

words! {
    /// The state of an appointment.
    AppointmentState {
        /// The patient requested it; the clinic has not confirmed it.
        Requested = "requested",
        /// The clinic confirmed it.
        Confirmed = "confirmed",
        /// The doctor admitted the patient; the visit is in progress.
        InVisit = "in_visit",
        /// The visit took place and has ended.
        Completed = "completed",
        /// It was cancelled before it began, or nobody admitted the patient.
        Cancelled = "cancelled",
        /// The patient did not come.
        NoShow = "no_show",
    }
}

words! {
    /// What can happen to an appointment.
    AppointmentEvent {
        /// The clinic confirms it.
        Confirm = "confirm",
        /// It moves to another time.
        Move = "move",
        /// The doctor admits the patient.
        Begin = "begin",
        /// The doctor ends the visit.
        Complete = "complete",
        /// It is cancelled.
        Cancel = "cancel",
        /// Its time is over and the patient did not come.
        MarkNoShow = "mark_no_show",
    }
}

words! {
    /// The kind of a reservation on the time of a doctor and a patient.
    ReservationKind {
        /// A hold, while a patient fills in the booking form.
        Held = "held",
        /// A time that is offered to a person on the waiting list.
        Offered = "offered",
        /// A requested appointment.
        Requested = "requested",
        /// A confirmed appointment.
        Confirmed = "confirmed",
    }
}

words! {
    /// How patient and doctor meet.
    VisitMode {
        /// By video.
        Video = "video",
        /// In the clinic.
        InPerson = "in_person",
        /// By phone: the doctor calls.
        Phone = "phone",
        /// At a meeting elsewhere on the web, whose link the clinic enters.
        External = "external",
    }
}

words! {
    /// Who cancelled an appointment.
    CancelledBy {
        /// The patient, or a person who acts for the patient.
        Patient = "patient",
        /// The doctor.
        Doctor = "doctor",
        /// The staff of the clinic.
        Clinic = "clinic",
        /// An automatic rule: nobody admitted the patient.
        System = "system",
    }
}

words! {
    /// How long before a visit people are reminded of it.
    Ahead {
        /// A day.
        Day = "day",
        /// An hour.
        Hour = "hour",
    }
}

impl Ahead {
    /// From this long before the visit on people are reminded.
    #[must_use]
    pub const fn before(self) -> SignedDuration {
        match self {
            Self::Day => SignedDuration::from_hours(24),
            Self::Hour => SignedDuration::from_hours(1),
        }
    }

    /// Until this long before the visit. When the server was down for most of the day, the reminder an hour before is enough.
    #[must_use]
    pub const fn latest(self) -> SignedDuration {
        match self {
            Self::Day => SignedDuration::from_hours(1),
            Self::Hour => SignedDuration::ZERO,
        }
    }
}

words! {
    /// Why an appointment is closed although nobody cancelled it and its doctor did not end the visit.
    Unattended {
        /// The patient never entered the waiting room.
        PatientAbsent = "patient_absent",
        /// The patient was in the waiting room, and nobody admitted them.
        NotAdmitted = "not_admitted",
        /// The visit took place, and its doctor did not end it.
        NotEnded = "not_ended",
    }
}

impl Unattended {
    /// What happens to the appointment.
    #[must_use]
    pub const fn event(self) -> AppointmentEvent {
        match self {
            Self::PatientAbsent => AppointmentEvent::MarkNoShow,
            // The patient came, so it is not a no-show.
            Self::NotAdmitted => AppointmentEvent::Cancel,
            Self::NotEnded => AppointmentEvent::Complete,
        }
    }
}

/// The event cannot happen to an appointment in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("an appointment that is {state} does not take {event}")]
pub struct NotAllowed {
    /// The state of the appointment.
    pub state: AppointmentState,
    /// The event that is not allowed.
    pub event: AppointmentEvent,
}

impl AppointmentState {
    /// The state after `event`.
    ///
    /// # Errors
    /// [`NotAllowed`] when there is no such transition.
    pub const fn next(self, event: AppointmentEvent) -> Result<Self, NotAllowed> {
        use AppointmentEvent as Event;
        match (self, event) {
            (Self::Requested, Event::Confirm) => Ok(Self::Confirmed),
            (Self::Requested, Event::Move) => Ok(Self::Requested),
            (Self::Confirmed, Event::Move) => Ok(Self::Confirmed),
            (Self::Confirmed, Event::Begin) => Ok(Self::InVisit),
            (Self::InVisit, Event::Complete) => Ok(Self::Completed),
            (Self::Requested | Self::Confirmed, Event::Cancel) => Ok(Self::Cancelled),
            (Self::Confirmed, Event::MarkNoShow) => Ok(Self::NoShow),
            (Self::Requested, Event::Begin | Event::Complete | Event::MarkNoShow)
            | (Self::Confirmed, Event::Confirm | Event::Complete)
            | (Self::InVisit, Event::Confirm | Event::Move | Event::Begin | Event::Cancel | Event::MarkNoShow)
            | (
                Self::Completed | Self::Cancelled | Self::NoShow,
                Event::Confirm | Event::Move | Event::Begin | Event::Complete | Event::Cancel | Event::MarkNoShow,
            ) => Err(NotAllowed { state: self, event }),
        }
    }

    /// Whether the state is final.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        match self {
            Self::Requested | Self::Confirmed | Self::InVisit => false,
            Self::Completed | Self::Cancelled | Self::NoShow => true,
        }
    }

    /// The reservation of an appointment in this state. A final state has none.
    #[must_use]
    pub const fn reservation(self) -> Option<ReservationKind> {
        match self {
            Self::Requested => Some(ReservationKind::Requested),
            Self::Confirmed | Self::InVisit => Some(ReservationKind::Confirmed),
            Self::Completed | Self::Cancelled | Self::NoShow => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::FieldFault;

    #[test]
    fn the_steps_are_exactly_these() {
        let mut steps = Vec::new();
        for state in AppointmentState::ALL {
            for event in AppointmentEvent::ALL {
                if let Ok(next) = state.next(*event) {
                    steps.push(format!("{state} {event} {next}"));
                }
            }
        }
        assert_eq!(
            steps,
            [
                "requested confirm confirmed",
                "requested move requested",
                "requested cancel cancelled",
                "confirmed move confirmed",
                "confirmed begin in_visit",
                "confirmed cancel cancelled",
                "confirmed mark_no_show no_show",
                "in_visit complete completed",
            ]
        );
    }

    #[test]
    fn what_is_settled_stays_so() {
        for state in AppointmentState::ALL {
            assert_eq!(state.is_settled(), AppointmentEvent::ALL.iter().all(|event| state.next(*event).is_err()), "{state}");
            assert_eq!(state.is_settled(), state.reservation().is_none(), "{state}");
            assert_eq!(AppointmentState::parse(state.as_str()), Ok(*state));
        }
        assert_eq!(AppointmentState::parse("Requested"), Err(FieldFault::UnknownChoice));
        let refused = AppointmentState::Completed.next(AppointmentEvent::Cancel).expect_err("settled");
        assert_eq!(refused.to_string(), "an appointment that is completed does not take cancel");
    }
}
