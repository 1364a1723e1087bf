//! The question about a new version of a document, which stands before the portals.
//!
//! The rule, for a signed-in user for whom a document waits:
//! - Loading a page of a portal leads to `/agree`, and from there back to the page. Public pages, the documents themselves, signing out, health and assets
//!   stay open. So do the page that deletes the account, for users who do not agree, and the room of a visit, in which somebody may be waiting.
//! - Requests of open pages (`/do`, the socket) are not held up, so that no note and no call is lost because a version began to count in the meantime. Without scripts
//!   each form leads to a page, and so to the question.
//! - A program reads, and is refused changes with `identity.consent_needed`, other than its answer, the end of sessions, tokens and connections of apps, and deleting the
//!   account.

use axum::{
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse, Redirect, Response},
};
use kit::{address::with_next, request::asks_for_html};

/// The first parts of the addresses of portals.
const PORTALS: [&str; 15] = [
    "account",
    "admin",
    "appointments",
    "book",
    "carers",
    "desk",
    "doctor",
    "laboratory",
    "messages",
    "patient",
    "pharmacy",
    "prescriptions",
    "visits",
    "waiting",
    "ward",
];

/// What programs may change while a document waits, by the beginning of the path.
const OPEN_TO_PROGRAMS: [&str; 6] = [
    "/api/v1/me/apps/",
    "/api/v1/me/consents",
    "/api/v1/me/delete",
    "/api/v1/me/sessions",
    "/api/v1/me/tokens/",
    "/api/v1/sessions",
];

/// Whether a request loads a page of a portal.
#[must_use]
pub fn is_portal_page(method: &Method, headers: &HeaderMap, path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_open = matches!(parts.as_slice(), ["account", "delete"] | ["visits", _] | ["doctor", "visits", _]);
    let is_portal = parts.first().is_some_and(|first| PORTALS.contains(first));
    *method == Method::GET && asks_for_html(headers) && is_portal && !is_open
}

/// Whether a request of a program changes something that it may not change while a document waits.
#[must_use]
pub fn is_held_back(method: &Method, path: &str) -> bool {
    !method.is_safe() && !OPEN_TO_PROGRAMS.iter().any(|open| path.starts_with(open))
}

/// Leads to the question, which leads back to the page.
#[must_use]
pub fn to_the_question(page: &Uri) -> Response {
    let page = page.path_and_query().map_or("/", |page| page.as_str());
    Redirect::to(&with_next("/agree", Some(page))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, header};

    #[test]
    fn the_question_stands_before_the_pages_of_portals_only() {
        let html = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("text/html"))]);
        let asked = |path| is_portal_page(&Method::GET, &html, path);
        for path in ["/patient", "//patient", "/doctor/visits/1/notes", "/account", "/account/name", "/visits/1/summary"] {
            assert!(asked(path), "{path}");
        }
        for path in ["/", "/agree", "/documents/terms", "/doctors", "/do/sign-out", "/health/live", "/trouble"] {
            assert!(!asked(path), "{path}");
        }
        for path in ["/account/delete", "/account/delete/", "/visits/1", "/doctor/visits/1"] {
            assert!(!asked(path), "{path}: who does not agree can leave, and nobody waits in a room");
        }
        assert!(!is_portal_page(&Method::POST, &html, "/patient"));
        assert!(!is_portal_page(&Method::GET, &HeaderMap::new(), "/patient"));
    }

    #[test]
    fn a_program_reads_answers_and_signs_out() {
        assert!(is_held_back(&Method::POST, "/api/v1/appointments"));
        assert!(is_held_back(&Method::PUT, "/api/v1/me/name"));
        assert!(!is_held_back(&Method::GET, "/api/v1/appointments"));
        assert!(!is_held_back(&Method::POST, "/api/v1/me/consents"));
        assert!(!is_held_back(&Method::POST, "/api/v1/me/delete"));
        assert!(!is_held_back(&Method::DELETE, "/api/v1/sessions/current"));
    }
}
