//! Private calendar feeds at `/calendar/{secret}.ics`, for calendar programs. Whoever has the secret reads it, so a session plays no part.

use crate::{mail, rest::Problem, serve::AppState};
use axum::{
    Extension, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    access::Access,
    error::retry,
    scheduling::{self, CalendarFeed},
    vault::sha256,
};
use jiff::{
    Timestamp,
    fmt::rfc2822::{DateTimeParser, DateTimePrinter},
};
use model::errors::Code;
use words::locale_of;

/// The route `/calendar/{secret}.ics`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/calendar/{file}", get(feed))
}

async fn feed(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    match read(&state, &access, &file).await {
        Ok(feed) => answer(&state, &feed, &headers),
        Err(error) => {
            error.log("a calendar feed could not be read", None);
            Problem::from(error).into_response()
        }
    }
}

async fn read(state: &AppState, access: &Access, file: &str) -> domain::Result<CalendarFeed> {
    let token = file.strip_suffix(".ics").ok_or(Code::NotFound)?;
    let reader = retry(|| scheduling::find_calendar_feed(&state.domain, access, token)).await?;
    state.limits.feed(reader.id()).await?;
    scheduling::read_calendar_feed(&state.domain, access, reader).await
}

fn answer(state: &AppState, feed: &CalendarFeed, headers: &HeaderMap) -> Response {
    let file = mail::calendar_feed(locale_of(&feed.language), feed, &state.config);
    let tag = tag(&file);
    let is_known = is_known(headers, &tag, feed.modified_at);
    let mut common = HeaderMap::new();
    for (name, value) in [
        (header::ETAG, tag),
        (header::LAST_MODIFIED, http_date(feed.modified_at)),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ] {
        if let Ok(value) = value.parse() {
            common.insert(name, value);
        }
    }
    if is_known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], file).into_response()
}

/// The entity tag of a file. It is weak, because the answer may be compressed on its way.
fn tag(file: &str) -> String {
    let digest = sha256(&[file.as_bytes()]);
    let half = digest.first_chunk::<16>().copied().unwrap_or_default();
    format!("W/\"{:032x}\"", u128::from_be_bytes(half))
}

/// Whether the program has this file already (RFC 9110 §13.2.2): its tags decide, and without tags the date.
fn is_known(headers: &HeaderMap, tag: &str, modified_at: Timestamp) -> bool {
    if let Some(tags) = headers.get(header::IF_NONE_MATCH) {
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        return tags.to_str().is_ok_and(|tags| tags.split(',').any(|known| known.trim() == "*" || opaque(known) == opaque(tag)));
    }
    let since = headers.get(header::IF_MODIFIED_SINCE).and_then(|since| since.to_str().ok());
    since.and_then(http_time).is_some_and(|since| modified_at.as_second() <= since.as_second())
}

fn http_date(at: Timestamp) -> String {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap_or_default()
}

fn http_time(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    #[test]
    fn tags_decide_before_dates() {
        let modified: Timestamp = "2026-11-24T09:00:00.5Z".parse().unwrap();
        let known = |given: &[(HeaderName, &str)]| {
            let headers = given.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            is_known(&headers, "W/\"a\"", modified)
        };
        assert!(!known(&[]));
        assert!(known(&[(header::IF_NONE_MATCH, "\"b\", W/\"a\"")]));
        assert!(known(&[(header::IF_NONE_MATCH, "\"a\"")]));
        assert!(known(&[(header::IF_MODIFIED_SINCE, &http_date(modified))]));
        assert!(!known(&[(header::IF_MODIFIED_SINCE, "Tue, 24 Nov 2026 08:59:59 GMT")]));
        assert!(!known(&[(header::IF_NONE_MATCH, "\"b\""), (header::IF_MODIFIED_SINCE, &http_date(modified))]));
    }
}
