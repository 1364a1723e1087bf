//! Where an app sends a person: checks what it asks for, and leads on to signing in and to the page that asks the person.

use crate::serve::AppState;
use axum::{
    Extension,
    extract::State,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    access::Access,
    identity::{self, Asked, AuthorizationRequest},
};
use kit::{address::sign_in_path, request::RequestContext};
use model::{errors::Code, identity::KEPT_REQUEST};

/// `GET /oauth/authorize` (RFC 6749 §4.1.1). A wrong app or address leads to a page of ours and nowhere else.
pub(super) async fn authorize(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
) -> Response {
    match lead_on(&state, &access, &context, &uri).await {
        Ok(next) => Redirect::to(&next).into_response(),
        Err(error) if error.code() == Code::AppUnknown => Redirect::to("/connect").into_response(),
        Err(error) => {
            error.log("an app's request could not be read", None);
            Redirect::to("/trouble").into_response()
        }
    }
}

async fn lead_on(state: &AppState, access: &Access, context: &RequestContext, uri: &Uri) -> domain::Result<String> {
    let request = request_of(uri.query().unwrap_or_default()).ok_or(Code::AppUnknown)?;
    match identity::read_authorization(&state.domain, &request).await? {
        Asked::Back(address) => Ok(address),
        Asked::Consent(_) if access.acting().is_err() => {
            Ok(sign_in_path(uri.path_and_query().map_or("/connect", |address| address.as_str())))
        }
        Asked::Consent(_) => {
            let id = context.keep(KEPT_REQUEST, &request).await.map_err(|_| Code::DatabaseUnavailable)?;
            Ok(format!("/connect?request={id}"))
        }
    }
}

/// The parameters. `None` when one is repeated (RFC 6749 §3.1). Unknown ones are ignored.
fn request_of(query: &str) -> Option<AuthorizationRequest> {
    let mut request = AuthorizationRequest::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let place = match &*name {
            "client_id" => &mut request.client_id,
            "redirect_uri" => &mut request.redirect_uri,
            "response_type" => &mut request.response_type,
            "scope" => &mut request.scope,
            "state" => &mut request.state,
            "code_challenge" => &mut request.code_challenge,
            "code_challenge_method" => &mut request.code_challenge_method,
            _ => continue,
        };
        if !place.is_empty() {
            return None;
        }
        *place = value.into_owned();
    }
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_parameter_makes_the_request_unreadable() {
        let request = request_of("client_id=a&state=b%26c&nonce=x").unwrap();
        assert_eq!((request.client_id.as_str(), request.state.as_str()), ("a", "b&c"));
        assert!(request_of("client_id=a&client_id=b").is_none());
    }
}
