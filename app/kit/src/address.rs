//! Addresses of pages: their queries, and which addresses lead to a page of this site.

use leptos::prelude::WithUntracked as _;
use leptos_router::hooks::use_query_map;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that are escaped in a value of a query: all but the unreserved ones (RFC 3986 §2.3) and `/`, which a query may hold (§3.4).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Builds the query of an address, with the `?`. Values are escaped, absent and empty ones left out. Names must need no escaping.
pub fn query(pairs: &[(&str, Option<&str>)]) -> String {
    let given = pairs.iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
    let pairs: Vec<String> = given.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, ESCAPED))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// The address with one query parameter set (or removed) and without a fragment. The value must need no escaping.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn with_parameter(address: &str, name: &str, value: Option<&str>) -> String {
    let address = address.split('#').next().unwrap_or("/");
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name)).map(str::to_owned);
    let pairs: Vec<String> = kept.chain(value.map(|value| format!("{name}={value}"))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Returns the address if it is a page of this site: a path and not another host (`//host`, `/\host`), only visible ASCII, at most 2000 bytes.
#[must_use]
pub fn local_path(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let is_path = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    (is_path && text.len() <= 2_000 && text.chars().all(|c| c.is_ascii_graphic())).then_some(text)
}

/// The address of the sign-in page that afterwards returns to `back`.
#[must_use]
pub fn sign_in_path(back: &str) -> String {
    with_next("/sign-in", Some(back))
}

/// The address of a page that afterwards leads on to `next`.
#[must_use]
pub fn with_next(path: &str, next: Option<&str>) -> String {
    format!("{path}{}", query(&[("next", next)]))
}

/// The page that the address of this page says to go on to, if it is one of this site.
#[must_use]
pub fn use_next() -> Option<String> {
    let next = use_query_map().with_untracked(|query| query.get("next"))?;
    local_path(&next).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_absent_and_empty_ones_left_out() {
        assert_eq!(
            query(&[("name", Some("Żółć & co")), ("day", None), ("action", Some("")), ("zone", Some("Europe/London"))]),
            "?name=%C5%BB%C3%B3%C5%82%C4%87%20%26%20co&zone=Europe/London"
        );
        assert_eq!(query(&[("after", Some("2026-11-24T09:00:00Z~7"))]), "?after=2026-11-24T09%3A00%3A00Z~7");
        assert_eq!(query(&[("name", None)]), "");
        assert_eq!(sign_in_path("/x?draft=1&y=ü"), "/sign-in?next=/x%3Fdraft%3D1%26y%3D%C3%BC");
    }

    #[test]
    fn only_our_own_pages_are_local() {
        for good in ["/", "/patient/visits?draft=1", "/a//b"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in ["", "patient", "//evil.test", "/\\evil.test", "https://evil.test/", "/a\r\nb", "/a b"] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_parameter_is_replaced_not_repeated() {
        assert_eq!(with_parameter("/x?draft=1&day=2", "draft", Some("9")), "/x?day=2&draft=9");
        assert_eq!(with_parameter("/x?draft=1#top", "draft", None), "/x");
    }
}
