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
/// Streams a large table.
const EXPORT: NonZeroU32 = NonZeroU32::new(20).expect("not zero");

/// The cost of a request, by its method and path.
#[must_use]
pub fn cost_of(method: &Method, path: &str) -> NonZeroU32 {
    let path = path.trim_end_matches('/');
    match path {
        "/admin/audit.csv" => EXPORT,
        "/do/sign-in" | "/do/sign-up" | "/do/apply" | "/do/reset-password" | "/do/change-password" | "/do/sign-prescription" => {
            COMPUTATION
        }
        "/do/send-phone-code"
        | "/do/remove-phone"
        | "/do/connect-foreign"
        | "/api/v1/me/phone/send-code"
        | "/api/v1/me/phone/remove" => COMPUTATION,
        "/api/v1/sessions" if method == Method::POST => COMPUTATION,
        _ if path.ends_with("/pdf") => COMPUTATION,
        // They write, and ask another provider.
        _ if path.starts_with("/sign-in/with/") || path.starts_with("/sign-in/from/") => CHANGE,
        "/doctors"
        | "/do/find-doctors"
        | "/api/v1/doctors"
        | "/do/search-diagnoses"
        | "/admin/people"
        | "/do/find-people"
        | "/do/load-people"
        | "/admin/audit"
        | "/do/load-audit"
        | "/do/find-in-log"
        | "/api/v1/users"
        | "/api/v1/users/search" => SEARCH,
        // They decrypt up to two thousand texts, and compare them in memory.
        "/do/find-in-conversations" | "/do/load-found-messages" | "/api/v1/threads/search" | "/do/search-record" => SEARCH,
        _ if path.ends_with("/record/search") => SEARCH,
        _ if path.starts_with("/doctor/patients/") && path.ends_with("/search") => SEARCH,
        // One megabyte to encrypt and write; a file has many.
        _ if path.contains("/uploads/") && path.contains("/parts/") => READ,
        // Every page asks it once, and again when something happens.
        "/do/count-unread-notices" => READ,
        _ if method.is_safe() => READ,
        _ => CHANGE,
    }
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
    }
}
