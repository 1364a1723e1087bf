//! What every request passes first, whichever route it is for: pages, server functions, the REST API, sockets, downloads, health. Only static files are exempt.
//!
//! 1. Its address is determined, and its cost is taken from the bucket of the line. This is before any token is looked up, so guessing tokens is limited.
//! 2. Its body is read whole, within a time. A client that sends slowly occupies its connection and nothing else.
//! 3. It waits for a place among the requests that are handled at once. When too many wait, it is refused. Health checks do not wait: a server that has much to do
//!    is not ill.

use super::{address, cost::cost_of, headers::is_asset, limits::Limits};
use crate::{config::Config, rest::Problem, uploads};
use axum::{
    Json,
    body::{Body, Bytes, HttpBody},
    extract::{ConnectInfo, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{
    Error,
    capacity::{Capacity, Place},
};
use futures::StreamExt;
use kit::{failure::Failure, request::asks_for_html};
use model::errors::Code;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::time::timeout;

/// The state of the intake. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Intake {
    config: Arc<Config>,
    limits: Limits,
    capacity: Capacity,
}

/// The client's address, as the intake determined it; a request extension.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub IpAddr);

impl Intake {
    /// Creates the intake of a server.
    #[must_use]
    pub fn new(config: Arc<Config>, limits: Limits) -> Self {
        let keys = &config.limits;
        let number = |key: u32| usize::try_from(key).unwrap_or(usize::MAX);
        let patience = Duration::from_secs(keys.request_wait_secs.into());
        let capacity = Capacity::new(number(keys.requests_at_once), number(keys.requests_waiting), patience);
        Self { config, limits, capacity }
    }

    /// The request with its body, and its place; health checks have none.
    async fn admit(&self, request: Request) -> Result<(Request, Option<Place>), Error> {
        let (mut parts, body) = request.into_parts();
        if let Some(ConnectInfo(connection)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
            let client = address::client(connection.ip(), &parts.headers, self.config.trusted());
            parts.extensions.insert(ClientAddress(client));
            self.limits.address(client, cost_of(&parts.method, parts.uri.path())).await?;
        }
        let most = most_bytes(&self.config, parts.uri.path());
        let announced = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > most) {
            return Err(Code::BodyTooLarge.into());
        }
        let body = if body.is_end_stream() || parts.method == Method::CONNECT {
            body
        } else {
            let patience = Duration::from_secs(self.config.limits.body_secs.into());
            let whole = timeout(patience, whole(body, usize::try_from(most).unwrap_or(usize::MAX)));
            Body::from(whole.await.map_err(|_| Code::BodySlow)??)
        };
        let place = if parts.uri.path().starts_with("/health/") { None } else { Some(self.capacity.enter().await?) };
        Ok((Request::from_parts(parts, body), place))
    }
}

/// The largest body that a path takes.
fn most_bytes(config: &Config, path: &str) -> u64 {
    if path == uploads::FORM { uploads::largest_form(config) } else { config.limits.max_body_bytes }
}

async fn whole(body: Body, most: usize) -> Result<Bytes, Error> {
    let (mut parts, mut whole) = (body.into_data_stream(), Vec::new());
    while let Some(part) = parts.next().await {
        // The connection was lost, or the body is not what its headers announce.
        let part = part.map_err(|error| Error::new(Code::BodyMalformed).because(error))?;
        if part.len() > most - whole.len() {
            return Err(Code::BodyTooLarge.into());
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole.into())
}

/// Takes in a request, or refuses it.
pub async fn take_in(State(intake): State<Intake>, request: Request, next: Next) -> Response {
    if is_asset(request.uri().path()) {
        return next.run(request).await;
    }
    let reader = Reader::of(&request);
    match intake.admit(request).await {
        // The place is given back when the answer begins; sockets and downloads go on without one.
        Ok((request, _place)) => next.run(request).await,
        Err(error) => {
            metrics::counter!("bedside_http_refused_total", "code" => error.code().as_str()).increment(1);
            reader.refuse(&error)
        }
    }
}

/// Who reads a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A client of the REST API.
    Program,
    /// A browser that loads a page, or posted a form without the script.
    Browser,
    /// The script of a page.
    Script,
}

impl Reader {
    pub(super) fn of(request: &Request) -> Self {
        let path = request.uri().path();
        if path == "/api" || path.starts_with("/api/") {
            Self::Program
        } else if asks_for_html(request.headers()) || !path.starts_with("/do/") {
            Self::Browser
        } else {
            Self::Script
        }
    }

    /// The refusal in the form that its reader understands.
    pub(super) fn refuse(self, error: &Error) -> Response {
        let failure = Failure::from(error);
        let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let mut answer = match self {
            Self::Program => Problem::from(error.code()).into_response(),
            Self::Browser => crate::serve::error_answer(error.code(), status).into_response(),
            Self::Script => (status, Json(failure)).into_response(),
        };
        if let Some(secs) = error.retry_after_secs() {
            answer.headers_mut().insert(header::RETRY_AFTER, secs.into());
        }
        answer
    }
}
