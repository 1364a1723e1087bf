//! The only part that knows the `turn` crate. Nothing of it shows in the public API, so that another engine can take its place.
//!
//! `turn` does the allocations, permissions and channels. What it leaves open stands before and around it: [`gate`] authenticates and
//! judges each request before the engine sees it, [`ports`] gives it its sockets, [`relay_socket`] filters what passes through
//! them, and [`client_side`] sees what goes back.

mod answer;
mod borders;
mod client_side;
mod gate;
mod listener;
mod nonce;
mod ports;
mod relay_socket;
mod request;
mod sockets;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Clock, Config, Error};
use crate::credentials::Secret;
use crate::ledger::{Lease, Ledger};
use crate::stats::Counters;

pub(crate) use listener::Listener;

use borders::Borders;
use nonce::Nonces;

/// What all listeners of one relay have in common.
pub(crate) struct Shared {
    realm: String,
    secret: Secret,
    clock: Clock,
    credential_lifetime: Duration,
    longest_allocation: Duration,
    nonces: Nonces,
    borders: Borders,
    ledger: Ledger,
    counters: Counters,
    /// Every task and socket of this relay holds a token of it.
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Shared {
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        Ok(Self {
            realm: config.realm.clone(),
            secret: config.secret.clone(),
            clock: Arc::clone(&config.clock),
            credential_lifetime: config.credential_lifetime,
            longest_allocation: config.longest_allocation,
            nonces: Nonces::new().ok_or(Error::Randomness)?,
            borders: Borders::new(config),
            ledger: Ledger::new(config.quota),
            counters: Counters::default(),
            tracker: TaskTracker::new(),
            stop: CancellationToken::new(),
        })
    }

    fn now_unix(&self) -> u64 {
        (self.clock)()
    }

    /// Closes the leases of a scope, or of one participant in it; what was issued before opens nothing any more.
    pub(crate) fn close(&self, scope: &str, participant: Option<&str>) -> Vec<Arc<Lease>> {
        let now_unix = self.now_unix();
        let until_unix = now_unix.saturating_add(self.credential_lifetime.as_secs());
        self.ledger.close(scope, participant, now_unix, until_unix)
    }

    pub(crate) fn stats(&self) -> crate::stats::Stats {
        self.counters.read(self.ledger.len())
    }

    pub(crate) fn tracker(&self) -> &TaskTracker {
        &self.tracker
    }

    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.stop
    }
}
