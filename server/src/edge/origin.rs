//! State-changing requests with a cookie must come from our own pages.

use axum::http::{HeaderMap, Method, header};

/// Whether a request is allowed: it only reads, or has no cookie, or its `Origin` is ours. Browsers send `Origin` with each POST
/// (Fetch standard, §3.2), so a request with a cookie and without an `Origin` is refused.
#[must_use]
pub fn allowed(method: &Method, headers: &HeaderMap, ours: &str) -> bool {
    let changes = !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    let bears_token = headers.contains_key(header::AUTHORIZATION);
    if !changes || (bears_token && !headers.contains_key(header::COOKIE)) {
        return true;
    }
    match headers.get(header::ORIGIN) {
        Some(origin) => origin.as_bytes() == ours.as_bytes(),
        None => !headers.contains_key(header::COOKIE),
    }
}

/// The same for a WebSocket: its upgrade is a GET, but the socket then acts with the cookie's session.
#[must_use]
pub fn allowed_socket(headers: &HeaderMap, ours: &str) -> bool {
    headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes() == ours.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn post(headers: &[(header::HeaderName, &'static str)]) -> bool {
        let map = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        allowed(&Method::POST, &map, "https://clinic.example")
    }

    #[test]
    fn a_form_on_another_site_cannot_use_our_cookie() {
        assert!(post(&[(header::COOKIE, "a=b"), (header::ORIGIN, "https://clinic.example")]));
        assert!(!post(&[(header::COOKIE, "a=b"), (header::ORIGIN, "https://evil.example")]));
        assert!(!post(&[(header::ORIGIN, "https://evil.example")]));
        assert!(!post(&[(header::COOKIE, "a=b"), (header::ORIGIN, "null")]));
        assert!(!post(&[(header::COOKIE, "a=b")]));
        assert!(!post(&[(header::COOKIE, "a=b"), (header::AUTHORIZATION, "Bearer x")]));
        assert!(post(&[(header::AUTHORIZATION, "Bearer x")]));
        assert!(post(&[]));
        assert!(!allowed_socket(&HeaderMap::new(), "https://clinic.example"));
    }
}
