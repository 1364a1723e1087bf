//! The security headers of all responses.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

/// The settings that the headers depend on.
#[derive(Debug, Clone, Copy)]
pub struct Security {
    /// Whether the public address uses https. If so, browsers are told to use only https (HSTS).
    pub https: bool,
    /// Whether pages load our files from another origin, so that this server must allow it.
    pub assets_elsewhere: bool,
}

/// What the content security policy allows in addition to this origin.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The origin of our files, if it is another one.
    pub assets: Option<String>,
    /// The addresses of `cargo leptos watch`, for connections only.
    pub reload: Option<String>,
}

/// The content security policy of pages: only our own resources, and inline scripts with the nonce of this response. `'wasm-unsafe-eval'`
/// allows compiling wasm; there are no inline styles.
#[must_use]
pub fn content_security_policy(nonce: &str, sources: &Sources) -> String {
    let with_space = |source: &Option<String>| source.as_ref().map(|source| format!(" {source}")).unwrap_or_default();
    let (assets, reload) = (with_space(&sources.assets), with_space(&sources.reload));
    format!(
        "default-src 'self'{assets}; script-src 'self'{assets} 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'{assets}; \
         img-src 'self'{assets} data: blob:; media-src 'self' blob:; font-src 'self'{assets}; connect-src 'self'{assets}{reload}; \
         object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Adds the headers; headers that the response already has are kept.
pub async fn secure(State(security): State<Security>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (is_asset, is_versioned) = (is_asset(path), is_versioned(path));
    let permissions = permissions_policy(path);
    let mut response = next.run(request).await;
    let is_there = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
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
    if is_asset && security.assets_elsewhere {
        add(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
        add(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    } else {
        add(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    }
    add(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(permissions));
    add(
        header::CACHE_CONTROL,
        HeaderValue::from_static(match (is_asset && is_there, is_versioned) {
            (true, true) => "public, max-age=31536000, immutable",
            (true, false) => "public, max-age=0, must-revalidate",
            (false, _) => "no-store",
        }),
    );
    if security.https {
        add(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    response
}

/// What the pages of a document may ask the browser for. Only the search for doctors asks where the browser is; a document that was loaded for another page is loaded
/// again before it asks.
fn permissions_policy(path: &str) -> &'static str {
    match path {
        "/doctors" => "camera=(self), microphone=(self), display-capture=(self), geolocation=(self), payment=(), usb=()",
        _ => "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()",
    }
}

/// Whether the path is a static file that is the same for all users.
#[must_use]
pub fn is_asset(path: &str) -> bool {
    ["/pkg/", "/fonts/"].iter().any(|folder| path.starts_with(folder))
        || matches!(
            path,
            "/net.js" | "/push.js" | "/upload.js" | "/favicon.svg" | "/favicon.ico" | "/manifest.webmanifest" | "/robots.txt"
        )
}

/// Whether the path contains the version of its file, so that its content never changes: `/pkg/0123456789abcdef/…`.
fn is_versioned(path: &str) -> bool {
    let version = path.strip_prefix("/pkg/").and_then(|rest| rest.split_once('/')).map(|(version, _)| version);
    version.is_some_and(|version| version.len() == 16 && version.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_folder_of_a_version_is_versioned() {
        assert!(is_versioned("/pkg/0123456789abcdef/bedside.js"));
        for path in ["/pkg/bedside.js", "/pkg/0123456789abcdef", "/pkg/snippets/bedside.js", "/fonts/0123456789abcdef/a.woff2"] {
            assert!(!is_versioned(path), "{path}");
        }
    }

    #[test]
    fn only_the_search_for_doctors_may_ask_where_the_browser_is() {
        assert!(permissions_policy("/doctors").contains("geolocation=(self)"));
        for path in ["/", "/doctors/7", "/patient", "/api/v1/doctors", "/doctorsx"] {
            assert!(permissions_policy(path).contains("geolocation=()"), "{path}");
        }
    }

    #[test]
    fn the_policy_names_the_origin_of_our_files_where_they_are_loaded() {
        let policy = content_security_policy("n", &Sources { assets: Some("https://cdn.example".into()), reload: None });
        for directive in ["script-src", "style-src", "font-src", "img-src", "connect-src"] {
            let sources = policy.split("; ").find(|part| part.starts_with(directive)).unwrap();
            assert!(sources.contains(" https://cdn.example"), "{sources}");
        }
        let own = content_security_policy("n", &Sources::default());
        assert!(own.contains("connect-src 'self';"), "{own}");
        assert!(!own.contains("https:"), "{own}");
    }
}
