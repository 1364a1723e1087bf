//! The second factor of a person who has lost it: an administrator asks for it to be turned off after an identity check, and it takes effect after a delay.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    identity::{self, AskReset, ResetView},
};
use jiff::Timestamp;
use model::ids::UserId;
use serde::Serialize;
use utoipa::ToSchema;

/// The second factor of a person, for an administrator who may decide about the account.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonFactors {
    /// The person's name.
    name: String,
    /// Whether there is an authenticator app or a passkey.
    has_factor: bool,
    /// When it will be turned off; null if nobody has asked for it.
    reset_at: Option<Timestamp>,
    /// After how many hours it would be turned off if that was asked for now.
    delay_hours: i64,
}

impl From<ResetView> for PersonFactors {
    fn from(view: ResetView) -> Self {
        let ResetView { name, is_on, takes_effect_at, delay_hours } = view;
        Self { name, has_factor: is_on, reset_at: takes_effect_at, delay_hours }
    }
}

/// Gets whether a person has a second factor, and whether it will be turned off.
#[utoipa::path(
    get, path = "/users/{user_id}/factors", tag = "organisation", operation_id = "get_user_factors",
    params(("user_id" = Uuid, Path, description = "The id of the account.")),
    responses(
        (status = 200, description = "The second factor.", body = PersonFactors),
        (status = 403, description = "`directory.account_above` or `directory.account_elsewhere`: the caller may not decide about this account.", body = ErrorBody),
        (status = 409, description = "`directory.suspend_self`: it is the caller's own.", body = ErrorBody),
    )
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(user): Id<UserId>,
) -> Result<Json<PersonFactors>, Problem> {
    Ok(Json(retry(|| identity::second_factor_of(&domain, &access, user)).await?.into()))
}

/// How the identity of a person was checked.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "Passport shown in a video call" }))]
pub(super) struct IdentityCheck {
    /// How the identity was checked.
    #[schema(max_length = 1000)]
    reason: String,
}

impl FromFields for IdentityCheck {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { reason: fields.required("reason", fields::text)? })
    }
}

/// Asks for the second factor of a person to be turned off. The person is told by mail at once, and can stop it until it takes effect
/// (`DELETE /me/factors/reset`).
#[utoipa::path(
    post, path = "/users/{user_id}/factors/reset", tag = "organisation", operation_id = "ask_factor_reset", request_body = IdentityCheck,
    params(("user_id" = Uuid, Path, description = "The id of the account.")),
    responses(
        (status = 200, description = "The second factor, with the moment at which it is turned off.", body = PersonFactors),
        (status = 403, description = "`directory.account_above` or `directory.account_elsewhere`: the caller may not decide about this account.", body = ErrorBody),
        (status = 409, description = "`identity.second_factor_absent`: there is none. `identity.reset_asked`: it was asked for already. \
            `directory.suspend_self`: it is the caller's own.", body = ErrorBody),
    )
)]
pub(super) async fn ask(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(user): Id<UserId>,
    Body(check): Body<IdentityCheck>,
) -> Result<Json<PersonFactors>, Problem> {
    let command = AskReset { user, reason: check.reason };
    retry(|| identity::ask_reset(&domain, &access, command.clone())).await?;
    Ok(Json(retry(|| identity::second_factor_of(&domain, &access, user)).await?.into()))
}
