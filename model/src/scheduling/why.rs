//! The answer to "why is this time not offered?".

use super::{Availability, TimeRange, views::ClinicBrief};
use crate::{
    errors::Code,
    ids::{AppointmentId, DoctorId, VisitTypeId},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// Something to choose from: its id and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named<T> {
    /// The id.
    pub id: T,
    /// The name.
    pub name: String,
}

/// What was asked about, what else can be asked about, and the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyView {
    /// The doctors about whom the caller may ask, by name.
    pub doctors: Vec<Named<DoctorId>>,
    /// The doctor who was asked about; none if there is nobody.
    pub doctor: Option<DoctorId>,
    /// The clinics at which the doctor has hours and about which the caller may ask.
    pub clinics: Vec<ClinicBrief>,
    /// The clinic that was asked about; none if the doctor has no hours.
    pub clinic: Option<ClinicBrief>,
    /// The doctor's visit types that can be booked.
    pub visit_types: Vec<Named<VisitTypeId>>,
    /// The one that was asked about.
    pub visit_type: Option<VisitTypeId>,
    /// Why the doctor cannot be booked at all; none if the doctor can.
    pub not_bookable: Option<Code>,
    /// The answers for each instant at which the clinic's clock shows the time: one, or two if the clock goes back over it. None if no time was asked about.
    pub answers: Vec<WhyAnswer>,
}

/// Whether one time is offered, and why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyAnswer {
    /// The time; none if the clock goes forward over it.
    pub at: Option<Timestamp>,
    /// Whether it is offered.
    pub availability: Availability,
    /// What causes the answer.
    pub cause: WhyCause,
    /// Free times near it, in order; none if it is offered.
    pub nearest: Vec<Timestamp>,
}

/// What causes an answer. Nothing in it names a patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyCause {
    /// The answer says everything.
    Nothing,
    /// Times are offered from this instant on.
    From(Timestamp),
    /// Times are offered up to this date, which is included.
    Until(Date),
    /// The hours of the date; there may be none.
    Hours(Vec<TimeRange>),
    /// Another visit of the doctor, or a hold.
    Visit(TakenBy),
    /// The largest number of visits on a day.
    Most(u16),
}

/// What takes a time of the doctor, as far as the caller may know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBy {
    /// When it is; none if it is at a clinic of which the caller may not know the visits.
    pub range: Option<TimeRange>,
    /// The appointment; none for a hold, and if the caller may not read the appointment.
    pub appointment: Option<AppointmentId>,
    /// Whether it is a hold: somebody is filling in the booking form.
    pub is_hold: bool,
}
