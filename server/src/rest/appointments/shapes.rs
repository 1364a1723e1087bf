//! What is answered about appointments.

use crate::rest::{
    directory::{Clinic, DoctorName, Money},
    payload::one_of,
};
use jiff::Timestamp;
use model::scheduling::{
    AppointmentState, VisitMode,
    views::{AppointmentCard, AppointmentView, PatientBrief},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn state() -> Object {
    one_of(AppointmentState::ALL.iter().map(|state| state.as_str()))
}

/// How people can meet.
pub(super) fn mode() -> Object {
    one_of(VisitMode::ALL.iter().map(|mode| mode.as_str()))
}

/// A patient in a line.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct PatientName {
    /// Who it is.
    id: Uuid,
    /// The full name.
    name: String,
    /// The number for the desk.
    #[schema(examples("7K3-9QF-2X"))]
    number: String,
    /// The age in years on the day of the visit.
    age: i16,
}

/// An appointment in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct AppointmentSummary {
    /// Which it is.
    id: Uuid,
    /// The visit that belongs to it.
    visit_id: Uuid,
    /// The number for the desk.
    #[schema(examples("7K3-9QF-2X"))]
    number: String,
    /// Where it stands.
    #[schema(schema_with = state)]
    state: &'static str,
    /// How people meet.
    #[schema(schema_with = mode)]
    mode: &'static str,
    /// When it begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
    /// When the waiting room opens.
    room_opens_at: Timestamp,
    /// Until when it can be entered.
    room_closes_at: Timestamp,
    /// With whom.
    doctor: DoctorName,
    /// For whom.
    patient: PatientName,
    /// Where.
    clinic: Clinic,
    /// What it costs.
    fee: Money,
}

/// An appointment.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Appointment {
    #[serde(flatten)]
    summary: AppointmentSummary,
    /// Why the patient comes, in the patient's words; null when the person's data was erased.
    reason: Option<String>,
    /// When it was booked.
    booked_at: Timestamp,
    /// When it was called off.
    cancelled_at: Option<Timestamp>,
    /// Whether it can be called off now.
    can_cancel: bool,
    /// Until when calling it off counts as in time.
    cancel_in_time_until: Timestamp,
    /// Counts its changes.
    version: i32,
}

impl Appointment {
    /// Its id.
    pub(super) fn id(&self) -> Uuid {
        self.summary.id
    }
}

impl From<AppointmentCard> for AppointmentSummary {
    fn from(card: AppointmentCard) -> Self {
        Self {
            id: card.id.into(),
            visit_id: card.encounter.into(),
            number: card.number,
            state: card.state.as_str(),
            mode: card.mode.as_str(),
            starts_at: card.starts_at,
            ends_at: card.ends_at,
            room_opens_at: card.room_opens_at,
            room_closes_at: card.room_closes_at,
            doctor: card.doctor.into(),
            patient: card.patient.into(),
            clinic: card.clinic.into(),
            fee: card.fee.into(),
        }
    }
}

impl From<PatientBrief> for PatientName {
    fn from(PatientBrief { id, name, number, age }: PatientBrief) -> Self {
        Self { id: id.into(), name, number, age }
    }
}

impl From<AppointmentView> for Appointment {
    fn from(view: AppointmentView) -> Self {
        Self {
            summary: view.card.into(),
            reason: view.reason,
            booked_at: view.booked_at,
            cancelled_at: view.cancelled_at,
            can_cancel: view.can_cancel,
            cancel_in_time_until: view.cancel_in_time_until,
            version: view.version,
        }
    }
}
