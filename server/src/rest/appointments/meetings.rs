//! The link to the meeting of an appointment that takes place elsewhere on the web.

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
    scheduling::{self, SetMeetingLink},
};
use model::ids::AppointmentId;
use utoipa::ToSchema;

/// The link to a meeting.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "link": "https://meet.example/j/123", "version": 1 }))]
pub(in crate::rest) struct MeetingLinkRequest {
    /// The link: `https`. When it is not given, the link of the visit type counts.
    #[schema(max_length = 500)]
    link: Option<String>,
    /// The version of the appointment that the client has read. If the current version differs, nothing is changed.
    version: Option<i32>,
}

impl FromFields for MeetingLinkRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { link: fields.optional("link", fields::text), version: fields.optional_number("version") })
    }
}

/// Enters the link to the meeting of an appointment with the mode `external`, or removes it, for its doctor or the reception of its clinic.
#[utoipa::path(
    put, path = "/appointments/{appointment_id}/meeting-link", tag = "appointments", operation_id = "set_meeting_link",
    request_body = MeetingLinkRequest,
    params(("appointment_id" = Uuid, Path, description = "The id of the appointment.")),
    responses(
        (status = 200, description = "The appointment. The answer has the link only for its doctor, and only while it is shown.", body = Appointment),
        (status = 403, description = "`access.forbidden`: the caller may see the appointment but not enter the link.", body = ErrorBody),
        (status = 409, description = "`scheduling.not_a_meeting`: it takes place in another way. `scheduling.appointment_settled`: it is cancelled or over. \
            `request.stale`: the version has changed.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn set_link(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(appointment): Id<AppointmentId>,
    Body(request): Body<MeetingLinkRequest>,
) -> Result<Json<Appointment>, Problem> {
    let MeetingLinkRequest { link, version } = request;
    let command = SetMeetingLink { appointment, link: link.unwrap_or_default(), version };
    Ok(Json(retry(|| scheduling::set_meeting_link(&domain, &access, command.clone())).await?.into()))
}
