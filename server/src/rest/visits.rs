//! Joining the call of a visit, and noting whether the patient came to one that is not on video.

use super::{
    Problem,
    callers::{Id, SignedIn},
    payload::one_of,
    problem::ErrorBody,
};
use crate::live::IceDesk;
use axum::{Json, extract::State, http::StatusCode};
use domain::{Domain, error::retry, visits};
use model::{
    ids::EncounterId,
    visits::{
        negotiation::Politeness,
        views::{self, JoinView},
    },
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};

fn politeness() -> Object {
    one_of(Politeness::ALL.iter().map(|politeness| politeness.as_str()))
}

/// The data that a client needs to join the call. The join itself happens over the WebSocket.
#[derive(Serialize, ToSchema)]
pub(super) struct JoinData {
    /// The epoch of the room. A join over the WebSocket begins the next epoch.
    epoch: u32,
    /// Which side gives way when two offers collide: the polite one (perfect negotiation, WebRTC 1.0 §10.7).
    #[schema(schema_with = politeness)]
    politeness: &'static str,
    /// The name of the other participant.
    peer_name: String,
    /// The STUN and TURN servers. Their credentials are valid for minutes, so request them again before each ICE restart.
    ice_servers: Vec<IceServer>,
}

/// A STUN or TURN server, with the members of `RTCIceServer`.
#[derive(Serialize, ToSchema)]
struct IceServer {
    /// The URLs of the server.
    #[schema(examples(json!(["turn:turn.example:3478?transport=udp"])))]
    urls: Vec<String>,
    /// The username for TURN; missing for STUN.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    username: Option<String>,
    /// The password for TURN; missing for STUN.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    credential: Option<String>,
}

impl JoinData {
    fn new(view: JoinView, ice_servers: Vec<views::IceServer>) -> Self {
        Self {
            epoch: view.epoch,
            politeness: view.politeness.as_str(),
            peer_name: view.peer_name,
            ice_servers: ice_servers.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<views::IceServer> for IceServer {
    fn from(views::IceServer { urls, username, credential }: views::IceServer) -> Self {
        Self { urls, username, credential }
    }
}

/// Gets the data needed to join the call of a visit.
///
/// Available to the patient and the doctor of the visit, from the admission until the visit ends.
#[utoipa::path(
    get, path = "/visits/{visit_id}/join", tag = "visits", operation_id = "get_join_data",
    params(("visit_id" = Uuid, Path, description = "The id of the visit: `visit_id` of the appointment.")),
    responses(
        (status = 200, description = "The data for joining the call.", body = JoinData),
        (status = 409, description = "`visits.closed`: the patient has not been admitted yet, or the planned end is long past. \
            `visits.ended`: the visit has ended. `visits.not_on_video`: it is in the clinic or by phone.", body = ErrorBody),
    )
)]
pub(super) async fn join(
    State(domain): State<Domain>,
    State(ice): State<IceDesk>,
    SignedIn(access): SignedIn,
    Id(id): Id<EncounterId>,
) -> Result<Json<JoinData>, Problem> {
    let view = retry(|| visits::call(&domain, &access, id)).await?;
    Ok(Json(JoinData::new(view, ice.servers(id, access.acting()?.user))))
}

/// Records that the patient has come to a visit in the clinic. A repeat changes nothing.
///
/// Available to the doctor of the visit and to the receptionists of its clinic.
#[utoipa::path(
    post, path = "/visits/{visit_id}/check-in", tag = "visits", operation_id = "check_in_patient",
    params(("visit_id" = Uuid, Path, description = "The id of the visit: `visit_id` of the appointment.")),
    responses(
        (status = 204, description = "It is recorded."),
        (status = 404, description = "`not_found`: there is no such visit, or the caller does not note who came.", body = ErrorBody),
        (status = 409, description = "`visits.not_in_clinic`: the visit is on video or by phone. `visits.closed`: it begins more than two \
            hours later, or was cancelled, or is over. `visits.ended`: it has ended.", body = ErrorBody),
    )
)]
pub(super) async fn check_in(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<EncounterId>,
) -> Result<StatusCode, Problem> {
    retry(|| visits::check_in(&domain, &access, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Records that the patient did not come to a visit in the clinic, or did not answer the phone. The time is free again, and both sides get a mail.
///
/// Available to the doctor of the visit and to the receptionists of its clinic, from ten minutes after the planned start.
#[utoipa::path(
    post, path = "/visits/{visit_id}/no-show", tag = "visits", operation_id = "mark_no_show",
    params(("visit_id" = Uuid, Path, description = "The id of the visit: `visit_id` of the appointment.")),
    responses(
        (status = 204, description = "It is recorded."),
        (status = 404, description = "`not_found`: there is no such visit, or the caller does not note who came.", body = ErrorBody),
        (status = 409, description = "`visits.on_video`: the visit is on video. `visits.absent_too_soon`: it is too early. \
            `visits.patient_came`: the patient is there. `visits.closed`: it was cancelled or is over. `visits.ended`: it has ended.", body = ErrorBody),
    )
)]
pub(super) async fn no_show(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<EncounterId>,
) -> Result<StatusCode, Problem> {
    retry(|| visits::mark_absent(&domain, &access, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
