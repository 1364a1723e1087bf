//! The room of an appointment in the clinic.

use super::{
    super::{
        Problem,
        callers::{Id, SignedIn},
        fields::{self, Fields, FromFields},
        payload::{Body, List},
        problem::ErrorBody,
    },
    shapes::Appointment,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, SetRoom},
};
use model::ids::{AppointmentId, RoomId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A room in which an appointment could take place.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct PossibleRoom {
    /// The id of the room.
    id: Uuid,
    /// What it is called.
    #[schema(examples("Room 3"))]
    name: String,
    /// Whether no other appointment has it at that time.
    free: bool,
    /// Whether the appointment has it.
    own: bool,
}

/// The room for an appointment.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "room_id": "019ac2f0-5c1e-7000-8000-000000000003", "version": 1 }))]
pub(in crate::rest) struct RoomRequest {
    /// The id of the room, which is of the clinic of the appointment.
    #[schema(value_type = Uuid)]
    room_id: RoomId,
    /// The version of the appointment that the client has read. If the current version differs, nothing is changed.
    version: Option<i32>,
}

impl FromFields for RoomRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let room_id = fields.required("room_id", fields::id);
        let version = fields.optional_number("version");
        Some(Self { room_id: room_id?, version })
    }
}

/// Lists the rooms in which an appointment in the clinic could take place, by name. For reception and its doctor.
#[utoipa::path(
    get, path = "/appointments/{appointment_id}/rooms", tag = "appointments", operation_id = "list_rooms_for_appointment",
    params(("appointment_id" = Uuid, Path, description = "The id of the appointment.")),
    responses(
        (status = 200, description = "The rooms, on one page.", body = List<PossibleRoom>),
        (status = 403, description = "`access.forbidden`: the caller may see the appointment but not change its room.", body = ErrorBody),
        (status = 409, description = "`scheduling.not_in_person`: it takes place in another way. `scheduling.appointment_settled`: it is cancelled or over.",
            body = ErrorBody),
    )
)]
pub(in crate::rest) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(appointment): Id<AppointmentId>,
) -> Result<Json<List<PossibleRoom>>, Problem> {
    let found = retry(|| scheduling::rooms_for_visit(&domain, &access, appointment)).await?;
    let own = found.room;
    let rooms: Vec<PossibleRoom> = found
        .choices
        .into_iter()
        .map(|room| PossibleRoom { own: own == Some(room.id), id: room.id.into(), name: room.name, free: room.is_free })
        .collect();
    Ok(Json(List::whole(rooms)))
}

/// Gives another room to an appointment in the clinic, for reception and its doctor.
#[utoipa::path(
    put, path = "/appointments/{appointment_id}/room", tag = "appointments", operation_id = "set_room", request_body = RoomRequest,
    params(("appointment_id" = Uuid, Path, description = "The id of the appointment.")),
    responses(
        (status = 200, description = "The appointment.", body = Appointment),
        (status = 403, description = "`access.forbidden`: the caller may see the appointment but not change its room.", body = ErrorBody),
        (status = 409, description = "`scheduling.room_taken`: another appointment has the room at that time. `scheduling.not_in_person`: it takes place in another way. \
            `scheduling.appointment_settled`: it is cancelled or over. `request.stale`: the version has changed.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`: the clinic has no such room.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn set(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(appointment): Id<AppointmentId>,
    Body(request): Body<RoomRequest>,
) -> Result<Json<Appointment>, Problem> {
    let RoomRequest { room_id: room, version } = request;
    let command = SetRoom { appointment, room, version };
    Ok(Json(retry(|| scheduling::set_room(&domain, &access, command)).await?.into()))
}
