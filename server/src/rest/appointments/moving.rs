//! Moving an appointment.

use super::{
    super::{
        Problem,
        callers::{Id, IdempotencyKey, SignedIn},
        fields::{self, Fields, FromFields},
        payload::Body,
        problem::ErrorBody,
    },
    shapes::Appointment,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, MoveAppointment},
};
use jiff::Timestamp;
use model::ids::AppointmentId;
use utoipa::ToSchema;

/// Another time for an appointment.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "starts_at": "2026-11-25T11:00:00Z", "version": 1 }))]
pub(in crate::rest) struct MoveRequest {
    /// When the visit is to begin: a free time of the same doctor at the same clinic.
    starts_at: Timestamp,
    /// The version of the appointment that the client has read. If the current version differs, nothing is changed.
    version: Option<i32>,
    /// What the patient is told. Only a patient need not say anything.
    message: Option<String>,
}

impl FromFields for MoveRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (starts_at, version) = (fields.required("starts_at", fields::instant), fields.optional_number("version"));
        let message = fields.optional("message", fields::text);
        Some(Self { starts_at: starts_at?, version, message })
    }
}

/// Moves an appointment to another free time of the same doctor at the same clinic.
///
/// It keeps its length, its mode, its fee and its number. A patient can move it until `cancel_in_time_until`; doctor and staff can until it begins, and say why.
#[utoipa::path(
    post, path = "/appointments/{appointment_id}/move", tag = "appointments", operation_id = "move_appointment", request_body = MoveRequest,
    params(
        ("appointment_id" = Uuid, Path, description = "The id of the appointment."),
        ("Idempotency-Key" = Option<String>, Header, max_length = 100,
            description = "A text that the caller chooses. A repeated request with the same key is carried out once."),
    ),
    responses(
        (status = 200, description = "The moved appointment.", body = Appointment),
        (status = 403, description = "`access.forbidden`: the caller may see the appointment but not move it.", body = ErrorBody),
        (status = 409, description = "`scheduling.appointment_settled`: the appointment has begun, is over or was cancelled. `scheduling.move_too_late`: the \
            notice has begun. `scheduling.moved_too_often`: the patient has moved it five times. `scheduling.slot_taken`, `scheduling.slot_past`, `scheduling.slot_unknown` (the doctor does not offer this time), \
            `scheduling.patient_busy`, `scheduling.doctor_unavailable`, `scheduling.doctor_unlicensed`, `scheduling.doctor_without_fee` or \
            `directory.doctor_unverified`. `request.stale`: the version of the appointment has changed.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn move_to(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(appointment): Id<AppointmentId>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(request): Body<MoveRequest>,
) -> Result<Json<Appointment>, Problem> {
    let MoveRequest { starts_at: start, version, message } = request;
    let command = MoveAppointment { appointment, start, version, message, idempotency_key };
    Ok(Json(retry(|| scheduling::move_appointment(&domain, &access, command.clone())).await?.into()))
}
