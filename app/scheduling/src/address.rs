//! The addresses of the scheduling pages. Those with a chosen time are in [`kit::chosen`].

use jiff::civil::Date;
use kit::address::query;
use model::ids::{DoctorId, VisitTypeId};

/// What a doctor's page should show.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted<'a> {
    /// The first day of the strip.
    pub(super) from: Option<Date>,
    /// The day whose times are shown.
    pub(super) day: Option<Date>,
    /// The time zone, if it is not the one in which the page shows times by itself.
    pub(super) zone: Option<&'a str>,
    /// The visit type; none for the doctor's first one.
    pub(super) visit_type: Option<VisitTypeId>,
    /// The id of stored answers, when another time is chosen for them.
    pub(super) booking: Option<&'a str>,
}

/// The page of a doctor's times.
pub(super) fn doctor(doctor: DoctorId, wanted: Wanted<'_>) -> String {
    format!("/doctors/{doctor}{}", asked(wanted))
}

/// The page of a doctor's month.
pub(super) fn month(doctor: DoctorId, wanted: Wanted<'_>) -> String {
    format!("/doctors/{doctor}/month{}", asked(wanted))
}

fn asked(wanted: Wanted<'_>) -> String {
    let (from, day) = (wanted.from.map(|date| date.to_string()), wanted.day.map(|date| date.to_string()));
    let visit_type = wanted.visit_type.map(|id| id.to_string());
    let pairs = [
        ("from", from.as_deref()),
        ("day", day.as_deref()),
        ("zone", wanted.zone),
        ("type", visit_type.as_deref()),
        ("booking", wanted.booking),
    ];
    query(&pairs)
}
