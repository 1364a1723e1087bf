//! Extractors for the caller, whom the edge has authenticated, and for what a request carries outside its body.

use super::Problem;
use crate::serve::AppState;
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::access::Access;
use model::errors::{Code, FieldFault};
use std::str::FromStr;

/// Any caller, signed in or not.
pub(super) struct Anybody(pub(super) Access);

impl<S: Send + Sync> FromRequestParts<S> for Anybody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // It always exists, because the layer that creates it wraps every route.
        parts.extensions.get::<Access>().cloned().map(Self).ok_or_else(|| Code::Internal.into())
    }
}

/// A signed-in caller. Handlers list it before the other extractors, so that nothing else of an unauthenticated request is read.
pub(super) struct SignedIn(pub(super) Access);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let Anybody(access) = Anybody::from_request_parts(parts, state).await?;
        access.acting()?;
        Ok(Self(access))
    }
}

/// The id in the path. A text that is not an id is answered with 404, like an unknown id.
pub(super) struct Id<T>(pub(super) T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = axum::extract::Path::<String>::from_request_parts(parts, state).await.ok();
        found.and_then(|text| text.0.parse().ok()).map(Self).ok_or_else(|| Code::NotFound.into())
    }
}

/// The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header): a repeated request is carried out only once.
pub(super) struct IdempotencyKey(pub(super) Option<String>);

impl IdempotencyKey {
    const HEADER: &'static str = "idempotency-key";
    /// The field name that errors use.
    const FIELD: &'static str = "idempotency_key";

    /// The key, for routes that require one.
    pub(super) fn required(self) -> Result<String, Problem> {
        self.0.ok_or_else(|| domain::Error::field(Self::FIELD, FieldFault::Missing).into())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(Self::HEADER).iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let text = value.to_str().ok().map(str::trim).filter(|_| values.next().is_none());
        match text {
            Some("") => Ok(Self(None)),
            Some(text) => Ok(Self(Some(text.to_owned()))),
            None => Err(domain::Error::field(Self::FIELD, FieldFault::Malformed).into()),
        }
    }
}
