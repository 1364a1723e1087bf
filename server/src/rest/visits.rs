//! Joining the call of a visit.

use super::{
    Problem,
    callers::{Id, SignedIn},
    payload::one_of,
    problem::ErrorBody,
};
use crate::live::IceDesk;
use axum::{Json, extract::State};
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

/// What a program needs to join the call. The join itself happens over the socket.
#[derive(Serialize, ToSchema)]
pub(super) struct JoinData {
    /// The epoch of the room; a join over the socket begins the next one.
    epoch: u32,
    /// Whether the caller gives way when two offers cross (perfect negotiation, WebRTC 1.0 §10.7).
    #[schema(schema_with = politeness)]
    politeness: &'static str,
    /// The name of the one who is met.
    peer_name: String,
    /// With credentials that hold for minutes: ask again before each ICE restart.
    ice_servers: Vec<IceServer>,
}

/// A server that helps two peers to reach each other, as `RTCIceServer` has it.
#[derive(Serialize, ToSchema)]
struct IceServer {
    /// Its addresses.
    #[schema(examples(json!(["turn:turn.example:3478?transport=udp"])))]
    urls: Vec<String>,
    /// The name that its credentials are for; missing for STUN.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    username: Option<String>,
    /// The password that belongs to it.
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

/// What is needed to join a visit's call.
///
/// For its patient and its doctor, from the admission to the end.
#[utoipa::path(
    get, path = "/visits/{visit_id}/join", tag = "visits", operation_id = "get_join_data",
    params(("visit_id" = Uuid, Path, description = "Which: `visit_id` of the appointment.")),
    responses(
        (status = 200, description = "The call is on.", body = JoinData),
        (status = 403, description = "`access.forbidden`: may be seen, not joined.", body = ErrorBody),
        (status = 409, description = "`visits.closed`: before the admission, or long after the planned end. `visits.ended`.", body = ErrorBody),
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
