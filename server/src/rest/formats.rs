//! Content negotiation by `Accept` (RFC 9110 §12.5.1): it selects the media type of an answer, and with it the version of the API.

use super::Problem;
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::errors::Code;

/// The media type of version 1. A client that asks for it never gets another version.
pub(super) const VERSIONED: &str = "application/vnd.bedside.v1+json";
/// JSON without a version.
pub(super) const PLAIN: &str = "application/json";
/// The media type of a printed prescription.
pub(super) const PDF: &str = "application/pdf";

/// The media type that the caller asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// JSON, or the PDF of a route that answers with one.
    Plain,
    /// JSON with the media type of its version.
    Versioned,
}

/// Refuses a request whose `Accept` header excludes every available media type, and otherwise sets the media type of the answer.
pub(super) async fn negotiate(request: Request, next: Next) -> Response {
    // A file has the type that it has.
    if request.uri().path().starts_with("/api/v1/files/") {
        return next.run(request).await;
    }
    let Some(form) = chosen(request.headers(), request.uri().path().ends_with("/pdf")) else {
        return Problem::from(Code::NotAcceptable).into_response();
    };
    let mut response = next.run(request).await;
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == PLAIN.as_bytes());
    if form == Form::Versioned && is_json {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(VERSIONED));
    }
    response
}

/// The available media type with the highest weight; `None` if the header accepts none of them.
fn chosen(headers: &HeaderMap, is_paper: bool) -> Option<Form> {
    let mut ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .peekable();
    if ranges.peek().is_none() {
        return Some(Form::Plain);
    }
    let mut best: Option<(f32, Form)> = None;
    for range in ranges {
        let mut parts = range.split(';').map(str::trim);
        let form = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            VERSIONED => Form::Versioned,
            PDF if is_paper => Form::Plain,
            PLAIN if !is_paper => Form::Plain,
            "*/*" | "application/*" => Form::Plain,
            _ => continue,
        };
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |text| text.parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(before, _)| weight > before) {
            best = Some((weight, form));
        }
    }
    best.map(|(_, form)| form)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(accept: &str) -> Option<Form> {
        chosen(&HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_str(accept).unwrap())]), false)
    }

    #[test]
    fn the_version_is_honoured_and_an_unknown_one_is_not() {
        assert_eq!(chosen(&HeaderMap::new(), false), Some(Form::Plain));
        assert_eq!(asked("application/json, */*;q=0.1"), Some(Form::Plain));
        assert_eq!(asked("application/vnd.bedside.v1+json"), Some(Form::Versioned));
        assert_eq!(asked("application/json;q=0.5, application/vnd.bedside.v1+json"), Some(Form::Versioned));
        assert_eq!(asked("application/vnd.bedside.v2+json, application/json;q=0.1"), Some(Form::Plain));
        assert_eq!(asked("application/vnd.bedside.v2+json"), None);
        assert_eq!(asked("text/html"), None);
        assert_eq!(asked("application/json;q=0"), None);
    }

    #[test]
    fn the_paper_is_pdf() {
        let accept = |text: &'static str| HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(text))]);
        assert_eq!(chosen(&accept("application/pdf"), true), Some(Form::Plain));
        assert_eq!(chosen(&accept("application/pdf"), false), None);
        assert_eq!(chosen(&accept("application/json"), true), None);
    }
}
