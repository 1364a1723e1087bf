//! The caller's own sessions, and ending them.

use super::{
    Problem,
    callers::{Id, SignedIn},
    payload::{List, one_of},
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, Assurance, SessionView},
};
use jiff::Timestamp;
use model::ids::SessionId;
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn assurance() -> Object {
    one_of([Assurance::OneFactor.as_str(), Assurance::TwoFactors.as_str()])
}

/// A session of the caller: a browser or a program in which they are signed in.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// The id of the session.
    session_id: Uuid,
    /// The user agent that the browser or program has reported.
    user_agent: Option<String>,
    /// The network address from which it was started.
    address: Option<String>,
    /// The IANA time zone that the browser had told when it was started.
    time_zone: Option<String>,
    /// When it was started.
    created_at: Timestamp,
    /// When it was last used, to the minute.
    last_seen_at: Timestamp,
    /// When the user last proved in it that it is them.
    authenticated_at: Timestamp,
    /// What the user proved when it began.
    #[schema(schema_with = assurance)]
    assurance: &'static str,
    /// Whether it is the session of this request.
    current: bool,
}

impl From<SessionView> for Session {
    fn from(view: SessionView) -> Self {
        Self {
            session_id: view.id.uuid(),
            user_agent: view.user_agent,
            address: view.address,
            time_zone: view.time_zone,
            created_at: view.created_at,
            last_seen_at: view.last_seen_at,
            authenticated_at: view.authenticated_at,
            assurance: view.assurance.as_str(),
            current: view.current,
        }
    }
}

/// Lists the caller's sessions, the most recently used first.
#[utoipa::path(
    get, path = "/me/sessions", tag = "sessions", operation_id = "list_sessions",
    responses((status = 200, description = "All sessions that have not ended.", body = List<Session>))
)]
pub(super) async fn list(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<List<Session>>, Problem> {
    let sessions = retry(|| identity::list_sessions(&domain, &access)).await?;
    Ok(Json(List::whole(sessions)))
}

/// Ends all of the caller's sessions except the one of this request.
#[utoipa::path(
    delete, path = "/me/sessions", tag = "sessions", operation_id = "end_other_sessions",
    responses((status = 204, description = "The other sessions have ended."))
)]
pub(super) async fn end_others(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<StatusCode, Problem> {
    retry(|| identity::end_other_sessions(&domain, &access)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of the caller's sessions.
#[utoipa::path(
    delete, path = "/me/sessions/{session_id}", tag = "sessions", operation_id = "end_session",
    params(("session_id" = Uuid, Path, description = "The id of the session.")),
    responses((status = 204, description = "The session has ended."))
)]
pub(super) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(session): Id<SessionId>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::end_session(&domain, &access, session)).await?;
    Ok(StatusCode::NO_CONTENT)
}
