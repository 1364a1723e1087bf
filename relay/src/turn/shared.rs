//! The state that the servers of one relay share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::borders::Borders;
use super::nonce::Nonces;
use super::places::Places;
use crate::config::{Bandwidth, Clock, Config, Error, Lifetime};
use crate::credentials::Secret;
use crate::ledger::Ledger;
use crate::stun::{Key, PasswordAlgorithm};

/// The state that several [`super::Server`]s share. Its locks are taken when allocations are made or ended, never for a packet.
pub struct Shared {
    pub(super) realm: String,
    pub(super) secret: Secret,
    pub(super) lifetime: Lifetime,
    pub(super) longest_allocation: Duration,
    pub(super) peers_per_allocation: usize,
    pub(super) bandwidth: Bandwidth,
    pub(super) nonces: Nonces,
    pub(super) borders: Borders,
    pub(super) places: Places,
    pub(super) ledger: Arc<Ledger>,
    pub(super) answers_to_strangers: u32,
    credential_lifetime: Duration,
    clock: Clock,
    draining: AtomicBool,
}

impl Shared {
    /// Checks the configuration and creates the shared state.
    ///
    /// # Errors
    /// What is wrong with the configuration, or that the system returned no random bytes.
    pub fn new(config: &Config) -> Result<Self, Error> {
        config.validate()?;
        Ok(Self {
            realm: config.realm.clone(),
            secret: config.secret.clone(),
            lifetime: config.lifetime,
            longest_allocation: config.longest_allocation,
            peers_per_allocation: config.quota.peers_per_allocation,
            bandwidth: config.bandwidth,
            nonces: Nonces::new().ok_or(Error::Randomness)?,
            borders: Borders::new(config),
            places: Places::new(config),
            ledger: Arc::new(Ledger::new(config.quota)),
            answers_to_strangers: config.quota.answers_to_strangers,
            credential_lifetime: config.credential_lifetime,
            clock: Arc::clone(&config.clock),
            draining: AtomicBool::new(false),
        })
    }

    /// The number of allocations of all servers.
    pub fn allocations(&self) -> usize {
        self.ledger.allocations()
    }

    /// Bars the credentials of a scope, or of one participant in it, that were issued until now. Afterwards, [`super::Server::close`] must end
    /// their allocations in each server.
    pub fn bar(&self, scope: &str, participant: Option<&str>) {
        let now_unix = self.now_unix();
        let until_unix = now_unix.saturating_add(self.credential_lifetime.as_secs());
        self.ledger.bar(scope, participant, now_unix, until_unix);
        // Free the reserved ports: their tokens can no longer be used.
        self.places.release(|username| username.scope() == scope && participant.is_none_or(|who| username.participant() == who));
    }

    /// Stops making allocations; existing ones continue.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    pub(super) fn now_unix(&self) -> u64 {
        (self.clock)()
    }

    /// The key for a username, whether or not it was ever issued.
    pub(super) fn key(&self, username: &str, algorithm: PasswordAlgorithm) -> Key {
        let password = crate::credentials::password(&self.secret, username);
        Key::long_term(username, &self.realm, &password, algorithm)
    }
}
