//! When a patient is to be seen again after a visit.

use super::{
    super::{
        Problem,
        callers::{Id, SignedIn},
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
    scheduling::{self, SetFollowUp},
};
use jiff::civil::Date;
use model::ids::AppointmentId;
use utoipa::ToSchema;

/// The day on which a patient is to be seen again.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "due": "2027-03-01", "version": 4 }))]
pub(in crate::rest) struct FollowUpRequest {
    /// The day at the clinic; left out when the patient need not come again.
    due: Option<Date>,
    /// The version of the appointment that the client has read. If the current version differs, nothing is changed.
    version: Option<i32>,
}

impl FromFields for FollowUpRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { due: fields.optional("due", fields::day), version: fields.optional_number("version") })
    }
}

/// Says when a patient is to be seen again after a visit that has begun or was held, for its doctor or the reception of its clinic.
///
/// On that day those who act for the patient are reminded to book, unless there is a later visit with the doctor.
#[utoipa::path(
    put, path = "/appointments/{appointment_id}/follow-up", tag = "appointments", operation_id = "set_follow_up", request_body = FollowUpRequest,
    params(("appointment_id" = Uuid, Path, description = "The id of the appointment.")),
    responses(
        (status = 200, description = "The appointment.", body = Appointment),
        (status = 403, description = "`access.forbidden`: the caller may see the appointment but not say this.", body = ErrorBody),
        (status = 409, description = "`visits.not_held`: the visit has not begun, or did not take place. `request.stale`: the version has changed.",
            body = ErrorBody),
    )
)]
pub(in crate::rest) async fn set(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(appointment): Id<AppointmentId>,
    Body(FollowUpRequest { due, version }): Body<FollowUpRequest>,
) -> Result<Json<Appointment>, Problem> {
    let command = SetFollowUp { appointment, due, version };
    Ok(Json(retry(|| scheduling::set_follow_up(&domain, &access, command)).await?.into()))
}
