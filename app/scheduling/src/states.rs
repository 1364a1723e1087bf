//! The words for an appointment's state and for how doctor and patient meet.

use kit::parts::{Tag, TagKind};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::scheduling::{AppointmentState, VisitMode};
use words::{Locale, say};

/// The state as a tag.
#[component]
pub(super) fn StateTag(
    /// The state.
    state: AppointmentState,
) -> impl IntoView {
    let l = use_locale();
    let (kind, text) = match state {
        AppointmentState::Requested => (TagKind::Warn, say!(l, scheduling.appointment.state_requested)),
        AppointmentState::Confirmed => (TagKind::Good, say!(l, scheduling.appointment.state_confirmed)),
        AppointmentState::InVisit => (TagKind::Good, say!(l, scheduling.appointment.state_in_visit)),
        AppointmentState::Completed => (TagKind::Plain, say!(l, scheduling.appointment.state_completed)),
        AppointmentState::Cancelled => (TagKind::Plain, say!(l, scheduling.appointment.state_cancelled)),
        AppointmentState::NoShow => (TagKind::Warn, say!(l, scheduling.appointment.state_no_show)),
    };
    view! { <Tag kind text/> }
}

/// The name of a visit mode: on video, in the clinic, by phone or at an online meeting.
pub(super) fn mode_name(l: Locale, mode: VisitMode) -> &'static str {
    match mode {
        VisitMode::Video => say!(l, scheduling.doctor.video),
        VisitMode::InPerson => say!(l, scheduling.doctor.in_person),
        VisitMode::Phone => say!(l, scheduling.doctor.by_phone),
        VisitMode::External => say!(l, scheduling.doctor.external),
    }
}
