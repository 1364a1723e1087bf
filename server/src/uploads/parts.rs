//! Uploads in parts.

use super::refused;
use crate::serve::AppState;
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::{
    Error,
    access::Access,
    error::retry,
    files,
    filing::{self, BeginUpload},
};
use model::{errors::Code, ids::FileId};
use serde::Deserialize;

/// What a script says about the file that it wants to send.
#[derive(Deserialize)]
struct Begin {
    purpose: String,
    #[serde(default)]
    patient: Option<String>,
    #[serde(default)]
    clinic: Option<String>,
    #[serde(default)]
    paper: Option<String>,
    #[serde(default)]
    thread: Option<String>,
    #[serde(default)]
    replaces: Option<String>,
    name: String,
    kind: String,
    bytes: u64,
    #[serde(default)]
    sha256: Option<String>,
}

pub(super) async fn begin(State(state): State<AppState>, Extension(access): Extension<Access>, body: Bytes) -> Response {
    let command = serde_json::from_slice(&body).map_err(|_| Error::new(Code::BodyMalformed)).and_then(command);
    let begun = match command {
        Ok(command) => retry(|| filing::begin(&state.domain, &access, command.clone())).await,
        Err(error) => Err(error),
    };
    begun.map_or_else(refused, |view| (StatusCode::CREATED, Json(view)).into_response())
}

fn command(begin: Begin) -> Result<BeginUpload, Error> {
    Ok(BeginUpload {
        purpose: begin.purpose,
        patient: begin.patient.map(|patient| patient.parse().map_err(|_| Code::NotFound)).transpose()?,
        clinic: begin.clinic.map(|clinic| clinic.parse().map_err(|_| Code::NotFound)).transpose()?,
        // The control of a form is empty while the right is not given yet.
        paper: begin
            .paper
            .filter(|paper| !paper.is_empty())
            .map(|paper| paper.parse().map_err(|_| Code::NotFound))
            .transpose()?,
        thread: begin.thread.map(|thread| thread.parse().map_err(|_| Code::NotFound)).transpose()?,
        replaces: begin.replaces.map(|file| file.parse().map_err(|_| Code::NotFound)).transpose()?,
        name: begin.name,
        kind: begin.kind,
        bytes: begin.bytes,
        sha256: begin.sha256.as_deref().map(sum_of).transpose()?,
    })
}

pub(super) async fn progress(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(id): Path<String>,
) -> Response {
    let shown = match parsed(&id) {
        Ok(id) => files::progress(&state.domain, &access, id).await,
        Err(error) => Err(error),
    };
    shown.map_or_else(refused, |view| Json(view).into_response())
}

pub(super) async fn put(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path((id, number)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let which = parsed(&id).and_then(|id| Ok((id, number.parse::<u32>().map_err(|_| Code::FilePartWrong)?)));
    let stored = match (which, digest_of(&headers)) {
        (Ok(which), Ok(said)) => files::put_part(&state.domain, &state.files, &access, which, &body, said).await,
        (Err(error), _) | (Ok(_), Err(error)) => Err(error),
    };
    stored.map_or_else(refused, |()| StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn complete(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(id): Path<String>,
) -> Response {
    let completed = match parsed(&id) {
        Ok(id) => retry(|| filing::complete(&state.domain, &access, id)).await,
        Err(error) => Err(error),
    };
    completed.map_or_else(refused, |view| Json(view).into_response())
}

pub(super) async fn abandon(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(id): Path<String>,
) -> Response {
    let abandoned = match parsed(&id) {
        Ok(id) => retry(|| filing::abandon(&state.domain, &access, id)).await,
        Err(error) => Err(error),
    };
    abandoned.map_or_else(refused, |()| StatusCode::NO_CONTENT.into_response())
}

fn parsed(id: &str) -> Result<FileId, Error> {
    id.parse().map_err(|_| Code::NotFound.into())
}

/// A SHA-256 in hexadecimal.
pub(crate) fn sum_of(text: &str) -> Result<[u8; 32], Error> {
    let mut sum = [0; 32];
    hex::decode_to_slice(text, &mut sum).map_err(|_| Code::BodyMalformed)?;
    Ok(sum)
}

/// The SHA-256 in the header `Content-Digest` (RFC 9530), if it has one.
pub(crate) fn digest_of(headers: &HeaderMap) -> Result<Option<[u8; 32]>, Error> {
    let Some(value) = headers.get("content-digest") else { return Ok(None) };
    let malformed = || Error::new(Code::BodyMalformed);
    let digests = value.to_str().map_err(|_| malformed())?;
    let sha256 = digests.split(',').find_map(|digest| digest.trim().strip_prefix("sha-256=:")?.strip_suffix(':'));
    let Some(sha256) = sha256 else { return Ok(None) };
    let bytes = BASE64.decode(sha256).map_err(|_| malformed())?;
    bytes.try_into().map(Some).map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_digest_is_read_or_refused() {
        let digest = |value: &'static str| {
            let headers = HeaderMap::from_iter([("content-digest".parse().unwrap(), HeaderValue::from_static(value))]);
            digest_of(&headers)
        };
        assert_eq!(digest_of(&HeaderMap::new()).unwrap(), None);
        assert_eq!(digest("sha-512=:AAAA:").unwrap(), None);
        assert_eq!(digest("sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:").unwrap(), Some([0; 32]));
        assert!(digest("sha-256=:AAAA:").is_err());
    }
}
