//! Headers that every answer carries.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// What the headers depend on.
#[derive(Debug, Clone, Copy)]
pub struct Security {
    /// Whether the public address is https: then browsers are told to stay with it.
    pub https: bool,
}

/// The policy for documents: our own things, and the inline scripts that carry the nonce of this answer. `'wasm-unsafe-eval'` lets wasm be
/// compiled; there are no inline styles. `reload` adds sources of connections, each with a space before it.
#[must_use]
pub fn content_security_policy(nonce: &str, reload: Option<&str>) -> String {
    let reload = reload.unwrap_or_default();
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; \
         media-src 'self' blob:; font-src 'self'; connect-src 'self'{reload}; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Adds the headers; what an answer has set itself stays.
pub async fn secure(State(security): State<Security>, request: Request, next: Next) -> Response {
    let is_asset = is_asset(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    add(header::CONTENT_SECURITY_POLICY, NOTHING);
    add(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Anything stricter takes the Origin and the Referer from forms, and breaks them.
    add(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    add(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    add(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    add(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    add(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"),
    );
    add(
        header::CACHE_CONTROL,
        if is_asset {
            HeaderValue::from_static("public, max-age=0, must-revalidate")
        } else {
            HeaderValue::from_static("no-store")
        },
    );
    if security.https {
        add(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    response
}

/// Files that are the same for everybody.
#[must_use]
pub fn is_asset(path: &str) -> bool {
    ["/pkg/", "/fonts/"].iter().any(|folder| path.starts_with(folder))
        || matches!(path, "/net.js" | "/favicon.svg" | "/favicon.ico" | "/manifest.webmanifest" | "/robots.txt")
}
