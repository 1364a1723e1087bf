//! What happened at a past visit; this is decided before any row is written.

use super::{
    Filling,
    cases::{self, Case, Remedy},
    doctors::Doctor,
    patients::Patient,
    talks::{TALKS, Talk},
};
use crate::document::printable;
use jiff::{SignedDuration, Timestamp};
use model::ids::EncounterId;

/// A visit that ended.
pub(super) struct Visit<'a> {
    pub(super) encounter: EncounterId,
    pub(super) patient: &'a Patient,
    pub(super) doctor: &'a Doctor,
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
    pub(super) case: &'static Case,
    pub(super) outcome: Outcome,
}

/// What resulted from a visit.
#[derive(Clone, Copy)]
pub(super) struct Outcome {
    /// What was prescribed; empty for advice only.
    pub(super) remedies: &'static [Remedy],
    /// Why the prescription was cancelled later, if it was.
    pub(super) taken_back: Option<&'static str>,
    /// What was added to the note later, as its second version.
    pub(super) addendum: Option<&'static str>,
    /// The chat during the visit.
    pub(super) talk: Option<&'static Talk>,
}

const TAKEN_BACK: [&str; 4] = [
    "The pharmacy does not have it; a new prescription follows.",
    "Already prescribed by somebody else.",
    "The patient has decided against it.",
    "Wrong quantity; a new prescription follows.",
];

const ADDENDA: [&str; 4] = [
    "Added: results of the laboratory came back in the normal range, told by telephone.",
    "Added: better after a few days, no further visit needed.",
    "Added: the report of the hospital has arrived and changes nothing.",
    "Added: side effects were discussed again, treatment goes on.",
];

/// How long after the visit something is added to a note.
pub(super) const ADDED_AFTER: SignedDuration = SignedDuration::from_hours(26);
/// How long after the visit a prescription is cancelled.
pub(super) const TAKEN_BACK_AFTER: SignedDuration = SignedDuration::from_hours(5);

/// A random case of the doctor's specialty, with a random outcome.
pub(super) fn of_anybody(filling: &Filling<'_>, doctor: &Doctor, patient: &Patient) -> (&'static Case, Outcome) {
    let seeded = filling.seeded;
    let case = seeded.pick(cases::of(doctor.specialty));
    let prescribed = !case.remedies.is_empty() && seeded.below(100) < 60 && printable(&patient.name).is_ok();
    let how_many = if prescribed { 1 + seeded.below(case.remedies.len()) } else { 0 };
    let outcome = Outcome {
        remedies: &case.remedies[..how_many],
        taken_back: (seeded.below(100) < 4).then(|| *seeded.pick(&TAKEN_BACK)),
        addendum: (seeded.below(100) < 8).then(|| *seeded.pick(&ADDENDA)),
        talk: (seeded.below(100) < 25).then(|| *seeded.pick(&TALKS)),
    };
    (case, outcome)
}
