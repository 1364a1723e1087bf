//! Confirming a requested appointment, and which visit types are requested first.

use super::{
    super::{
        Problem,
        callers::{Id, SignedIn},
        fields::{Fields, FromFields},
        payload::{Body, OptionalBody},
        problem::ErrorBody,
    },
    shapes::Appointment,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, ConfirmAppointment},
};
use model::ids::{AppointmentId, VisitTypeId};
use utoipa::ToSchema;

/// A condition for a confirmation.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct ConfirmRequest {
    /// The version of the appointment that the client has read. If the current version differs, nothing is changed.
    version: Option<i32>,
}

impl FromFields for ConfirmRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { version: fields.optional_number("version") })
    }
}

/// Confirms a requested appointment, for its doctor or the reception of its clinic. To refuse it, cancel it with a message.
#[utoipa::path(
    post, path = "/appointments/{appointment_id}/confirm", tag = "appointments", operation_id = "confirm_appointment",
    request_body = Option<ConfirmRequest>,
    params(("appointment_id" = Uuid, Path, description = "The id of the appointment.")),
    responses(
        (status = 200, description = "The confirmed appointment.", body = Appointment),
        (status = 403, description = "`access.forbidden`: the caller may see the appointment but not confirm it.", body = ErrorBody),
        (status = 409, description = "`scheduling.appointment_settled`: it is no request any more, or has begun. `request.stale`: the version has changed.",
            body = ErrorBody),
    )
)]
pub(in crate::rest) async fn confirm(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(appointment): Id<AppointmentId>,
    OptionalBody(request): OptionalBody<ConfirmRequest>,
) -> Result<Json<Appointment>, Problem> {
    let command = ConfirmAppointment { appointment, version: request.and_then(|request| request.version) };
    Ok(Json(retry(|| scheduling::confirm(&domain, &access, command)).await?.into()))
}

/// Whether the doctor answers before a visit is agreed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "needed": true, "version": 1 }))]
pub(in crate::rest) struct ApprovalRequest {
    /// Whether the doctor answers before such a visit is agreed; no when it is not given.
    needed: Option<bool>,
    /// The version that the change is based on: that of the visit types. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for ApprovalRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (needed, version) = (fields.optional_bool("needed"), fields.required_number("version"));
        Some(Self { needed, version: version? })
    }
}

/// Sets whether the doctor must confirm visits of a type. Existing appointments do not change.
#[utoipa::path(
    put, path = "/visit-types/{visit_type_id}/approval", tag = "doctors", operation_id = "set_approval", request_body = ApprovalRequest,
    params(("visit_type_id" = Uuid, Path, description = "The id of the visit type.")),
    responses(
        (status = 204, description = "The visit type is changed."),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: something was changed since that version.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn set_approval(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(visit_type): Id<VisitTypeId>,
    Body(request): Body<ApprovalRequest>,
) -> Result<StatusCode, Problem> {
    let needed = request.needed.unwrap_or(false);
    retry(|| scheduling::set_approval(&domain, &access, visit_type, needed, request.version)).await?;
    Ok(StatusCode::NO_CONTENT)
}
