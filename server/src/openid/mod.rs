//! Signing in at OpenID Connect providers (ADR 39): their configuration, the conversation with them, and the routes. What follows from it is `domain::identity`.
//!
//! Invariants
//! - An ID token counts only with a signature by a key of the provider, for this client, with the nonce of the browser's sign-in, and in its time. `openidconnect` checks
//!   that; signatures with shared secrets are refused.
//! - Requests go to addresses with https, except on this machine. Answers are bounded, and redirects are not followed.
//! - A provider that does not answer is told on the sign-in page. All other ways in stay.

mod claims;
mod conversation;
mod file;
mod logout;
mod metadata;
mod routes;

pub use file::Error;
pub(crate) use routes::routes;

use crate::config::Config;
use conversation::Provider;
use kit::foreign_ways::{ForeignWay, ForeignWays};
use std::sync::Arc;

/// The providers of the configuration. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Providers(Arc<[Provider]>);

impl Providers {
    /// Reads the providers that the configuration names.
    ///
    /// # Errors
    /// What is wrong with their file.
    pub fn load(config: &Config) -> Result<Self, Error> {
        let Some(path) = &config.sign_in.providers_file else { return Ok(Self::default()) };
        let settings = file::read(path)?;
        Ok(Self(settings.into_iter().map(|settings| Provider::new(settings, &config.public_url)).collect()))
    }

    /// Asks each provider for its description; the name of each, and why it cannot be used.
    pub(crate) async fn probe(&self, now: jiff::Timestamp) -> Vec<(String, Result<(), String>)> {
        let mut probed = Vec::new();
        for provider in self.0.iter() {
            probed.push((provider.settings().name.clone(), provider.metadata(now).await.map(|_| ())));
        }
        probed
    }

    /// What pages show of them.
    pub(crate) fn shown(&self) -> ForeignWays {
        let ways = self.0.iter().map(Provider::settings);
        ForeignWays(ways.map(|settings| ForeignWay { key: settings.key.clone(), name: settings.name.clone() }).collect())
    }

    fn find(&self, key: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.settings().key == key)
    }
}
