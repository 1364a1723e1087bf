//! The session cookie: tower-sessions with records in our database. A record contains only a session id.

use super::session_store::Store;
use domain::{Domain, identity::http_sessions::SESSION};
use kit::{
    failure::Failure,
    request::{CookieFuture, SessionCookie},
};
use model::{errors::Code, ids::SessionId};
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};
use uuid::Uuid;

const NAME: &str = "__Host-bedside";

/// The session layer. `__Host-` binds the cookie to this host and to https (browsers accept it for http://localhost).
pub fn session_layer(domain: &Domain) -> SessionManagerLayer<impl tower_sessions::SessionStore + Clone> {
    // The cookie lasts as long as any session may; the session itself says when it ends.
    let hours = domain.settings().session_absolute_hours.max(domain.settings().staff_session_absolute_hours);
    SessionManagerLayer::new(Store { domain: domain.clone() })
        .with_name(NAME)
        .with_secure(true)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(hours)))
}

/// Reads the record of a cookie that names no valid session. If there is no record any more, the session layer removes the cookie.
pub(super) async fn look_up(session: &Session) {
    if let Err(error) = session.get::<Uuid>(SESSION).await {
        tracing::warn!(error = %error, "a session record cannot be read; the request goes on without it");
    }
}

/// The session cookie of one request, for pages.
#[derive(Debug, Clone)]
pub(super) struct Cookie(pub(super) Session);

impl SessionCookie for Cookie {
    fn begin(&self, session: SessionId) -> CookieFuture<'_> {
        Box::pin(async move {
            // A new id protects against session fixation.
            self.0.cycle_id().await.map_err(lost)?;
            self.0.insert(SESSION, session.uuid()).await.map_err(lost)
        })
    }

    fn end(&self) -> CookieFuture<'_> {
        Box::pin(async move { self.0.flush().await.map_err(lost) })
    }
}

fn lost(error: tower_sessions::session::Error) -> Failure {
    tracing::error!(error = %error, "a session record cannot be written");
    Code::DatabaseUnavailable.into()
}
