//! The WebSocket upgrade.

use super::{hub::Hub, socket};
use axum::{
    Extension, Router,
    extract::{FromRef, State, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use domain::access::Access;
use model::{errors::Code, live};

/// The route of the WebSocket. It needs [`Access`] as a request extension.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Hub: FromRef<S>,
{
    Router::new().route(live::PATH, any(open))
}

async fn open(
    State(hub): State<Hub>,
    Extension(access): Extension<Access>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_ours(&headers, hub.public_origin()) {
        return refuse(Code::ForeignOrigin);
    }
    let upgrade = upgrade.max_message_size(live::LONGEST_TEXT_BYTES).max_frame_size(live::LONGEST_TEXT_BYTES);
    match access.acting().cloned() {
        Ok(acting) => upgrade.on_upgrade(move |socket| socket::serve(hub, access, acting, socket)),
        // Browsers do not tell pages the status of a refused upgrade, so the page learns the reason from the close code.
        Err(_) if headers.contains_key(header::ORIGIN) => {
            upgrade.on_upgrade(|socket| socket::end(socket, live::CLOSE_SIGNED_OUT))
        }
        Err(_) => refuse(Code::SignInNeeded),
    }
}

/// Whether the upgrade comes from our own pages. It is a GET, but the socket then acts with the cookie's session. A request with a bearer
/// token needs no `Origin`: browsers do not send such a token on their own.
fn is_ours(headers: &HeaderMap, public_origin: &str) -> bool {
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.as_bytes() == public_origin.as_bytes(),
        None => headers.contains_key(header::AUTHORIZATION) && !headers.contains_key(header::COOKIE),
    }
}

fn refuse(code: Code) -> Response {
    let status = StatusCode::from_u16(kit::failure::status(code.kind())).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    crate::serve::error_answer(code, status).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_page_of_another_site_gets_no_socket() {
        let ours = |headers: &[(header::HeaderName, &'static str)]| {
            let map = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
            is_ours(&map, "https://clinic.example")
        };
        assert!(ours(&[(header::COOKIE, "a=b"), (header::ORIGIN, "https://clinic.example")]));
        assert!(!ours(&[(header::COOKIE, "a=b"), (header::ORIGIN, "https://evil.example")]));
        assert!(!ours(&[(header::COOKIE, "a=b")]));
        assert!(!ours(&[(header::COOKIE, "a=b"), (header::AUTHORIZATION, "Bearer x")]));
        assert!(ours(&[(header::AUTHORIZATION, "Bearer x")]));
    }
}
