//! The caller's personal tokens, with which programs use the API.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    identity::{self, MadeToken, MakeToken, Proof},
};
use jiff::Timestamp;
use model::{
    identity::{TokenView, TypedPassword},
    ids::SessionId,
    scopes::ApiScope,
};
use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{ArrayBuilder, Object, schema::Array},
};
use uuid::Uuid;

fn scope() -> Object {
    one_of(ApiScope::ALL.iter().map(|scope| scope.as_str()))
}

pub(super) fn scopes() -> Array {
    ArrayBuilder::new().items(scope()).build()
}

/// A personal token.
#[derive(Serialize, ToSchema)]
pub(super) struct Token {
    /// The id of the token, which the audit log names as the session.
    token_id: Uuid,
    /// What its owner calls it.
    name: String,
    /// What it may do.
    #[schema(schema_with = scopes)]
    scopes: Vec<ApiScope>,
    /// When it was made.
    created_at: Timestamp,
    /// When it ends.
    expires_at: Timestamp,
    /// When it was last used, to the minute; null when it was not used yet.
    used_at: Option<Timestamp>,
    /// The network address from which it was last used.
    used_from: Option<String>,
}

impl From<TokenView> for Token {
    fn from(view: TokenView) -> Self {
        let TokenView { id, name, scopes, created_at, expires_at, used_at, used_from } = view;
        Self { token_id: id.uuid(), name, scopes, created_at, expires_at, used_at, used_from }
    }
}

/// A new personal token with its secret.
#[derive(Serialize, ToSchema)]
pub(super) struct NewToken {
    /// The id of the token.
    token_id: Uuid,
    /// The secret, to send as `Authorization: Bearer …`. The server stores only its hash, so keep it.
    #[schema(examples("bedside_pat_5b1f0c…"))]
    token: String,
    /// When it ends.
    expires_at: Timestamp,
}

/// A token to be made.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Calendar on my laptop", "scopes": ["appointments:read"], "days": 90, "password": "a long walk by the river"
}))]
pub(super) struct TokenRequest {
    /// What its owner calls it.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// What it may do.
    #[schema(schema_with = scopes)]
    scopes: Vec<String>,
    /// For how many days it works.
    #[schema(minimum = 1, maximum = 365)]
    days: i32,
    /// The caller's password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 128)]
    password: TypedPassword,
}

impl FromFields for TokenRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", fields::text);
        let scopes = fields.required_texts("scopes");
        let days = fields.required_number("days");
        let password = fields.required("password", TypedPassword::parse);
        Some(Self { name: name?, scopes: scopes?, days: days?, password: password? })
    }
}

/// Lists the caller's personal tokens that work, the newest first.
#[utoipa::path(
    get, path = "/me/tokens", tag = "sessions", operation_id = "list_tokens",
    responses((status = 200, description = "The tokens, without their secrets.", body = List<Token>))
)]
pub(super) async fn list(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<List<Token>>, Problem> {
    let tokens = retry(|| identity::list_tokens(&domain, &access)).await?;
    Ok(Json(List::whole(tokens)))
}

/// Makes a personal token.
///
/// It acts only as the caller, in the role of this session, and allows what its scopes say. It ends when the caller chooses a new password or loses a role.
#[utoipa::path(
    post, path = "/me/tokens", tag = "sessions", operation_id = "make_token", request_body = TokenRequest,
    responses(
        (status = 201, description = "The token with its secret, which is not shown again.", body = NewToken),
        (status = 403, description = "`identity.password_wrong`.", body = ErrorBody),
        (status = 409, description = "`identity.too_many_tokens`.", body = ErrorBody),
    )
)]
pub(super) async fn make(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<TokenRequest>,
) -> Result<(StatusCode, Json<NewToken>), Problem> {
    let TokenRequest { name, scopes, days, password } = request;
    let proof = Proof::Password(password.as_str().to_owned());
    let command = MakeToken { name, scopes, days: days.to_string(), proof };
    let MadeToken { view, token } = retry(|| identity::make_token(&domain, &access, command.clone())).await?;
    let made = NewToken { token_id: view.id.uuid(), token, expires_at: view.expires_at };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Ends one of the caller's personal tokens.
#[utoipa::path(
    delete, path = "/me/tokens/{token_id}", tag = "sessions", operation_id = "end_token",
    params(("token_id" = Uuid, Path, description = "The id of the token.")),
    responses((status = 204, description = "The token has ended."))
)]
pub(super) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(token): Id<SessionId>,
) -> Result<StatusCode, Problem> {
    retry(|| identity::end_token(&domain, &access, token)).await?;
    Ok(StatusCode::NO_CONTENT)
}
