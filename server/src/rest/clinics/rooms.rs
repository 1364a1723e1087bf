//! The rooms of a clinic that the caller manages.

use super::super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, AddRoom},
};
use model::{
    ids::{ClinicId, RoomId},
    scheduling::{EndedRoom, RoomView},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A room of a clinic, for visits in person.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Room {
    /// The id of the room.
    id: Uuid,
    /// What it is called.
    #[schema(examples("Room 3"))]
    name: String,
    /// Whether it was ended, so that nobody is booked into it. An ended room is listed while visits are planned in it.
    ended: bool,
    /// For an ended room, how many visits are planned in it; null for the others.
    visits: Option<i64>,
}

impl From<RoomView> for Room {
    fn from(room: RoomView) -> Self {
        Self { id: room.id.into(), name: room.name, ended: false, visits: None }
    }
}

impl From<EndedRoom> for Room {
    fn from(room: EndedRoom) -> Self {
        Self { id: room.id.into(), name: room.name, ended: true, visits: Some(room.visits) }
    }
}

/// A room to add.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Room 3" }))]
pub(in crate::rest) struct NewRoom {
    /// What it is called. The clinic has no other room of this name.
    #[schema(min_length = 1, max_length = 60, pattern = r"\S")]
    name: String,
}

impl FromFields for NewRoom {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { name: fields.required("name", fields::text)? })
    }
}

/// Lists the rooms of a clinic by name, and then its ended rooms in which visits are planned.
#[utoipa::path(
    get, path = "/clinics/{clinic_id}/rooms", tag = "organisation", operation_id = "list_rooms",
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 200, description = "The rooms, on one page.", body = List<Room>))
)]
pub(in crate::rest) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
) -> Result<Json<List<Room>>, Problem> {
    let found = retry(|| scheduling::rooms_of_clinic(&domain, &access, clinic)).await?;
    let rooms: Vec<Room> = found.rooms.into_iter().map(Room::from).chain(found.ended.into_iter().map(Room::from)).collect();
    Ok(Json(List::whole(rooms)))
}

/// Adds a room to a clinic. Each visit in person that is booked from now on gets a room, and no time is offered for which no room is free.
#[utoipa::path(
    post, path = "/clinics/{clinic_id}/rooms", tag = "organisation", operation_id = "add_room", request_body = NewRoom,
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses(
        (status = 201, description = "The rooms of the clinic.", body = List<Room>),
        (status = 409, description = "`scheduling.room_exists`: the clinic has a room of this name.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
    Body(room): Body<NewRoom>,
) -> Result<(StatusCode, Json<List<Room>>), Problem> {
    let command = AddRoom { clinic, name: room.name };
    retry(|| scheduling::add_room(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, list(State(domain), SignedIn(access), Id(clinic)).await?))
}

/// Ends a room: nobody is booked into it any more. Visits that are planned in it keep it, until reception gives them another one.
#[utoipa::path(
    delete, path = "/rooms/{room_id}", tag = "organisation", operation_id = "end_room",
    params(("room_id" = Uuid, Path, description = "The id of the room.")),
    responses((status = 204, description = "The room is ended."))
)]
pub(in crate::rest) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(room): Id<RoomId>,
) -> Result<StatusCode, Problem> {
    retry(|| scheduling::end_room(&domain, &access, room)).await?;
    Ok(StatusCode::NO_CONTENT)
}
