//! What pages show of measurements.

use super::{Alarm, Growth, NEWS2_FROM_MONTHS, News2, Observed, Vitals, news2};
use crate::{
    ids::{EncounterId, MeasurementId, PatientId},
    scheduling::{AppointmentState, views::AppointmentCard},
    wire::{redacted, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// What was measured at one time, with what follows from it at the age that the patient had then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasurementView {
    /// Its id.
    pub id: MeasurementId,
    /// When it was measured.
    pub taken_at: Timestamp,
    /// The name of who entered it.
    pub recorded_by: String,
    /// Whether the patient's side has entered it, at home.
    pub at_home: bool,
    /// The visit before or at which it was measured, if there was one.
    pub encounter: Option<EncounterId>,
    /// The values.
    pub vitals: Vitals,
    /// The values of which somebody must be told.
    pub alarms: Vec<Alarm>,
    /// The early-warning score, if all its parameters were measured and it is for the age of the patient.
    pub news2: Option<News2>,
    /// Whether the caller may mark it as entered in error.
    pub may_withdraw: bool,
}

impl MeasurementView {
    /// The early-warning score of measurements at an age in completed months.
    #[must_use]
    pub fn score(vitals: &Vitals, age_months: i32) -> Option<News2> {
        Observed::among(vitals).filter(|_| age_months >= NEWS2_FROM_MONTHS).map(|observed| news2(&observed))
    }
}

/// The measurements of a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientMeasurements {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The age today in completed months.
    pub age_months: i32,
    /// Whether the caller may add measurements.
    pub may_add: bool,
    /// How a child or a young person has grown; none for adults.
    pub growth: Option<Growth>,
    /// The measurements, the newest first, without those that were entered in error.
    pub items: Vec<MeasurementView>,
    /// Whether there are older ones, which are not among them.
    pub is_cut: bool,
}

/// The intake before a visit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeView {
    /// The appointment of the visit.
    pub card: AppointmentCard,
    /// What was measured for it.
    pub measurements: PatientMeasurements,
}

words! {
    /// How far a visit of the worklist is. The worklist is in this order.
    IntakePlace {
        /// The patient is here and waits.
        Waiting = "waiting",
        /// The patient has not come yet.
        Expected = "expected",
        /// The patient is with the doctor.
        WithDoctor = "with_doctor",
        /// The visit is over.
        Over = "over",
    }
}

impl IntakePlace {
    /// How far a visit is; none for one to which nobody comes.
    #[must_use]
    pub const fn of(card: &AppointmentCard) -> Option<Self> {
        match card.state {
            AppointmentState::Confirmed if card.arrived_at.is_some() => Some(Self::Waiting),
            AppointmentState::Confirmed | AppointmentState::Requested => Some(Self::Expected),
            AppointmentState::InVisit => Some(Self::WithDoctor),
            AppointmentState::Completed => Some(Self::Over),
            AppointmentState::Cancelled | AppointmentState::NoShow => None,
        }
    }
}

/// A visit in the worklist of a nurse.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeItem {
    /// The appointment of the visit.
    pub card: AppointmentCard,
    /// How far the visit is.
    pub place: IntakePlace,
    /// When the newest measurement for it was taken; none while the intake is missing.
    pub taken_at: Option<Timestamp>,
}

/// The worklist of a nurse: the visits of a day, without those that were cancelled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeList {
    /// The day.
    pub date: Date,
    /// The visits: who waits first, then who is expected, then who is with the doctor, then who was there.
    pub items: Vec<IntakeItem>,
}

redacted!(MeasurementView);
redacted!(PatientMeasurements);
redacted!(IntakeView);
redacted!(IntakeItem);
redacted!(IntakeList);
