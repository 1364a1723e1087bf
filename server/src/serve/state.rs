//! What handlers share.

use crate::{
    config::Config,
    edge::Limits,
    health::Figures,
    live::{Hub, IceDesk},
    mail::Mailer,
};
use axum::extract::FromRef;
use domain::Domain;
use leptos::config::LeptosOptions;
use relay::Relay;
use std::sync::Arc;

/// What handlers share. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The use cases.
    pub domain: Domain,
    /// The configuration.
    pub config: Arc<Config>,
    /// How often strangers, addresses and accounts may ask.
    pub limits: Limits,
    /// `public_url` as an `Origin` header spells it.
    pub public_origin: Arc<str>,
    /// The relay, when it runs here.
    pub relay: Option<Arc<Relay>>,
    /// For monitoring.
    pub figures: Figures,
    /// Open pages and the rooms of visits.
    pub live: Hub,
    /// Hands out relay credentials.
    pub ice: IceDesk,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// For leptos.
    pub leptos: LeptosOptions,
}
