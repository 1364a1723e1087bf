//! Booking, looking, calling off.

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
    scheduling::{self, BookAppointment, CancelAppointment, ListAppointments, Which},
};
use jiff::Timestamp;
use model::{
    errors::FieldFault,
    ids::{AppointmentId, ClinicId, DoctorId},
    scheduling::VisitMode,
};
use shapes::{Appointment, AppointmentSummary};
use utoipa::{IntoParams, ToSchema, openapi::Object};

/// What is booked. The patient is the one on whose behalf the token acts.
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
    /// With whom.
    #[schema(value_type = Uuid)]
    doctor_id: DoctorId,
    /// At which clinic: `clinic_id` of the slot.
    #[schema(value_type = Uuid)]
    clinic_id: ClinicId,
    /// When it begins: `starts_at` of the slot.
    starts_at: Timestamp,
    /// Why, in the patient's words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    reason: String,
    /// How people meet; `video` when it is missing.
    #[schema(schema_with = shapes::mode, required = false)]
    mode: VisitMode,
}

impl FromFields for BookingRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let doctor_id = fields.required("doctor_id", fields::id);
        let clinic_id = fields.required("clinic_id", fields::id);
        let starts_at = fields.required("starts_at", fields::instant);
        let reason = fields.required("reason", fields::text);
        let mode = fields.optional("mode", VisitMode::parse).unwrap_or(VisitMode::Video);
        Some(Self { doctor_id: doctor_id?, clinic_id: clinic_id?, starts_at: starts_at?, reason: reason?, mode })
    }
}

/// What was seen of what is called off.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelRequest {
    /// The version that was seen; with another one now, nothing is done.
    version: Option<i32>,
}

impl FromFields for CancelRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { version: fields.optional_number("version") })
    }
}

/// Which appointments.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AppointmentQuery {
    /// `upcoming` (to come or under way, soonest first; also when it is missing) or `past` (over or called off, newest first).
    #[param(schema_with = period, required = false)]
    period: Which,
    /// `next_cursor` of the page before.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<AppointmentId>,
    /// How many items a page has; 20 when it is missing.
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
        let (cursor, limit) = (fields.optional("cursor", fields::id), fields.optional("limit", fields::limit));
        Some(Self { period: period.unwrap_or(Which::Upcoming), cursor, limit })
    }
}

/// The appointments that the caller may see.
///
/// A patient's own, a doctor's own, those of a clinic for its staff.
#[utoipa::path(
    get, path = "/appointments", tag = "appointments", operation_id = "list_appointments", params(AppointmentQuery),
    responses(
        (status = 200, description = "A page of appointments.", body = List<AppointmentSummary>),
        (status = 403, description = "`access.forbidden`: the role has no appointments.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<AppointmentQuery>,
) -> Result<Json<List<AppointmentSummary>>, Problem> {
    let command = ListAppointments { which: query.period, after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| scheduling::list(&domain, &access, command)).await?)))
}

/// Book an open time.
///
/// The same key with the same request books once: a repeat answers with the same appointment. Keys are kept for a day.
#[utoipa::path(
    post, path = "/appointments", tag = "appointments", operation_id = "book_appointment", request_body = BookingRequest,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100, description = "A text of the caller's, new for each booking.")),
    responses(
        (status = 201, description = "Booked, now or by the same request before.", body = Appointment,
            headers(("Location" = String, description = "The address of the appointment."))),
        (status = 403, description = "`access.forbidden`: the token acts for no patient.", body = ErrorBody),
        (status = 404, description = "`not_found`: no such doctor or clinic.", body = ErrorBody),
        (status = 409, description = "`scheduling.slot_taken`, `scheduling.slot_past`, `scheduling.slot_unknown` (not a time that the doctor \
            offers), `scheduling.patient_busy`, `scheduling.doctor_unavailable`, `directory.doctor_unverified`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`; `request.idempotency_mismatch`: the key came with \
            another request before.", body = ErrorBody),
    )
)]
pub(super) async fn create(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(request): Body<BookingRequest>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Appointment>), Problem> {
    let BookingRequest { doctor_id: doctor, clinic_id: clinic, starts_at: start, reason, mode } = request;
    let idempotency_key = Some(key.required()?);
    let command = BookAppointment { hold: None, doctor, clinic, start, reason, mode, idempotency_key };
    let booked: Appointment = retry(|| scheduling::book(&domain, &access, command.clone())).await?.into();
    let location = (header::LOCATION, format!("/api/v1/appointments/{}", booked.id()));
    Ok((StatusCode::CREATED, [location], Json(booked)))
}

/// One appointment.
#[utoipa::path(
    get, path = "/appointments/{appointment_id}", tag = "appointments", operation_id = "get_appointment",
    params(("appointment_id" = Uuid, Path, description = "Which.")),
    responses((status = 200, description = "The appointment.", body = Appointment))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<AppointmentId>,
) -> Result<Json<Appointment>, Problem> {
    Ok(Json(retry(|| scheduling::get(&domain, &access, id)).await?.into()))
}

/// Call an appointment off.
///
/// Its time is free at once; the appointment stays among the past ones. Possible until it begins; later than the notice is possible too.
#[utoipa::path(
    post, path = "/appointments/{appointment_id}/cancel", tag = "appointments", operation_id = "cancel_appointment", request_body = Option<CancelRequest>,
    params(
        ("appointment_id" = Uuid, Path, description = "Which."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 100, description = "Makes a repeat harmless."),
    ),
    responses(
        (status = 200, description = "Called off.", body = Appointment),
        (status = 403, description = "`access.forbidden`: may be seen, not called off.", body = ErrorBody),
        (status = 409, description = "`scheduling.appointment_settled`: over, under way or called off before. `request.stale`: the version \
            is another one now.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`; `request.idempotency_mismatch`: the key came with \
            another request before.", body = ErrorBody),
    )
)]
pub(super) async fn cancel(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<AppointmentId>,
    IdempotencyKey(key): IdempotencyKey,
    OptionalBody(request): OptionalBody<CancelRequest>,
) -> Result<Json<Appointment>, Problem> {
    call_off(&domain, &access, id, request.and_then(|request| request.version), key).await
}

/// Call an appointment off.
///
/// The same as `POST …/cancel` without a body.
#[utoipa::path(
    delete, path = "/appointments/{appointment_id}", tag = "appointments", operation_id = "delete_appointment",
    params(
        ("appointment_id" = Uuid, Path, description = "Which."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 100, description = "Makes a repeat harmless."),
    ),
    responses(
        (status = 200, description = "Called off.", body = Appointment),
        (status = 403, description = "`access.forbidden`: may be seen, not called off.", body = ErrorBody),
        (status = 409, description = "`scheduling.appointment_settled`: over, under way or called off before.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`; `request.idempotency_mismatch`: the key came with \
            another request before.", body = ErrorBody),
    )
)]
pub(super) async fn delete(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<AppointmentId>,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<Json<Appointment>, Problem> {
    call_off(&domain, &access, id, None, key).await
}

async fn call_off(
    domain: &Domain,
    access: &Access,
    appointment: AppointmentId,
    version: Option<i32>,
    idempotency_key: Option<String>,
) -> Result<Json<Appointment>, Problem> {
    let command = CancelAppointment { appointment, version, idempotency_key };
    Ok(Json(retry(|| scheduling::cancel(domain, access, command.clone())).await?.into()))
}
