//! The types of answers about appointments.

use crate::rest::{
    directory::{Clinic, DoctorName, Fee},
    payload::one_of,
};
use jiff::{Timestamp, civil::Date};
use model::scheduling::{
    AppointmentState, CancelledBy, MeetingView, VisitMode,
    views::{AppointmentCard, AppointmentView, PatientBrief},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// The schema of the states of an appointment.
pub(super) fn state() -> Object {
    one_of(AppointmentState::ALL.iter().map(|state| state.as_str()))
}

/// The schema of the ways in which patient and doctor can meet.
pub(in crate::rest) fn mode() -> Object {
    one_of(VisitMode::ALL.iter().map(|mode| mode.as_str()))
}

/// A short description of a patient.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct PatientName {
    /// The id of the patient.
    id: Uuid,
    /// The full name.
    name: String,
    /// The patient's number, for use at the reception desk.
    #[schema(examples("7K3-9QF-2X"))]
    number: String,
    /// The patient's age in years on the day of the visit.
    age: i16,
}

/// An appointment, as lists show it.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct AppointmentSummary {
    /// The id of the appointment.
    id: Uuid,
    /// The id of the visit that belongs to the appointment.
    visit_id: Uuid,
    /// The number of the appointment, for use at the reception desk.
    #[schema(examples("7K3-9QF-2X"))]
    number: String,
    /// The state.
    #[schema(schema_with = state)]
    state: &'static str,
    /// How patient and doctor meet.
    #[schema(schema_with = mode)]
    mode: &'static str,
    /// When the appointment begins.
    starts_at: Timestamp,
    /// When the appointment ends.
    ends_at: Timestamp,
    /// When the waiting room opens.
    room_opens_at: Timestamp,
    /// Until when the waiting room can be entered.
    room_closes_at: Timestamp,
    /// Since when the patient waits, in the waiting room or in the clinic, where reception has checked them in; null before and after.
    arrived_at: Option<Timestamp>,
    /// The doctor.
    doctor: DoctorName,
    /// The patient.
    patient: PatientName,
    /// The clinic.
    clinic: Clinic,
    /// The name of the room for a visit in the clinic; null if it has none, or is over.
    #[schema(examples("Room 3"))]
    room: Option<String>,
    /// The price of the visit.
    fee: Fee,
    /// By how many minutes the doctor runs late, roughly; null when the doctor is on time, and when the visit has begun or is not today.
    late_minutes: Option<u16>,
}

/// An appointment.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Appointment {
    #[serde(flatten)]
    summary: AppointmentSummary,
    /// The reason for the visit, in the patient's words; null if the patient's data was erased.
    reason: Option<String>,
    /// The number that the doctor calls at a visit by phone; null for other visits, and if the patient's data was erased.
    phone: Option<String>,
    /// The meeting elsewhere on the web; null if the mode is not `external`.
    meeting: Option<Meeting>,
    /// When it was booked.
    booked_at: Timestamp,
    /// When it was cancelled; null if it was not.
    cancelled_at: Option<Timestamp>,
    /// Who cancelled it: `patient`, `doctor`, `clinic`, or `system` for a rule; null if it was not cancelled.
    cancelled_by: Option<&'static str>,
    /// What the person who cancelled it told the other side; null if there is no message, or the patient's data was erased.
    cancel_message: Option<String>,
    /// What the doctor or the clinic told the patient when they moved it last; null if there is no message, or the patient's data was erased.
    move_message: Option<String>,
    /// Why the clinic overbooked the time, for doctor and staff; null for an appointment that has its time for itself, and for patients.
    overbooking: Option<String>,
    /// The day at the clinic on which the patient is to be seen again after the visit; null if nobody has said so.
    follow_up: Option<Date>,
    /// Whether the caller can cancel it now.
    can_cancel: bool,
    /// Whether the caller can move it now.
    can_move: bool,
    /// The series with which it was booked; null if it was booked alone.
    series_id: Option<Uuid>,
    /// Its place in the series, from 1.
    series_place: Option<i16>,
    /// How many appointments were booked in the series.
    series_size: Option<i16>,
    /// Until when a cancellation counts as in time, and a patient can move it.
    cancel_in_time_until: Timestamp,
    /// The version, which increases with every change.
    version: i32,
}

/// The meeting elsewhere on the web at which patient and doctor meet.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Meeting {
    /// Whether the clinic has entered a link.
    link_entered: bool,
    /// From when on patient and doctor get the link: 15 minutes before the visit.
    link_from: Timestamp,
    /// The link; null for everybody but patient and doctor, before that time, after the visit, and if none is entered.
    link: Option<String>,
}

impl From<MeetingView> for Meeting {
    fn from(view: MeetingView) -> Self {
        Self { link_entered: view.is_entered, link_from: view.opens_at, link: view.link }
    }
}

impl Appointment {
    /// The id of the appointment.
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
            arrived_at: card.arrived_at,
            doctor: card.doctor.into(),
            patient: card.patient.into(),
            clinic: card.clinic.into(),
            room: card.room,
            fee: card.fee.into(),
            late_minutes: card.late.map(|late| late.by.minutes()),
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
            phone: view.phone,
            meeting: view.meeting.map(Into::into),
            booked_at: view.booked_at,
            cancelled_at: view.cancelled_at,
            cancelled_by: view.cancelled_by.map(CancelledBy::as_str),
            cancel_message: view.cancel_message,
            move_message: view.move_message,
            overbooking: view.overbooking,
            follow_up: view.follow_up,
            can_cancel: view.can_cancel,
            can_move: view.can_move,
            series_id: view.series.as_ref().map(|series| series.place.series.uuid()),
            series_place: view.series.as_ref().map(|series| series.place.place),
            series_size: view.series.as_ref().map(|series| series.place.size),
            cancel_in_time_until: view.cancel_in_time_until,
            version: view.version,
        }
    }
}
