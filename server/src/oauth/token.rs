//! Tokens for apps: in exchange for a code or a refresh token, and given back. Errors have the form of RFC 6749 §5.2.

use crate::serve::AppState;
use axum::{
    Extension, Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    access::Access,
    error::retry,
    identity::{self, Client, ExchangeCode, TokenPair},
};
use model::{errors::Code, scopes::ApiScope};
use percent_encoding::percent_decode_str;
use serde_json::json;
use std::collections::BTreeMap;

/// The members of a posted form, and the app that posted it.
struct Asked {
    members: BTreeMap<String, String>,
    client: Client,
}

impl Asked {
    /// Reads a form. A repeated member, or an app that names itself in two ways, is a wrong request.
    fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        if !kind.split(';').next()?.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return None;
        }
        let mut members = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            if members.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        let (id, secret) = (members.remove("client_id"), members.remove("client_secret"));
        let client = match headers.get(header::AUTHORIZATION) {
            None => Client { id: id?, secret },
            Some(value) => {
                let client = basic(value)?;
                if secret.is_some() || id.is_some_and(|id| id != client.id) {
                    return None;
                }
                client
            }
        };
        Some(Self { members, client })
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.members.remove(name).filter(|value| !value.is_empty())
    }
}

/// The app of an `Authorization: Basic` header, whose parts are percent-encoded (RFC 6749 §2.3.1).
fn basic(value: &HeaderValue) -> Option<Client> {
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    let plain = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (id, secret) = plain.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned);
    Some(Client { id: decoded(id)?, secret: Some(decoded(secret)?) })
}

/// `POST /oauth/token`.
pub(super) async fn token(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(mut asked) = Asked::read(&headers, &body) else { return wrong("invalid_request") };
    let (domain, client) = (&state.domain, asked.client.clone());
    match asked.take("grant_type").as_deref() {
        Some("authorization_code") => {
            let members = (asked.take("code"), asked.take("redirect_uri"), asked.take("code_verifier"));
            let (Some(code), Some(redirect_uri), Some(code_verifier)) = members else { return wrong("invalid_request") };
            let command = ExchangeCode { code, redirect_uri, code_verifier };
            match retry(|| identity::exchange_code(domain, &access, &client, command.clone())).await {
                Ok(made) => tokens(made.pair, Some(&made.scopes)),
                Err(error) => refused(&error),
            }
        }
        Some("refresh_token") => {
            let Some(token) = asked.take("refresh_token") else { return wrong("invalid_request") };
            match retry(|| identity::refresh_app_tokens(domain, &access, &client, &token)).await {
                Ok(pair) => tokens(pair, None),
                Err(error) => refused(&error),
            }
        }
        Some(_) => wrong("unsupported_grant_type"),
        None => wrong("invalid_request"),
    }
}

/// `POST /oauth/revoke` (RFC 7009).
pub(super) async fn revoke(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(mut asked) = Asked::read(&headers, &body) else { return wrong("invalid_request") };
    let (domain, client) = (&state.domain, asked.client.clone());
    let Some(token) = asked.take("token") else { return wrong("invalid_request") };
    match retry(|| identity::revoke_app_token(domain, &access, &client, &token)).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => refused(&error),
    }
}

fn tokens(pair: TokenPair, scopes: Option<&[ApiScope]>) -> Response {
    let TokenPair { access_token, refresh_token, expires_in_secs } = pair;
    let mut body = json!({
        "access_token": access_token, "refresh_token": refresh_token, "token_type": "Bearer", "expires_in": expires_in_secs,
    });
    if let Some(scopes) = scopes {
        let words: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        body["scope"] = words.join(" ").into();
    }
    Json(body).into_response()
}

fn wrong(error: &'static str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
}

fn refused(error: &domain::Error) -> Response {
    match error.code() {
        Code::AppUnproven => {
            let headers = [(header::WWW_AUTHENTICATE, "Basic realm=\"bedside\"")];
            (StatusCode::UNAUTHORIZED, headers, Json(json!({ "error": "invalid_client" }))).into_response()
        }
        Code::GrantInvalid | Code::BadCredentials | Code::TokenReused => wrong("invalid_grant"),
        _ => {
            error.log("an app got no tokens", None);
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": "temporarily_unavailable" }))).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_names_itself_in_one_way() {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
        let read = |authorization: Option<&'static str>, body: &str| {
            let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, form.clone())]);
            headers.extend(authorization.map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value))));
            Asked::read(&headers, body.as_bytes()).map(|asked| (asked.client.id, asked.client.secret))
        };
        assert_eq!(read(None, "client_id=a"), Some(("a".to_owned(), None)));
        assert_eq!(read(Some("Basic YTpi"), "token=x"), Some(("a".to_owned(), Some("b".to_owned()))));
        assert_eq!(read(Some("Basic YTpi"), "client_id=a"), Some(("a".to_owned(), Some("b".to_owned()))));
        for (authorization, body) in [
            (Some("Basic YTpi"), "client_secret=b"),
            (Some("Basic YTpi"), "client_id=c"),
            (Some("Bearer YTpi"), "client_id=a"),
            (None, "token=x"),
            (None, "client_id=a&client_id=a"),
        ] {
            assert_eq!(read(authorization, body), None, "{authorization:?} {body}");
        }
        assert!(Asked::read(&HeaderMap::new(), b"client_id=a").is_none());
    }
}
