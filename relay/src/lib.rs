//! A STUN and TURN relay over UDP, TCP and TLS, as a library: it forwards packets between two people who cannot reach each other directly.
//!
//! The relay does not know what the packets are for. A *scope* is a group that belongs together (a call, a visit), a *participant* is one
//! member of it; both are opaque text. The holder of the [`credentials::Secret`] issues [`credentials`] that expire; the relay
//! checks them without contacting another service.
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
//! - Nothing is relayed without a credential that was issued with the secret and had not expired when the allocation was made. Refreshing
//!   with the same username keeps an allocation alive, up to [`Config::longest_allocation`].
//! - No packet goes to or comes from a peer that [`peers::PeerPolicy`] refuses, in any notation of its address. Of the relay's own
//!   addresses only relayed ports can be reached, and those packets stay inside the process.
//! - After [`Relay::close_scope`] or [`Relay::close_participant`] has returned, nothing more is relayed for it, and credentials issued before
//!   are refused.
//! - Quotas also count allocations that are still being made.
//! - Unauthenticated datagrams leave no state in memory, and no datagram can end a worker.
//! - Logs and statistics contain no address, no username and no payload.
//!
//! # Layers
//!
//! [`stun`] reads and writes messages, [`turn`] decides what to do with each; both work without sockets. The private module
//! `net` owns sockets and threads and carries out the decisions. The first two are public, so another program can bring its own
//! sockets.

pub mod credentials;
pub mod peers;
pub mod stun;
pub mod turn;

mod config;
mod ledger;
mod net;
mod stats;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Instant;

use mio::{Poll, Waker};
use tokio::sync::oneshot;

pub use config::{Bandwidth, Clock, Config, Error, Lifetime, Quota, RelayedAddress, SHORTEST_SECRET};
pub use ipnet::IpNet;
pub use stats::{Counters, Stats};

use net::{Bound, Command, Mailbox, Setup, Worker};

/// A running relay. Dropping it also stops it.
pub struct Relay {
    shared: Arc<turn::Shared>,
    mailboxes: Arc<[Mailbox]>,
    counters: Vec<Arc<Counters>>,
    tls: Arc<net::Tls>,
    udp: Vec<SocketAddr>,
    tcp: Vec<SocketAddr>,
    tls_addresses: Vec<SocketAddr>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Relay {
    /// Binds the listening addresses and serves them on its own threads.
    ///
    /// # Errors
    /// What is wrong with the configuration, or which address cannot be bound.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let shared = Arc::new(turn::Shared::new(&config)?);
        let workers = net::worker_count(config.workers);
        let Bound { workers: sockets, udp, tcp, tls: tls_addresses } = net::bind_all(&config, workers)?;
        let polls = sockets.iter().map(|_| Poll::new()).collect::<Result<Vec<_>, _>>().map_err(Error::Worker)?;
        let mailbox = |poll: &Poll| Waker::new(poll.registry(), net::mailbox_token()).map(Mailbox::new);
        let mailboxes = polls.iter().map(mailbox).collect::<Result<Vec<_>, _>>().map_err(Error::Worker)?;
        let mut relay = Self {
            shared,
            mailboxes: mailboxes.into(),
            counters: Vec::new(),
            tls: Arc::new(RwLock::new(config.tls.clone())),
            udp,
            tcp,
            tls_addresses,
            threads: Mutex::default(),
        };
        let epoch = Instant::now();
        for (number, (sockets, poll)) in (0..).zip(sockets.into_iter().zip(polls)) {
            let counters = Arc::new(Counters::default());
            relay.counters.push(Arc::clone(&counters));
            relay.employ(Setup {
                number,
                shared: Arc::clone(&relay.shared),
                counters,
                mailboxes: Arc::clone(&relay.mailboxes),
                sockets,
                tls: Arc::clone(&relay.tls),
                connections_per_source: config.quota.connections_per_source,
                epoch,
                poll,
            })?;
        }
        tracing::info!(relay.workers = workers, "the relay is listening");
        Ok(relay)
    }

    /// The first listening address: of UDP, else of TCP, else of TLS. For a configured port 0 it has the port that the system chose.
    pub fn local_addr(&self) -> SocketAddr {
        // The fallback is never used: `Config::validate` refuses a configuration without a listener.
        self.udp.iter().chain(&self.tcp).chain(&self.tls_addresses).next().copied().unwrap_or(([0, 0, 0, 0], 0).into())
    }

    /// The UDP addresses, in the order of the configuration.
    pub fn local_addrs(&self) -> Vec<SocketAddr> {
        self.udp.clone()
    }

    /// The TCP addresses, in the order of the configuration.
    pub fn tcp_addrs(&self) -> Vec<SocketAddr> {
        self.tcp.clone()
    }

    /// The TLS addresses, in the order of the configuration.
    pub fn tls_addrs(&self) -> Vec<SocketAddr> {
        self.tls_addresses.clone()
    }

    /// Sets the certificate for new TLS connections. Open connections keep the old one.
    pub fn reload_tls(&self, tls: Arc<rustls::ServerConfig>) {
        *self.tls.write().unwrap_or_else(PoisonError::into_inner) = Some(tls);
    }

    /// Ends all allocations of a scope and returns how many there were. Credentials of the scope that were issued until now are refused from now
    /// on; those issued from the next second on are accepted.
    pub async fn close_scope(&self, scope: &str) -> usize {
        self.close(scope, None).await
    }

    /// Does the same as [`Relay::close_scope`] for one participant of a scope.
    pub async fn close_participant(&self, scope: &str, participant: &str) -> usize {
        self.close(scope, Some(participant)).await
    }

    /// The statistics of the relay since it started.
    pub fn stats(&self) -> Stats {
        let mut stats = Stats { allocations: self.shared.allocations(), ..Stats::default() };
        self.counters.iter().for_each(|counters| counters.add_to(&mut stats));
        stats
    }

    /// Whether every worker is running. `false` after [`Relay::shutdown`], and after a worker has panicked: the clients of that worker are lost, new
    /// clients go to the other workers, and only a restarted relay has all workers again.
    pub fn is_alive(&self) -> bool {
        self.mailboxes.iter().all(Mailbox::is_open)
    }

    /// Stops making allocations (answer 508), so that clients go to another relay; existing allocations continue. [`Stats::allocations`] is 0 when
    /// the last one has ended.
    pub fn drain(&self) {
        self.shared.drain();
    }

    /// Stops serving, ends all allocations, and waits until all sockets are closed. A second call returns at once.
    pub async fn shutdown(&self) {
        let live = self.shared.allocations();
        let threads = self.dismiss();
        if threads.is_empty() {
            return;
        }
        // The threads end quickly, but joining them would block the async executor.
        let joined = tokio::task::spawn_blocking(|| threads.into_iter().all(|thread| thread.join().is_ok())).await;
        match joined {
            Ok(true) => tracing::info!(relay.allocations_ended = live, "the relay has stopped"),
            _ => tracing::error!("a worker of the relay had ended before it was told to"),
        }
    }

    fn employ(&self, setup: Setup) -> Result<(), Error> {
        let name = format!("relay-{}", setup.number);
        let worker = Worker::new(setup)?;
        let thread = std::thread::Builder::new().name(name).spawn(move || worker.run()).map_err(Error::Worker)?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    async fn close(&self, scope: &str, participant: Option<&str>) -> usize {
        // Bar first, then search: an allocation that is being made right now is either refused or found by the search.
        self.shared.bar(scope, participant);
        let mut answers = Vec::new();
        for mailbox in self.mailboxes.iter() {
            let (done, answer) = oneshot::channel();
            mailbox.command(Command::Close { scope: scope.to_owned(), participant: participant.map(str::to_owned), done });
            answers.push(answer);
        }
        let mut closed = 0;
        for answer in answers {
            // A worker that has stopped has already closed all its allocations.
            closed += answer.await.unwrap_or(0);
        }
        closed
    }

    fn dismiss(&self) -> Vec<JoinHandle<()>> {
        self.mailboxes.iter().for_each(|mailbox| mailbox.command(Command::Stop));
        std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        for thread in self.dismiss() {
            // The result of the thread is ignored: `drop` has no way to report it.
            let _ = thread.join();
        }
    }
}

/// Compiles the example of the README as a doctest.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
