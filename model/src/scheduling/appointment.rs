//! The states of an appointment and what leads from one to the next.

use crate::wire::words;

words! {
    /// Where an appointment stands.
    AppointmentState {
        /// Asked for; the clinic has not said yes.
        Requested = "requested",
        /// Agreed.
        Confirmed = "confirmed",
        /// The doctor admitted the patient; the visit is under way.
        InVisit = "in_visit",
        /// The visit took place and was ended.
        Completed = "completed",
        /// Called off before it began.
        Cancelled = "cancelled",
        /// The patient did not come.
        NoShow = "no_show",
    }
}

words! {
    /// What can happen to an appointment.
    AppointmentEvent {
        /// The clinic says yes.
        Confirm = "confirm",
        /// It gets another time.
        Move = "move",
        /// The doctor admits the patient.
        Begin = "begin",
        /// The doctor ends the visit.
        Complete = "complete",
        /// Somebody calls it off.
        Cancel = "cancel",
        /// The time is over and the patient did not come.
        MarkNoShow = "mark_no_show",
    }
}

words! {
    /// What binds a doctor's and a patient's time.
    ClaimKind {
        /// Kept for somebody who is filling in the form.
        Held = "held",
        /// A requested appointment.
        Requested = "requested",
        /// A confirmed appointment.
        Confirmed = "confirmed",
    }
}

words! {
    /// How people meet.
    VisitMode {
        /// By video.
        Video = "video",
        /// In the clinic.
        InPerson = "in_person",
    }
}

words! {
    /// Who called an appointment off.
    CancelledBy {
        /// The patient, or somebody acting for the patient.
        Patient = "patient",
        /// The doctor.
        Doctor = "doctor",
        /// Staff of the clinic.
        Clinic = "clinic",
        /// A rule: the doctor was suspended, a request ran out.
        System = "system",
    }
}

/// The event cannot happen to an appointment in this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("an appointment that is {state} does not take {event}")]
pub struct NotAllowed {
    /// Where the appointment stands.
    pub state: AppointmentState,
    /// What was asked.
    pub event: AppointmentEvent,
}

impl AppointmentState {
    /// The state after `event`.
    ///
    /// # Errors
    /// [`NotAllowed`] where there is no such step.
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

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        match self {
            Self::Requested | Self::Confirmed | Self::InVisit => false,
            Self::Completed | Self::Cancelled | Self::NoShow => true,
        }
    }

    /// The claim that a live appointment has; a settled one binds nobody.
    #[must_use]
    pub const fn claim(self) -> Option<ClaimKind> {
        match self {
            Self::Requested => Some(ClaimKind::Requested),
            Self::Confirmed | Self::InVisit => Some(ClaimKind::Confirmed),
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
            assert_eq!(state.is_settled(), state.claim().is_none(), "{state}");
            assert_eq!(AppointmentState::parse(state.as_str()), Ok(*state));
        }
        assert_eq!(AppointmentState::parse("Requested"), Err(FieldFault::UnknownChoice));
        let refused = AppointmentState::Completed.next(AppointmentEvent::Cancel).expect_err("settled");
        assert_eq!(refused.to_string(), "an appointment that is completed does not take cancel");
    }
}
