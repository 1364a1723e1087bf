//! The shared state of the handlers.

use crate::{
    config::Config,
    edge::Limits,
    health::{Figures, Watched},
    live::{Hub, IceDesk},
    mail::Mailer,
    openid::Providers,
    sms::Texter,
};
use axum::extract::FromRef;
use domain::{Domain, files::Files};
use leptos::config::LeptosOptions;
use relay::Relay;
use std::sync::Arc;

/// The shared state of all handlers. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The domain, for calling use cases.
    pub domain: Domain,
    /// Where files rest, and the virus scanner.
    pub files: Files,
    /// The configuration.
    pub config: Arc<Config>,
    /// The rate limits for unauthenticated callers, addresses and accounts.
    pub limits: Limits,
    /// `public_url` in the form of an `Origin` header.
    pub public_origin: Arc<str>,
    /// The relay, if it runs in this process.
    pub relay: Option<Arc<Relay>>,
    /// The metrics for monitoring.
    pub figures: Figures,
    /// The newest faults that all copies of the server share.
    pub watched: Watched,
    /// The hub of open sockets and the rooms of visits.
    pub live: Hub,
    /// Issues relay credentials.
    pub ice: IceDesk,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// Outgoing text messages.
    pub texter: Texter,
    /// The providers at which people may sign in.
    pub providers: Providers,
    /// The options of Leptos.
    pub leptos: LeptosOptions,
}
