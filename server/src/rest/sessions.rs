//! Signing in and out: e-mail and password become a pair of tokens.

use super::{
    Problem,
    callers::{Anybody, SignedIn},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, SessionKind, SignIn, TokenPair},
};
use model::{
    errors::Code,
    identity::{EmailAddress, TypedPassword},
};
use serde::Serialize;
use utoipa::ToSchema;

/// What a person types.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "amara.osei@people.example", "password": "a long walk by the river" }))]
pub(super) struct SignInRequest {
    /// E-mail address.
    #[schema(value_type = String, format = "email", max_length = 254)]
    email: EmailAddress,
    /// Password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128)]
    password: TypedPassword,
}

impl FromFields for SignInRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", EmailAddress::parse);
        let password = fields.required("password", TypedPassword::parse);
        Some(Self { email: email?, password: password? })
    }
}

/// The token that a new pair is asked with.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RefreshRequest {
    /// The refresh token of the newest pair.
    refresh_token: String,
}

impl FromFields for RefreshRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { refresh_token: fields.required("refresh_token", fields::text)? })
    }
}

/// A pair of tokens. It is shown once.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "access_token": "bedside_access_5b1f0c…",
    "refresh_token": "bedside_refresh_9d27aa…",
    "token_type": "Bearer",
    "expires_in": 900
}))]
pub(super) struct Tokens {
    /// For `Authorization: Bearer …`.
    access_token: String,
    /// For the next pair.
    refresh_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Life of the access token, in seconds.
    expires_in: i64,
}

impl From<TokenPair> for Tokens {
    fn from(pair: TokenPair) -> Self {
        let TokenPair { access_token, refresh_token, expires_in_secs } = pair;
        Self { access_token, refresh_token, token_type: "Bearer", expires_in: expires_in_secs }
    }
}

/// Sign in.
///
/// Whatever is wrong with address or password, the answer is the same.
#[utoipa::path(
    post, path = "/sessions", tag = "sessions", operation_id = "sign_in", security(()), request_body = SignInRequest,
    responses(
        (status = 201, description = "A session began.", body = Tokens),
        (status = 401, description = "`identity.bad_credentials`.", body = ErrorBody),
        (status = 403, description = "`identity.email_unconfirmed`, `identity.suspended`: only with the right password.", body = ErrorBody),
    )
)]
pub(super) async fn sign_in(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Body(request): Body<SignInRequest>,
) -> Result<(StatusCode, Json<Tokens>), Problem> {
    let SignInRequest { email, password } = request;
    let command = SignIn { email: email.as_str().to_owned(), password: password.as_str().to_owned(), kind: SessionKind::Api };
    let signed_in = retry(|| identity::sign_in(&domain, &access, command.clone())).await?;
    let pair = retry(|| identity::issue_tokens(&domain, &access, signed_in.user, signed_in.session)).await?;
    Ok((StatusCode::CREATED, Json(pair.into())))
}

/// Exchange a refresh token for a new pair.
///
/// A refresh token is good for one use. The same token sent again within 20 seconds gets the same pair, so parallel requests and a repeat after a
/// lost answer do no harm. A token that comes back later, or after its successor was used, was stolen: the session ends, and all its tokens with it.
#[utoipa::path(
    post, path = "/sessions/refresh", tag = "sessions", operation_id = "refresh_tokens", security(()), request_body = RefreshRequest,
    responses(
        (status = 200, description = "The new pair. The old access token lives to its end.", body = Tokens),
        (status = 401, description = "`access.sign_in_needed`: unknown, too old, or its session ended. `identity.token_reused`: it was used \
            earlier, so the session ended.", body = ErrorBody),
    )
)]
pub(super) async fn refresh(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Body(request): Body<RefreshRequest>,
) -> Result<Json<Tokens>, Problem> {
    match retry(|| identity::refresh_tokens(&domain, &access, &request.refresh_token)).await {
        Ok(pair) => Ok(Json(pair.into())),
        // The message for bad credentials mentions a password, but this request has none.
        Err(error) if error.code() == Code::BadCredentials => Err(Code::SignInNeeded.into()),
        Err(error) => Err(error.into()),
    }
}

/// Sign out.
///
/// The session of this token ends, and with it all its tokens.
#[utoipa::path(
    delete, path = "/sessions/current", tag = "sessions", operation_id = "sign_out",
    responses((status = 204, description = "The session ended."))
)]
pub(super) async fn sign_out(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<StatusCode, Problem> {
    match retry(|| identity::sign_out(&domain, &access)).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        // The session was ended elsewhere after the token was checked.
        Err(error) if error.code() == Code::NotFound => Err(Code::SignInNeeded.into()),
        Err(error) => Err(error.into()),
    }
}
