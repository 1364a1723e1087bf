//! What the server hands to pages and server functions of one request. Server only.
//!
//! The server provides one `RequestContext` (with `provide_context`) before it renders a page or runs a server function. `App`
//! also runs once at start-up, for the list of routes, and then there is none: nothing here insists.

use crate::failure::Failure;
use crate::viewer::Viewer;
use leptos::prelude::use_context;
use model::errors::Code;
use model::ids::{EncounterId, SessionId, UserId};
use model::visits::views::IceServer;
use std::pin::Pin;
use std::sync::Arc;

/// A future of the session's cookie.
pub type CookieFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// The cookie that stands for a session. The server keeps it; pages only begin and end it.
pub trait SessionCookie: Send + Sync {
    /// From the next request on, the browser is in this session.
    fn begin(&self, session: SessionId) -> CookieFuture<'_>;

    /// From the next request on, the browser is in no session.
    fn end(&self) -> CookieFuture<'_>;
}

/// The request as pages and server functions see it.
#[derive(Clone)]
pub struct RequestContext {
    /// The use cases.
    pub domain: domain::Domain,
    /// On whose behalf they are called.
    pub access: domain::access::Access,
    /// The session's cookie.
    pub cookie: Arc<dyn SessionCookie>,
    /// Who asks, in which language and zone, and when.
    pub viewer: Viewer,
    /// 128 fresh random bits, from the injected randomness: for idempotency keys.
    pub random: Arc<dyn Fn() -> u128 + Send + Sync>,
    /// Servers that help two browsers to reach each other, with credentials for this visit and person that hold for minutes.
    pub ice: Arc<dyn Fn(EncounterId, UserId) -> Vec<IceServer> + Send + Sync>,
}

impl RequestContext {
    /// The context of the request that is being answered, if there is one.
    #[must_use]
    pub fn current() -> Option<Self> {
        use_context()
    }

    /// The context of the request that is being answered.
    ///
    /// # Errors
    /// `internal` outside of a request: a defect.
    pub fn require() -> Result<Self, Failure> {
        Self::current().ok_or_else(|| Code::Internal.into())
    }

    /// A fresh random token: 32 hexadecimal digits.
    #[must_use]
    pub fn token(&self) -> String {
        format!("{:032x}", (self.random)())
    }
}

/// Whether a browser posted a plain form (it wants a page back) rather than our wasm (it wants JSON).
#[must_use]
pub fn wants_html() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| asks_for_html(&parts.headers))
}

/// The same of a request's headers.
#[must_use]
pub fn asks_for_html(headers: &http::HeaderMap) -> bool {
    headers.get(http::header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// Sets the status of the answer.
pub fn set_status(status: http::StatusCode) {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(status);
    }
}

/// Sets the status of a failure, and when to try again.
pub fn fail(failure: &Failure) {
    set_status(http::StatusCode::from_u16(failure.status()).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR));
    if let (Some(response), Some(secs)) = (use_context::<leptos_axum::ResponseOptions>(), failure.retry_after_secs) {
        response.insert_header(http::header::RETRY_AFTER, http::HeaderValue::from(secs));
    }
}

/// Sends the browser to another page, with a GET (RFC 9110 §15.4.4).
pub fn see_other(path: &str) {
    leptos_axum::redirect(path);
    set_status(http::StatusCode::SEE_OTHER);
}
