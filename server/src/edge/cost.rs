//! What a request costs: how many units it takes from the buckets of its line and its account (`super::limits`).
//!
//! A unit is about what a page costs that reads a few rows.

use axum::http::Method;
use std::num::NonZeroU32;

const READ: NonZeroU32 = NonZeroU32::new(1).expect("not zero");
const CHANGE: NonZeroU32 = NonZeroU32::new(2).expect("not zero");
/// Reads thousands of rows.
const SEARCH: NonZeroU32 = NonZeroU32::new(5).expect("not zero");
/// Hashes a password, or draws a document: a noticeable part of a second of a processor.
const COMPUTATION: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
/// Streams a large table, or takes in a file of hundreds of rows.
const WHOLE: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// The cost of a request, by its method and path. The same act costs the same on the pages and in the interface for programs.
#[must_use]
pub fn cost_of(method: &Method, path: &str) -> NonZeroU32 {
    let path = path.trim_end_matches('/');
    if !method.is_safe() && hashes_password(path) {
        return COMPUTATION;
    }
    match path {
        _ if path.ends_with(".csv") => WHOLE,
        _ if !method.is_safe() && (path.ends_with("/import") || path.starts_with("/do/import-")) => WHOLE,
        _ if path.ends_with("/pdf") => COMPUTATION,
        // They write, and ask another provider.
        _ if path.starts_with("/sign-in/with/") || path.starts_with("/sign-in/from/") => CHANGE,
        "/doctors" | "/api/v1/doctors" | "/admin/people" | "/do/load-people" | "/api/v1/users" => SEARCH,
        "/admin/audit" | "/do/load-audit" => SEARCH,
        // They compare each patient with all others.
        "/do/load-likely-patients" | "/api/v1/likely-duplicates" => SEARCH,
        // Those for messages and records decrypt up to two thousand texts, and compare them in memory.
        "/do/load-found-messages" => SEARCH,
        _ if path.starts_with("/do/find-") || path.starts_with("/do/search-") || path.ends_with("/search") => SEARCH,
        // One megabyte to encrypt and write; a file has many.
        _ if path.contains("/uploads/") && path.contains("/parts/") => READ,
        // Every page asks it once, and again when something happens.
        "/do/count-unread-notices" => READ,
        _ if method.is_safe() => READ,
        _ => CHANGE,
    }
}

/// Whether a request hashes a password: because somebody signs in, sets one, or proves with it that it is them.
fn hashes_password(path: &str) -> bool {
    matches!(
        path,
        "/do/sign-in"
            | "/do/sign-up"
            | "/do/apply"
            | "/do/accept-as-new"
            | "/do/set-up"
            | "/do/bring-back"
            | "/do/reset-password"
            | "/do/change-password"
            | "/do/delete-account"
            | "/do/begin-set-up"
            | "/do/end-second-factor"
            | "/do/add-passkey"
            | "/do/remove-passkey"
            | "/do/make-token"
            | "/do/answer-app"
            | "/do/connect-foreign"
            | "/do/send-email-code"
            | "/do/send-phone-code"
            | "/do/remove-phone"
            | "/do/sign-prescription"
            | "/api/v1/sessions"
            | "/api/v1/accounts/bring-back"
            | "/api/v1/me/delete"
            | "/api/v1/me/factors/set-up"
            | "/api/v1/me/factors/end"
            | "/api/v1/me/factors/passkeys"
            | "/api/v1/me/email/send-code"
            | "/api/v1/me/phone/send-code"
            | "/api/v1/me/phone/remove"
            | "/api/v1/me/tokens"
    ) || (path.starts_with("/api/v1/me/factors/passkeys/") && path.ends_with("/remove"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_more_work_costs_more() {
        let cost = |method: Method, path: &str| cost_of(&method, path).get();
        assert_eq!(cost(Method::GET, "/appointments"), 1);
        assert_eq!(cost(Method::POST, "/do/cancel-visit"), 2);
        assert_eq!(cost(Method::GET, "/doctors"), 5);
        assert_eq!(cost(Method::GET, "/doctors/"), 5);
        assert_eq!(cost(Method::GET, "/doctors/0193-abc"), 1);
        for path in [
            "/do/find-in-conversations",
            "/api/v1/threads/search",
            "/do/search-record",
            "/api/v1/patients/0193-abc/record/search",
        ] {
            assert_eq!(cost(Method::POST, path), 5, "{path}");
        }
        assert_eq!((cost(Method::GET, "/api/v1/users"), cost(Method::GET, "/doctor/patients/0193-abc/search")), (5, 5));
        assert_eq!(cost(Method::POST, "/do/sign-in"), 10);
        assert_eq!(cost(Method::POST, "/api/v1/sessions"), 10);
        assert_eq!(cost(Method::DELETE, "/api/v1/sessions/current"), 2);
        assert_eq!(cost(Method::GET, "/prescriptions/0193-abc/pdf"), 10);
        assert_eq!(cost(Method::GET, "/admin/audit.csv"), 20);
        assert_eq!((cost(Method::GET, "/admin/people/import"), cost(Method::POST, "/do/import-staff")), (1, 20));
        assert_eq!((cost(Method::GET, "/api/v1/me/tokens"), cost(Method::POST, "/api/v1/me/tokens")), (1, 10));
    }
}
