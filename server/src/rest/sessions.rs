//! Signing in and out: an e-mail address and a password are exchanged for a pair of tokens.

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
    identity::{self, Entry, FinishSignIn, SessionKind, SignIn, TokenPair},
};
use model::{
    errors::Code,
    identity::{EmailAddress, TypedPassword},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The credentials of a user.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "amara.osei@people.example", "password": "a long walk by the river" }))]
pub(super) struct SignInRequest {
    /// The user's e-mail address.
    #[schema(value_type = String, format = "email", max_length = 254)]
    email: EmailAddress,
    /// The user's password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128)]
    password: TypedPassword,
    /// For an account with a second factor: the code of the authenticator app, or a recovery code. Each works once.
    #[schema(examples("123456"))]
    code: Option<String>,
}

impl FromFields for SignInRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", EmailAddress::parse);
        let password = fields.required("password", TypedPassword::parse);
        let code = fields.optional("code", fields::text);
        Some(Self { email: email?, password: password?, code })
    }
}

/// A refresh token, to be exchanged for a new pair.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RefreshRequest {
    /// The refresh token of the most recent pair.
    refresh_token: String,
}

impl FromFields for RefreshRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { refresh_token: fields.required("refresh_token", fields::text)? })
    }
}

/// A pair of tokens. The server stores only their hashes, so keep them.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "access_token": "bedside_access_5b1f0c…",
    "refresh_token": "bedside_refresh_9d27aa…",
    "token_type": "Bearer",
    "expires_in": 900
}))]
pub(super) struct Tokens {
    /// The token to send as `Authorization: Bearer …`.
    access_token: String,
    /// The token to exchange for the next pair.
    refresh_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// The lifetime of the access token, in seconds.
    expires_in: i64,
}

impl From<TokenPair> for Tokens {
    fn from(pair: TokenPair) -> Self {
        let TokenPair { access_token, refresh_token, expires_in_secs } = pair;
        Self { access_token, refresh_token, token_type: "Bearer", expires_in: expires_in_secs }
    }
}

/// Signs in.
///
/// An unknown address, one whose sign-up is not confirmed yet, and a wrong password get the same answer. An account has at most 50 sessions of programs:
/// a further one ends the one that was used longest ago.
///
/// An account with a second factor needs a code too; without one the answer is `identity.second_factor_needed`.
#[utoipa::path(
    post, path = "/sessions", tag = "sessions", operation_id = "sign_in", security(()), request_body = SignInRequest,
    responses(
        (status = 201, description = "The tokens of the new session.", body = Tokens),
        (status = 401, description = "`identity.bad_credentials`: the address or the password is wrong. `identity.second_factor_needed`: they are right, \
            and a code is needed too.", body = ErrorBody),
        (status = 403, description = "`identity.suspended`, `identity.account_deleted`: its owner has deleted it, `identity.code_wrong`, or `identity.second_factor_missing`: \
            the role of the account needs a second factor, which is set up on the site. Sent only when the password is right.", body = ErrorBody),
    )
)]
pub(super) async fn sign_in(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Body(request): Body<SignInRequest>,
) -> Result<(StatusCode, Json<Tokens>), Problem> {
    let SignInRequest { email, password, code } = request;
    let command = SignIn { email: email.as_str().to_owned(), password: password.as_str().to_owned(), kind: SessionKind::Api };
    let signed_in = match identity::begin_sign_in(&domain, &access, command, None).await? {
        Entry::SignedIn(signed_in) => signed_in,
        Entry::Half(half) if half.must_set_up => return Err(Code::SecondFactorMissing.into()),
        Entry::Half(half) => {
            let code = code.ok_or(Code::SecondFactorNeeded)?;
            let command = FinishSignIn { token: half.token, code, remember: false };
            match identity::finish_sign_in(&domain, &access, command).await {
                Ok(finished) => finished.signed_in,
                // The password was changed at the same moment.
                Err(error) if error.code() == Code::SignInExpired => return Err(Code::BadCredentials.into()),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let pair = retry(|| identity::issue_tokens(&domain, &access, signed_in.user, signed_in.session)).await?;
    Ok((StatusCode::CREATED, Json(pair.into())))
}

/// Exchanges a refresh token for a new pair of tokens.
///
/// A refresh token can be used once. If the same token is sent again within 20 seconds, the answer contains the same pair, so parallel requests
/// and a retry after a lost answer are safe. A token that is sent again later, or after its successor was used, is treated as stolen: the session
/// ends and all its tokens become invalid.
#[utoipa::path(
    post, path = "/sessions/refresh", tag = "sessions", operation_id = "refresh_tokens", security(()), request_body = RefreshRequest,
    responses(
        (status = 200, description = "The new pair. The old access token stays valid until it expires.", body = Tokens),
        (status = 401, description = "`access.sign_in_needed`: the token is unknown or expired, or its session has ended. \
            `identity.token_reused`: the token was already used, so its session has been ended.", body = ErrorBody),
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

/// Signs out.
///
/// Ends the session of the access token and makes all its tokens invalid.
#[utoipa::path(
    delete, path = "/sessions/current", tag = "sessions", operation_id = "sign_out",
    responses((status = 204, description = "The session has ended."))
)]
pub(super) async fn sign_out(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<StatusCode, Problem> {
    match retry(|| identity::sign_out(&domain, &access)).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        // The session was ended elsewhere after the token was checked.
        Err(error) if error.code() == Code::NotFound => Err(Code::SignInNeeded.into()),
        Err(error) => Err(error.into()),
    }
}
