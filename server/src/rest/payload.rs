//! Extractors for request bodies and query parameters, and the list type of answers.

use super::{
    Problem,
    fields::{Fields, FromFields},
    formats::{PLAIN, VERSIONED},
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::IntoResponse,
};
use model::{errors::Code, page::Page};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{
    ToSchema,
    openapi::{Object, ObjectBuilder, schema::Type},
};

/// A body that is a JSON object.
pub(super) struct Body<T>(pub(super) T);

impl<T: FromFields, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Code::BodyMediaType.into());
        }
        let members = members(&bytes(request, state).await?)?.ok_or(Code::BodyMalformed)?;
        Ok(Self(Fields::of_object(members).finish()?))
    }
}

/// A body that is a JSON object, or is missing: empty or `null`.
pub(super) struct OptionalBody<T>(pub(super) Option<T>);

impl<T: FromFields, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let bytes = bytes(request, state).await?;
        if bytes.is_empty() {
            return Ok(Self(None));
        }
        if !is_json {
            return Err(Code::BodyMediaType.into());
        }
        match members(&bytes)? {
            None => Ok(Self(None)),
            Some(members) => Ok(Self(Some(Fields::of_object(members).finish()?))),
        }
    }
}

/// The query parameters.
pub(super) struct Query<T>(pub(super) T);

impl<T: FromFields, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(Fields::of_query(parts.uri.query().unwrap_or_default()).finish()?))
    }
}

async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|refused| {
        let too_large = refused.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
        if too_large { Code::BodyTooLarge.into() } else { Code::BodyMalformed.into() }
    })
}

/// The members of a JSON object; `None` for `null`.
fn members(bytes: &[u8]) -> Result<Option<Map<String, Value>>, Problem> {
    // The parser's error text may quote the body, so it is not passed on.
    serde_json::from_slice(bytes).map_err(|_| Code::BodyMalformed.into())
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case(PLAIN) || kind.eq_ignore_ascii_case(VERSIONED)
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct List<T> {
    /// The items of this page, in the order of the list.
    pub(super) items: Vec<T>,
    /// The `cursor` parameter for the next page; null on the last page.
    pub(super) next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A complete list on one page.
    pub(super) fn whole<U: Into<T>>(items: Vec<U>) -> Self {
        Self { items: items.into_iter().map(Into::into).collect(), next_cursor: None }
    }

    /// A page of a longer list.
    pub(super) fn of<U: Into<T>>(page: Page<U>) -> Self {
        Self { next_cursor: page.next_cursor, items: page.items.into_iter().map(Into::into).collect() }
    }
}

/// The schema of a string that is one of the given words.
pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}
