//! Reports of pages whose WebAssembly stopped in a browser. That is a bug of ours, and without a report nobody would know about it.
//!
//! `public/net.js` sends the reports. A report is counted and logged with the route pattern of the page and the place in our code, but never
//! with the URL of the page, which may identify a person or contain a token.

use super::AppState;
use axum::{Json, Router, extract::DefaultBodyLimit, http::StatusCode, routing::post};
use serde::Deserialize;
use std::sync::Arc;

/// The path to which reports are posted.
pub(super) const PATH: &str = "/browser/stopped";

const LONGEST_REPORT_BYTES: usize = 4 * 1024;
const LONGEST_LOCATION: usize = 200;

/// A report from a browser. Anybody can post anything here, so no part of it is logged unchecked.
#[derive(Deserialize)]
struct Report {
    /// The path of the page's URL.
    path: String,
    /// `file:line:column`, or empty.
    #[serde(default)]
    location: String,
}

/// The route. `kinds` are the route patterns of all pages: `/doctors/{id}`.
pub(super) fn routes(kinds: Arc<[String]>) -> Router<AppState> {
    // Requests are limited before they reach this handler.
    let take = move |Json(report): Json<Report>| async move {
        let kind = kind_of(&kinds, &report.path).unwrap_or("unknown").to_owned();
        let location = place_in_code(&report.location).unwrap_or("unknown");
        metrics::counter!("bedside_browser_stops_total", "page" => kind.clone()).increment(1);
        tracing::error!(page.kind = kind, panic.location = location, "a page stopped working in a browser");
        StatusCode::NO_CONTENT
    };
    Router::new().route(PATH, post(take).layer(DefaultBodyLimit::max(LONGEST_REPORT_BYTES)))
}

/// The route pattern of the page with this path. A pattern with fewer variable parts takes precedence.
fn kind_of<'a>(kinds: &'a [String], path: &str) -> Option<&'a str> {
    let is_variable = |part: &str| part.starts_with(['{', ':']);
    let fits = |kind: &str| {
        let (mut kind, mut path) = (kind.trim_matches('/').split('/'), path.trim_matches('/').split('/'));
        loop {
            match (kind.next(), path.next()) {
                (None, None) => return true,
                (Some(part), Some(found)) if part == found || is_variable(part) => {}
                _ => return false,
            }
        }
    };
    let variables = |kind: &&str| kind.split('/').filter(|part| is_variable(part)).count();
    kinds.iter().map(String::as_str).filter(|kind| fits(kind)).min_by_key(variables)
}

/// The end of a source location, `reactive_graph-0.2.16/src/traits.rs:328:9`; `None` if the text is not a source location.
fn place_in_code(location: &str) -> Option<&str> {
    let (file, place) = location.split_once(".rs:")?;
    let is_place = place.split(':').all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    let is_file = file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
    if !is_place || !is_file || location.len() > LONGEST_LOCATION {
        return None;
    }
    // Our own files have short paths. Of others, the home folder in which they were built is useless, so only the last folders are kept.
    const KEPT_FOLDERS: usize = 3;
    let cut = file.rmatch_indices('/').nth(KEPT_FOLDERS).filter(|_| file.starts_with('/'));
    let start = cut.map_or(0, |(at, _)| at + 1);
    Some(&location[start..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_known_by_its_kind() {
        let kinds = ["/", "/doctors", "/doctors/{id}", "/confirm/again", "/confirm/{token}"].map(str::to_owned);
        assert_eq!(kind_of(&kinds, "/"), Some("/"));
        assert_eq!(kind_of(&kinds, "/doctors/0193-abc"), Some("/doctors/{id}"));
        assert_eq!(kind_of(&kinds, "/confirm/again"), Some("/confirm/again"));
        assert_eq!(kind_of(&kinds, "/confirm/secret"), Some("/confirm/{token}"));
        assert_eq!(kind_of(&kinds, "/doctors/1/2"), None);
    }

    #[test]
    fn only_a_place_in_code_is_kept() {
        assert_eq!(place_in_code("app/kit/src/parts/choices.rs:121:40"), Some("app/kit/src/parts/choices.rs:121:40"));
        assert_eq!(
            place_in_code("/home/somebody/.cargo/registry/src/index-1/reactive_graph-0.2.16/src/traits.rs:328:9"),
            Some("index-1/reactive_graph-0.2.16/src/traits.rs:328:9")
        );
        for text in ["", "Amara Okafor has asthma", "a.rs:1:x", "Amara Okafor.rs:1:2", "a.rs:", "é.rs:1:2"] {
            assert_eq!(place_in_code(text), None, "{text}");
        }
    }
}
