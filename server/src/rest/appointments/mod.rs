//! Booking, viewing and cancelling appointments.

pub(super) mod confirming;
pub(super) mod follow_ups;
pub(super) mod for_patient;
pub(super) mod meetings;
pub(super) mod moving;
pub(super) mod rooms;
pub(super) mod series;
pub(super) mod series_for_patient;
mod shapes;

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, OptionalBody, Query, one_of},
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use domain::{
    Domain,
    access::Access,
    error::retry,
    scheduling::{self, AppointmentFilter, BookAppointment, CancelAppointment, ListAppointments, Which},
};
use jiff::Timestamp;
use model::{
    errors::FieldFault,
    ids::{AppointmentId, ClinicId, DoctorId, PatientId, ReservationId, VisitTypeId},
    scheduling::{AppointmentState, VisitMode},
};
use shapes::state;
pub(super) use shapes::{Appointment, AppointmentSummary, mode};
use utoipa::{IntoParams, ToSchema, openapi::Object};

/// An appointment to book, for the patient on whose behalf the caller acts.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "doctor_id": "019ac2f0-5c1e-7000-8000-000000000001",
    "clinic_id": "019ac2f0-5c1e-7000-8000-000000000002",
    "starts_at": "2026-11-24T10:30:00Z",
    "reason": "Sore throat since Thursday",
    "mode": "video"
}))]
pub(super) struct BookingRequest {
    /// The id of the doctor.
    #[schema(value_type = Uuid)]
    doctor_id: DoctorId,
    /// The id of the clinic: `clinic_id` of the slot.
    #[schema(value_type = Uuid)]
    clinic_id: ClinicId,
    /// When the appointment begins: `starts_at` of the slot.
    starts_at: Timestamp,
    /// The reason for the visit, in the patient's words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    reason: String,
    /// The visit type: an `id` of the doctor's `visit_types`. By default the first one that has the `mode`.
    #[schema(value_type = Option<Uuid>)]
    visit_type_id: Option<VisitTypeId>,
    /// How patient and doctor meet; by default as the visit type says.
    #[schema(schema_with = shapes::mode, required = false)]
    mode: Option<VisitMode>,
    /// The number that the doctor calls at a visit by phone, with the country code; by default that of the account.
    phone: Option<String>,
    /// The fee that the patient has agreed to: `fee.amount_minor` of the visit type. If it is another one now, nothing is booked.
    fee_minor: Option<i32>,
    /// The id of the time that is kept for the patient (`POST /holds`). If it is kept no more, the time is booked if it is still free.
    #[schema(value_type = Option<Uuid>)]
    hold_id: Option<ReservationId>,
}

impl FromFields for BookingRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let doctor_id = fields.required("doctor_id", fields::id);
        let clinic_id = fields.required("clinic_id", fields::id);
        let starts_at = fields.required("starts_at", fields::instant);
        let reason = fields.required("reason", fields::text);
        let visit_type_id = fields.optional("visit_type_id", fields::id);
        let (mode, phone) = (fields.optional("mode", VisitMode::parse), fields.optional("phone", fields::text));
        let (fee_minor, hold_id) = (fields.optional_number("fee_minor"), fields.optional("hold_id", fields::id));
        Some(Self {
            doctor_id: doctor_id?,
            clinic_id: clinic_id?,
            starts_at: starts_at?,
            reason: reason?,
            visit_type_id,
            mode,
            phone,
            fee_minor,
            hold_id,
        })
    }
}

/// A condition for a cancellation, and what is said about it.
#[derive(Default, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelRequest {
    /// The version of the appointment that the client has read. If the current version differs, nothing is changed.
    version: Option<i32>,
    /// What the other side is told. Only a patient need not say anything.
    message: Option<String>,
}

impl FromFields for CancelRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (version, message) = (fields.optional_number("version"), fields.optional("message", |text| Ok(text.to_owned())));
        Some(Self { version, message })
    }
}

/// Selects appointments.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AppointmentQuery {
    /// `upcoming` (the default): appointments that are in the future or in progress, soonest first. `past`: those that are over or were
    /// cancelled, newest first.
    #[param(schema_with = period, required = false)]
    period: Which,
    /// Only those that begin at this instant or later.
    #[param(required = false)]
    from: Option<Timestamp>,
    /// Only those that begin before this instant.
    #[param(required = false)]
    until: Option<Timestamp>,
    /// Only those in this state.
    #[param(schema_with = state, required = false)]
    state: Option<AppointmentState>,
    /// Only those at which patient and doctor meet in this way.
    #[param(schema_with = mode, required = false)]
    mode: Option<VisitMode>,
    /// Only those with this doctor.
    #[param(value_type = Uuid, required = false)]
    doctor_id: Option<DoctorId>,
    /// Only those of this patient.
    #[param(value_type = Uuid, required = false)]
    patient_id: Option<PatientId>,
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<AppointmentId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

fn period() -> Object {
    one_of(["upcoming", "past"])
}

impl FromFields for AppointmentQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let period = fields.optional("period", |text| match text {
            "upcoming" => Ok(Which::Upcoming),
            "past" => Ok(Which::Past),
            _ => Err(FieldFault::UnknownChoice),
        });
        let (from, until) = (fields.optional("from", fields::instant), fields.optional("until", fields::instant));
        let (state, mode) = (fields.optional("state", AppointmentState::parse), fields.optional("mode", VisitMode::parse));
        let (doctor_id, patient_id) = (fields.optional("doctor_id", fields::id), fields.optional("patient_id", fields::id));
        let (cursor, limit) = (fields.optional("cursor", fields::id), fields.optional("limit", fields::limit));
        Some(Self { period: period.unwrap_or(Which::Upcoming), from, until, state, mode, doctor_id, patient_id, cursor, limit })
    }
}

/// Lists the caller's appointments.
///
/// Patients and doctors get their own appointments. Nurses and receptionists get those of their clinic.
#[utoipa::path(
    get, path = "/appointments", tag = "appointments", operation_id = "list_appointments", params(AppointmentQuery),
    responses(
        (status = 200, description = "A page of appointments.", body = List<AppointmentSummary>),
        (status = 403, description = "`access.forbidden`: the caller's role has no list of appointments.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<AppointmentQuery>,
) -> Result<Json<List<AppointmentSummary>>, Problem> {
    let AppointmentQuery { period, from, until, state, mode, doctor_id, patient_id, cursor, limit } = query;
    let command = ListAppointments { which: period, after: cursor, limit };
    let filter = AppointmentFilter { from, until, state, mode, doctor: doctor_id, patient: patient_id };
    Ok(Json(List::of(retry(|| scheduling::list_narrowed(&domain, &access, command, filter)).await?)))
}

/// Books a free time.
///
/// If the same request is sent again with the same key, nothing more is booked: the answer is the same appointment. A key is kept for a day.
#[utoipa::path(
    post, path = "/appointments", tag = "appointments", operation_id = "book_appointment", request_body = BookingRequest,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
        description = "A text that the caller chooses, different for each booking.")),
    responses(
        (status = 201, description = "The appointment, booked by this request or by an earlier one with the same key.", body = Appointment,
            headers(("Location" = String, description = "The path of the appointment."))),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 404, description = "`not_found`: the doctor or the clinic does not exist.", body = ErrorBody),
        (status = 409, description = "`scheduling.slot_taken`, `scheduling.slot_past`, `scheduling.slot_unknown` (the doctor does not offer this \
            time), `scheduling.patient_busy`, `scheduling.doctor_unavailable`, `scheduling.doctor_unlicensed` (the doctor has no valid licence), `scheduling.doctor_without_fee`, `scheduling.doctor_licensed_elsewhere` (no licence of the doctor is valid in the country of the patient's address), `scheduling.fee_changed` (the \
            fee is no longer `fee_minor`), `scheduling.visit_type_gone` (the doctor does not offer this type), `scheduling.too_many_appointments`, `scheduling.too_many_with_doctor`, \
            `identity.remote_care_needed` (a visit on video or by phone, and the patient does not agree to remote care) or `directory.doctor_unverified`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn create(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(request): Body<BookingRequest>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Appointment>), Problem> {
    let BookingRequest {
        doctor_id: doctor,
        clinic_id: clinic,
        starts_at: start,
        reason,
        visit_type_id: visit_type,
        mode,
        phone,
        fee_minor,
        hold_id: hold,
    } = request;
    let phone = phone.unwrap_or_default();
    let (fee_minor, idempotency_key) = (fee_minor.map(i64::from), Some(key.required()?));
    let command = BookAppointment { hold, doctor, clinic, start, reason, visit_type, mode, phone, fee_minor, idempotency_key };
    let booked: Appointment = retry(|| scheduling::book(&domain, &access, command.clone())).await?.into();
    let location = (header::LOCATION, format!("/api/v1/appointments/{}", booked.id()));
    Ok((StatusCode::CREATED, [location], Json(booked)))
}

/// Gets an appointment.
#[utoipa::path(
    get, path = "/appointments/{appointment_id}", tag = "appointments", operation_id = "get_appointment",
    params(("appointment_id" = Uuid, Path, description = "The id of the appointment.")),
    responses((status = 200, description = "The appointment.", body = Appointment))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<AppointmentId>,
) -> Result<Json<Appointment>, Problem> {
    Ok(Json(retry(|| scheduling::get(&domain, &access, id)).await?.into()))
}

/// Cancels an appointment.
///
/// The time becomes free at once, and the appointment stays in the list of past ones. An appointment can be cancelled until it begins.
/// After `cancel_in_time_until` the cancellation counts as late.
#[utoipa::path(
    post, path = "/appointments/{appointment_id}/cancel", tag = "appointments", operation_id = "cancel_appointment", request_body = Option<CancelRequest>,
    params(
        ("appointment_id" = Uuid, Path, description = "The id of the appointment."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 100,
            description = "A text that the caller chooses. A repeated request with the same key is carried out once."),
    ),
    responses(
        (status = 200, description = "The cancelled appointment.", body = Appointment),
        (status = 403, description = "`access.forbidden`: the caller may see the appointment but not cancel it.", body = ErrorBody),
        (status = 409, description = "`scheduling.appointment_settled`: the appointment has begun, is over or was already cancelled. \
            `request.stale`: the version of the appointment has changed.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn cancel(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<AppointmentId>,
    IdempotencyKey(key): IdempotencyKey,
    OptionalBody(request): OptionalBody<CancelRequest>,
) -> Result<Json<Appointment>, Problem> {
    call_off(&domain, &access, id, request.unwrap_or_default(), key).await
}

/// Cancels an appointment.
///
/// Does the same as `POST …/cancel` without a body, so only for a patient.
#[utoipa::path(
    delete, path = "/appointments/{appointment_id}", tag = "appointments", operation_id = "delete_appointment",
    params(
        ("appointment_id" = Uuid, Path, description = "The id of the appointment."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 100,
            description = "A text that the caller chooses. A repeated request with the same key is carried out once."),
    ),
    responses(
        (status = 200, description = "The cancelled appointment.", body = Appointment),
        (status = 403, description = "`access.forbidden`: the caller may see the appointment but not cancel it.", body = ErrorBody),
        (status = 409, description = "`scheduling.appointment_settled`: the appointment has begun, is over or was already cancelled.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn delete(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<AppointmentId>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Json<Appointment>, Problem> {
    call_off(&domain, &access, id, CancelRequest::default(), key).await
}

async fn call_off(
    domain: &Domain,
    access: &Access,
    appointment: AppointmentId,
    request: CancelRequest,
    idempotency_key: Option<String>,
) -> Result<Json<Appointment>, Problem> {
    let CancelRequest { version, message } = request;
    let command = CancelAppointment { appointment, version, message, idempotency_key };
    Ok(Json(retry(|| scheduling::cancel(domain, access, command.clone())).await?.into()))
}
