//! The security headers of all responses.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// The settings that the headers depend on.
#[derive(Debug, Clone, Copy)]
pub struct Security {
    /// Whether the public address uses https. If so, browsers are told to use only https (HSTS).
    pub https: bool,
}

/// The content security policy of pages: only our own resources, and inline scripts with the nonce of this response. `'wasm-unsafe-eval'`
/// allows compiling wasm; there are no inline styles. `reload` adds sources to `connect-src`, each with a space before it.
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

/// Adds the headers; headers that the response already has are kept.
pub async fn secure(State(security): State<Security>, request: Request, next: Next) -> Response {
    let is_asset = is_asset(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    add(header::CONTENT_SECURITY_POLICY, NOTHING);
    add(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Stricter policies remove `Origin` and `Referer` from form submissions, which would break them.
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

/// Whether the path is a static file that is the same for all users.
#[must_use]
pub fn is_asset(path: &str) -> bool {
    ["/pkg/", "/fonts/"].iter().any(|folder| path.starts_with(folder))
        || matches!(path, "/net.js" | "/favicon.svg" | "/favicon.ico" | "/manifest.webmanifest" | "/robots.txt")
}
