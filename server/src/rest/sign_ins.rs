//! The caller's sign-ins at other providers, and removing them. They are added on the site, where a person signs in at the provider.

use super::{
    Problem,
    callers::{Id, SignedIn},
    payload::List,
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, ForeignIdentityView},
};
use jiff::Timestamp;
use model::ids::ForeignIdentityId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An account at another provider with which the caller can sign in on the site.
#[derive(Serialize, ToSchema)]
pub(super) struct SignIn {
    /// The id of the link between the two accounts.
    sign_in_id: Uuid,
    /// The word of the provider in the configuration of the site.
    provider: String,
    /// The address that the provider had confirmed when the two were linked.
    email: String,
    /// When they were linked.
    linked_at: Timestamp,
    /// When the caller last signed in with it.
    last_used_at: Option<Timestamp>,
}

impl From<ForeignIdentityView> for SignIn {
    fn from(view: ForeignIdentityView) -> Self {
        Self {
            sign_in_id: view.id.uuid(),
            provider: view.provider,
            email: view.email,
            linked_at: view.linked_at,
            last_used_at: view.last_used_at,
        }
    }
}

/// Lists the accounts at other providers with which the caller can sign in on the site, the oldest first.
#[utoipa::path(
    get, path = "/me/sign-ins", tag = "sessions", operation_id = "list_sign_ins",
    responses((status = 200, description = "All that are linked.", body = List<SignIn>))
)]
pub(super) async fn list(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<List<SignIn>>, Problem> {
    let linked = retry(|| identity::own_foreign_identities(&domain, &access)).await?;
    Ok(Json(List::whole(linked)))
}

/// Removes one of them. Sessions that have begun go on.
#[utoipa::path(
    delete, path = "/me/sign-ins/{sign_in_id}", tag = "sessions", operation_id = "remove_sign_in",
    params(("sign_in_id" = Uuid, Path, description = "The id of the link.")),
    responses(
        (status = 204, description = "Nobody can sign in with it any more."),
        (status = 409, description = "`identity.sign_in_gives_roles`: the caller holds roles that the provider has given. `identity.last_way_in`: the caller \
            could not sign in any more.", body = ErrorBody),
    )
)]
pub(super) async fn remove(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(linked): Id<ForeignIdentityId>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::unlink(&domain, &access, linked)).await?;
    Ok(StatusCode::NO_CONTENT)
}
