//! A STUN and TURN relay over UDP, as a library: when two people cannot reach each other, their packets go through it.
//!
//! It knows nothing of what the packets are for. A *scope* is whatever belongs together (a call, a visit), a *participant* is one
//! of those in it; both are opaque text. Whoever holds the [`credentials::Secret`] issues [`credentials`] that expire; the relay
//! checks them without asking anybody.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use std::time::{SystemTime, UNIX_EPOCH};
//! use relay::{Config, Relay, credentials::{self, Secret}};
//!
//! let clock: relay::Clock = Arc::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs()));
//! let secret = Secret::new("at least sixteen bytes of randomness");
//! let relay = Relay::start(Config::new("turn.example.org", secret.clone(), "198.51.100.7".parse()?, clock.clone())).await?;
//! let for_ana = credentials::issue(&secret, "visit-42", "ana", clock() + 300)?;
//! // … hand `for_ana` and `turn:turn.example.org:3478` to her browser; when the visit is over:
//! relay.close_scope("visit-42").await;
//! relay.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! # Invariants
//!
//! - Nothing is relayed without a credential that was issued with the secret and had not expired when the allocation was made. An
//!   allocation lives on by refreshing, with that same username only, up to [`Config::longest_allocation`].
//! - No packet goes to or comes from a peer that [`peers::PeerPolicy`] refuses, in any spelling of its address. Of the relay's own
//!   addresses only the relayed ports are reached, and those inside the process.
//! - After [`Relay::close_scope`] or [`Relay::close_participant`] returns nothing of it flows, and no credential issued before opens
//!   anything again.
//! - Quotas hold for allocations that are still being made.
//! - Unauthenticated datagrams leave nothing behind in memory, and no datagram ends a listener.
//! - Logs and numbers hold no address, no username and no payload. (`turn` itself logs addresses through the `log` crate: whoever
//!   bridges that should leave the target `turn` out.)
//!
//! # Boundary
//!
//! The engine beneath is the `turn` crate for now. Only the private module `engine` knows it, and none of its types is public.

pub mod credentials;
pub mod peers;
pub mod stun;

mod config;
mod engine;
mod ledger;
mod stats;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::DropGuard;

pub use config::{Clock, Config, Error, Quota, RelayedAddress, SHORTEST_SECRET};
pub use ipnet::IpNet;
pub use stats::Stats;

use engine::{Listener, Shared};

/// How long a shutdown waits for sockets to be let go.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);

/// A running relay. Dropping it stops it as well; [`Relay::shutdown`] also waits.
pub struct Relay {
    shared: Arc<Shared>,
    listeners: Vec<Arc<Listener>>,
    _stop: DropGuard,
}

impl Relay {
    /// Binds the listening addresses and serves them on the current tokio runtime.
    pub async fn start(config: Config) -> Result<Self, Error> {
        config.validate()?;
        let shared = Arc::new(Shared::new(&config)?);
        let bind = |(index, address): (usize, &SocketAddr)| Listener::bind(index, *address, &config, &shared);
        let listeners = config.listen.iter().enumerate().map(bind).collect::<Result<Vec<_>, _>>()?;
        for listener in &listeners {
            shared.tracker().spawn(Arc::clone(listener).serve());
        }
        tracing::info!(relay.listeners = listeners.len(), "the relay is listening");
        Ok(Self { _stop: shared.stop().clone().drop_guard(), shared, listeners })
    }

    /// The first listening address, with the port that the system chose for port 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.listeners[0].local_addr()
    }

    /// All listening addresses, in the order of the configuration.
    pub fn local_addrs(&self) -> Vec<SocketAddr> {
        self.listeners.iter().map(|listener| listener.local_addr()).collect()
    }

    /// Ends all allocations of a scope and says how many there were. Credentials of the scope that were issued until now open nothing any
    /// more; those issued from the next second on do.
    pub async fn close_scope(&self, scope: &str) -> usize {
        self.close(scope, None).await
    }

    /// The same for one participant of a scope.
    pub async fn close_participant(&self, scope: &str, participant: &str) -> usize {
        self.close(scope, Some(participant)).await
    }

    /// What the relay has done so far.
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Stops serving, ends all allocations, and waits until their sockets are let go. A second call returns at once. The listening
    /// ports are free when the relay is dropped.
    pub async fn shutdown(&self) {
        self.shared.stop().cancel();
        self.shared.tracker().close();
        let live = self.shared.stats().allocations;
        match tokio::time::timeout(SHUTDOWN_LIMIT, self.shared.tracker().wait()).await {
            Ok(()) => tracing::info!(relay.allocations_ended = live, "the relay has stopped"),
            Err(_) => tracing::warn!("the relay has stopped, but some of its sockets are still held"),
        }
    }

    async fn close(&self, scope: &str, participant: Option<&str>) -> usize {
        let leases = self.shared.close(scope, participant);
        for lease in &leases {
            self.listeners[lease.flow.listener].end(lease).await;
        }
        leases.len()
    }
}

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
