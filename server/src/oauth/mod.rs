//! OAuth 2 for apps that use the API in a person's name (ADR 40): where an app sends a person (`authorize`), where it gets and gives back tokens (`token`), and
//! the description of both.
//!
//! Boundary: the rules are in `domain::identity`, the page that asks the person is `/connect` (`app/identity`).

mod authorize;
mod token;

use crate::{
    edge::{Gate, identify_client},
    serve::AppState,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use model::scopes::ApiScope;
use serde_json::json;

/// The longest body of a request for tokens, in bytes.
const LONGEST_BODY: usize = 16 * 1024;

/// Where an app sends a person. It needs the person's cookie.
pub fn pages() -> Router<AppState> {
    Router::new().route("/oauth/authorize", get(authorize::authorize))
}

/// What apps call themselves. The layers of the pages (cookies, page context) must not wrap it.
pub fn routes(state: &AppState) -> Router<AppState> {
    let gate = Gate { domain: state.domain.clone(), limits: state.limits.clone() };
    Router::new()
        .route("/oauth/token", post(token::token))
        .route("/oauth/revoke", post(token::revoke))
        .route("/.well-known/oauth-authorization-server", get(description))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(middleware::from_fn_with_state(gate, identify_client))
}

/// The description of RFC 8414.
async fn description(State(state): State<AppState>) -> Response {
    let origin = &state.public_origin;
    let scopes: Vec<&str> = ApiScope::ALL.iter().map(|scope| scope.as_str()).collect();
    Json(json!({
        "issuer": &**origin,
        "authorization_endpoint": format!("{origin}/oauth/authorize"),
        "token_endpoint": format!("{origin}/oauth/token"),
        "revocation_endpoint": format!("{origin}/oauth/revoke"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
    }))
    .into_response()
}
