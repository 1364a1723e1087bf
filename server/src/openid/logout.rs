//! `POST /sign-in/from/{provider}/logout`: a provider tells that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0). Its token is signed like an ID token.

use super::{
    claims::Claims,
    conversation::{ALGORITHMS, Provider, Refusal, payload},
};
use crate::serve::AppState;
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    error::retry,
    identity::{self, ForeignLogOut, LoggedOut},
};
use jiff::Timestamp;
use kit::request::RequestContext;
use openidconnect::{
    JsonWebKey as _, JsonWebKeyId,
    core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use serde::Deserialize;
use serde_json::{Value, json};
use url::form_urlencoded;

/// The event of section 2.4.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old a token may be, in seconds.
const OLDEST_SECS: i64 = 600;
/// How far the provider's clock may be ahead, in seconds.
const AHEAD_SECS: i64 = 60;

pub(super) async fn log_out(
    State(state): State<AppState>,
    Extension(request): Extension<RequestContext>,
    Path(key): Path<String>,
    body: Bytes,
) -> Response {
    let Some(provider) = state.providers.find(&key) else {
        return answer(StatusCode::NOT_FOUND, Some("there is no such provider"));
    };
    let token = form_urlencoded::parse(&body).find(|(name, _)| name == "logout_token").map(|(_, value)| value.into_owned());
    let Some(token) = token else { return answer(StatusCode::BAD_REQUEST, Some("there is no logout_token")) };
    let told = match checked(provider, &token, state.domain.now()).await {
        Ok(told) => told,
        Err(Refusal::Down(why)) => {
            tracing::warn!(provider = %key, why, "a logout of a provider cannot be checked");
            return answer(StatusCode::SERVICE_UNAVAILABLE, None);
        }
        Err(Refusal::Expired) => return answer(StatusCode::BAD_REQUEST, Some("the token is too old")),
        Err(Refusal::Untrusted(why)) => {
            tracing::warn!(provider = %key, why, "a logout of a provider does not count");
            return answer(StatusCode::BAD_REQUEST, Some("the token does not count"));
        }
    };
    match retry(|| identity::log_out_from_provider(&state.domain, &request.access, &told)).await {
        Ok(LoggedOut::Ended(_)) => answer(StatusCode::OK, None),
        Ok(LoggedOut::Repeated) => answer(StatusCode::BAD_REQUEST, Some("the token was used before")),
        Err(error) => {
            error.log("a logout of a provider was not done", None);
            answer(StatusCode::SERVICE_UNAVAILABLE, None)
        }
    }
}

/// The answer of section 2.8. It must not be kept by caches.
fn answer(status: StatusCode, fault: Option<&str>) -> Response {
    let fresh = [(header::CACHE_CONTROL, "no-store")];
    match fault {
        Some(fault) => (status, fresh, Json(json!({ "error": "invalid_request", "error_description": fault }))).into_response(),
        None => (status, fresh).into_response(),
    }
}

/// Checks a token (section 2.6). A key that is not known makes the server ask for the keys again.
async fn checked(provider: &Provider, token: &str, now: Timestamp) -> Result<ForeignLogOut, Refusal> {
    let metadata = provider.metadata(now).await.map_err(Refusal::Down)?;
    let outcome = match signature(&metadata.keys, token) {
        Signature::UnknownKey => match provider.newer(&metadata, now).await {
            Some(newer) => signature(&newer.keys, token),
            None => Signature::UnknownKey,
        },
        known => known,
    };
    match outcome {
        Signature::Good => {}
        Signature::UnknownKey => return Err(untrusted("no key of the provider has signed it")),
        Signature::Bad => return Err(untrusted("its signature is wrong")),
    }
    let claims = payload(token).ok_or_else(|| untrusted("it cannot be read"))?;
    told(&claims, &provider.settings().issuer, &provider.settings().client_id, now)
}

fn untrusted(why: &str) -> Refusal {
    Refusal::Untrusted(why.to_owned())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Signature {
    Good,
    UnknownKey,
    Bad,
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    crit: Option<Value>,
}

fn signature(keys: &Bytes, token: &str) -> Signature {
    let Some((signed, signature)) = token.rsplit_once('.') else { return Signature::Bad };
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return Signature::Bad };
    let header = signed.split_once('.').and_then(|(header, _)| URL_SAFE_NO_PAD.decode(header).ok());
    let header = header.and_then(|bytes| serde_json::from_slice::<Header>(&bytes).ok());
    // Nothing is understood that a token may call critical (RFC 7515, section 4.1.11).
    let Some(Header { alg, kid, crit: None }) = header else { return Signature::Bad };
    if !ALGORITHMS.contains(&alg) {
        return Signature::Bad;
    }
    let Ok(keys) = serde_json::from_slice::<CoreJsonWebKeySet>(keys) else { return Signature::UnknownKey };
    let kid = kid.map(JsonWebKeyId::new);
    let mut known = keys.keys().iter().filter(|key| kid.is_none() || key.key_id() == kid.as_ref()).peekable();
    if known.peek().is_none() {
        return Signature::UnknownKey;
    }
    if known.any(|key| key.verify_signature(&alg, signed.as_bytes(), &signature).is_ok()) {
        Signature::Good
    } else {
        Signature::Bad
    }
}

/// What a token says whose signature is good.
fn told(claims: &Claims, issuer: &str, client: &str, now: Timestamp) -> Result<ForeignLogOut, Refusal> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let secs = |name: &str| claims.get(name).and_then(Value::as_i64);
    if text("iss").as_deref() != Some(issuer) {
        return Err(untrusted("it is by another issuer"));
    }
    let is_for_us = match claims.get("aud") {
        Some(Value::String(one)) => one == client,
        Some(Value::Array(many)) => many.iter().any(|one| one.as_str() == Some(client)),
        _ => false,
    };
    if !is_for_us {
        return Err(untrusted("it is for another client"));
    }
    let is_event = claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object);
    if !is_event || claims.contains_key("nonce") {
        return Err(untrusted("it is not a logout token"));
    }
    let now = now.as_second();
    let begun = secs("iat").ok_or_else(|| untrusted("it has no time"))?;
    if begun > now.saturating_add(AHEAD_SECS) {
        return Err(untrusted("it is from the future"));
    }
    if begun < now.saturating_sub(OLDEST_SECS) || secs("exp").is_some_and(|end| end <= now) {
        return Err(Refusal::Expired);
    }
    let (subject, sid) = (text("sub"), text("sid"));
    if subject.is_none() && sid.is_none() {
        return Err(untrusted("it names nobody"));
    }
    let token = text("jti").ok_or_else(|| untrusted("it has no id"))?;
    Ok(ForeignLogOut { issuer: issuer.to_owned(), subject, sid, token })
}
