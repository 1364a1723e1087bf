//! Sending files, whole or in ranges (RFC 9110 §14), while they are decrypted.

use super::refused;
use crate::serve::AppState;
use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Error,
    access::Access,
    error::retry,
    files::{Opened, Shown, plain_name},
    filing,
};
use futures::stream;
use kit::{address::sign_in_path, request::asks_for_html};
use model::{errors::Code, files::FileKind, ids::FileId};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::ops::Range;

/// Whatever is in a file: a browser that shows it runs nothing and loads nothing.
const SHOWN_ONLY: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// The content of a photo never changes under its id. It may be removed, so no browser keeps it for long; and an answer can carry a cookie of the session, so
/// no shared cache keeps it.
const KEPT_PHOTO: HeaderValue = HeaderValue::from_static("private, max-age=86400, immutable");

pub(super) async fn content(state: State<AppState>, access: Extension<Access>, id: Path<String>, headers: HeaderMap) -> Response {
    open(state, access, id, headers, Shown::Content).await
}

pub(super) async fn thumbnail(
    state: State<AppState>,
    access: Extension<Access>,
    id: Path<String>,
    headers: HeaderMap,
) -> Response {
    open(state, access, id, headers, Shown::Thumbnail).await
}

/// The document that a link shares, for whoever has the link. A link that does not work leads to its page, which says why.
pub(super) async fn shared(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let opened = retry(|| filing::open_shared(&state.domain, &state.files, &access, &token)).await;
    match opened.and_then(|opened| sent(opened, &headers)) {
        Ok(response) => response,
        Err(error)
            if matches!(error.code(), Code::LinkUnknown | Code::ShareExpired | Code::ShareEnded) && asks_for_html(&headers) =>
        {
            let token = utf8_percent_encode(&token, NON_ALPHANUMERIC);
            Redirect::to(&format!("/shared/{token}")).into_response()
        }
        Err(error) => refused(error),
    }
}

/// The photo of a doctor, for everybody.
pub(super) async fn photo(state: State<AppState>, access: Extension<Access>, id: Path<String>, headers: HeaderMap) -> Response {
    open_photo(state, access, id, headers, Shown::Content).await
}

/// The small photo of a doctor, for everybody.
pub(super) async fn small_photo(
    state: State<AppState>,
    access: Extension<Access>,
    id: Path<String>,
    headers: HeaderMap,
) -> Response {
    open_photo(state, access, id, headers, Shown::Thumbnail).await
}

async fn open_photo(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(id): Path<String>,
    headers: HeaderMap,
    shown: Shown,
) -> Response {
    let opened = match id.parse::<FileId>() {
        Ok(id) => retry(|| filing::photo(&state.domain, &state.files, &access, id, shown)).await,
        Err(_) => Err(Code::NotFound.into()),
    };
    match opened.and_then(|opened| sent(opened, &headers)) {
        Ok(mut response) => {
            response.headers_mut().insert(header::CACHE_CONTROL, KEPT_PHOTO);
            response
        }
        Err(error) => refused(error),
    }
}

async fn open(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(id): Path<String>,
    headers: HeaderMap,
    shown: Shown,
) -> Response {
    let opened = match id.parse::<FileId>() {
        Ok(id) => retry(|| filing::open(&state.domain, &state.files, &access, id, shown)).await,
        Err(_) => Err(Code::NotFound.into()),
    };
    match opened.and_then(|opened| sent(opened, &headers)) {
        Ok(response) => response,
        Err(error) if error.code() == Code::SignInNeeded && asks_for_html(&headers) => {
            Redirect::to(&sign_in_path(&format!("/files/{id}"))).into_response()
        }
        Err(error) => refused(error),
    }
}

/// The answer with a file, or with the range of it that the request asks for.
///
/// # Errors
/// `files.range` when the file has no such bytes.
pub(crate) fn sent(opened: Opened, headers: &HeaderMap) -> Result<Response, Error> {
    let wanted = Wanted::of(headers, opened.bytes).ok_or(Code::FileRange)?;
    // Pictures were encoded anew by us; everything else is saved.
    let disposition = if opened.kind.is_picture() { "inline" } else { "attachment" };
    let name = opened.name.replace(['\r', '\n'], " ");
    let disposition = format!(
        "{disposition}; filename=\"{}\"; filename*=UTF-8''{}",
        plain_name(&name),
        utf8_percent_encode(&name, NON_ALPHANUMERIC)
    );
    let kind = match opened.kind {
        FileKind::Text => "text/plain; charset=utf-8",
        FileKind::Pdf | FileKind::Jpeg | FileKind::Png | FileKind::Webp => opened.kind.as_str(),
    };
    let (status, range) = match &wanted {
        Wanted::All => (StatusCode::OK, 0..opened.bytes),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range.clone()),
    };
    let mut all: Vec<(HeaderName, String)> = vec![
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_LENGTH, (range.end - range.start).to_string()),
        (header::CONTENT_SECURITY_POLICY, SHOWN_ONLY.to_owned()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        // The content of a file never changes once it can be read.
        (header::ETAG, format!("\"{}\"", opened.id)),
    ];
    if status == StatusCode::PARTIAL_CONTENT {
        all.push((header::CONTENT_RANGE, format!("bytes {}-{}/{}", range.start, range.end - 1, opened.bytes)));
    }
    let pieces = stream::try_unfold(opened.content.only(range), |mut content| async move {
        let piece = content.next_piece().await.inspect_err(|error| error.log("a file could not be sent", None))?;
        Ok::<_, Error>(piece.map(|piece| (piece, content)))
    });
    let mut response = (status, Body::from_stream(pieces)).into_response();
    for (name, value) in all {
        response.headers_mut().insert(name, value.parse().map_err(Error::internal)?);
    }
    Ok(response)
}

/// What a request wants of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// All of it.
    All,
    /// These bytes.
    Part(Range<u64>),
}

impl Wanted {
    /// What the header `Range` says; `None` when there are no such bytes. What is not one range of bytes is ignored, as RFC 9110 allows.
    fn of(headers: &HeaderMap, bytes: u64) -> Option<Self> {
        let value = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
        let Some((first, last)) = value.and_then(|value| value.strip_prefix("bytes=")?.split_once('-')) else {
            return Some(Self::All);
        };
        let range = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(bytes),
            (Ok(first), Err(_)) if last.trim().is_empty() => first..bytes,
            (Err(_), Ok(length)) if first.trim().is_empty() => bytes.saturating_sub(length)..bytes,
            _ => return Some(Self::All),
        };
        if range.is_empty() { None } else { Some(Self::Part(range)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_taken_and_others_are_ignored() {
        let wanted =
            |range: &'static str| Wanted::of(&HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))]), 100);
        assert_eq!(Wanted::of(&HeaderMap::new(), 100), Some(Wanted::All));
        assert_eq!(wanted("bytes=0-9"), Some(Wanted::Part(0..10)));
        assert_eq!(wanted("bytes=90-"), Some(Wanted::Part(90..100)));
        assert_eq!(wanted("bytes=-10"), Some(Wanted::Part(90..100)));
        assert_eq!(wanted("bytes=-1000"), Some(Wanted::Part(0..100)));
        assert_eq!(wanted("bytes=50-1000"), Some(Wanted::Part(50..100)));
        assert_eq!((wanted("bytes=100-"), wanted("bytes=-0")), (None, None));
        for ignored in ["bytes=9-0", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b"] {
            assert_eq!(wanted(ignored), Some(Wanted::All), "{ignored}");
        }
    }
}
