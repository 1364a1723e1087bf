//! The database: the pool, transactions, and what else use cases need. No area is known here.

pub mod keys;
mod limits;
mod queue;
mod released;
mod tx;

pub use limits::{Turn, Work};
pub use tx::Tx;

pub(crate) use limits::{ROWS_SWEPT, in_chunks, lift};
pub(crate) use queue::{Urgency, add_job};

use crate::{
    Error, Result,
    access::Access,
    attempts::{AttemptNews, Attempts},
    clock::Clock,
    hasher::Hasher,
    leaks::LeakedPasswords,
    randomness::{Randomness, new_id},
    settings::Settings,
    vault::Vault,
};
use jiff::Timestamp;
use model::ids::{Id, UserId};
use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{sync::Arc, time::Duration};
use tokio::sync::{Notify, broadcast};

/// Where the job queue keeps its tables; owned by the server's role.
pub const QUEUE_SCHEMA: &str = "graphile_worker";

/// A connection that was idle for longer than this is tested before it is used. One that was used a moment ago is taken to work, which saves a round trip
/// to the database for each use; if the database has restarted in that moment, the use case fails with `database.unavailable`.
const UNTESTED_FOR: Duration = Duration::from_secs(1);

/// How many prepared statements a connection keeps. sqlx keeps 100 by default; there are more queries, and a statement that was dropped is prepared again,
/// with several round trips.
const STATEMENTS_KEPT: usize = 400;

/// Begins a transaction whose statements are planned anew for their parameters, in one round trip. For searches: with one plan for all that may be asked, the planner
/// would read everything. To be handed to [`Connection::begin_with`].
pub(crate) const BEGIN_PLANNED_ANEW: &str = "begin; set local plan_cache_mode = 'force_custom_plan'";

/// The most connections that LISTEN. A server opens two; tests run several servers on one domain.
const LISTENERS: u32 = 16;

/// How many users whose rights have changed are remembered for a receiver that is slow; it then learns that it has missed some.
const RIGHTS_REMEMBERED: usize = 1_024;

/// All that a use case needs in addition to its caller and its command. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Domain {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    pool: PgPool,
    /// Two connections for what must be written even if the transaction is rolled back: refusals.
    side: PgPool,
    /// Connections that LISTEN.
    listening: PgPool,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    vault: Vault,
    settings: Settings,
    hasher: Hasher,
    leaked: Option<Arc<dyn LeakedPasswords>>,
    attempts: Attempts,
    era: i16,
    emitted: Notify,
    rights: broadcast::Sender<UserId>,
}

/// The parts from which a [`Domain`] is made.
#[derive(Debug)]
pub struct Ingredients {
    /// How to connect as `bedside_app`.
    pub database: PgConnectOptions,
    /// How to connect as the same role for LISTEN: directly, because LISTEN does not work through a transaction pooler.
    pub listening: PgConnectOptions,
    /// The most connections at once, not counting the two of the side pool and those that listen.
    pub max_connections: u32,
    /// How long a use case waits for a connection before it answers `database.unavailable`.
    pub acquire_timeout: Duration,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of random bytes.
    pub randomness: Arc<dyn Randomness>,
    /// The keys.
    pub vault: Vault,
    /// The operator's settings.
    pub settings: Settings,
    /// The service that knows passwords which became public, if one is to be asked.
    pub leaked: Option<Arc<dyn LeakedPasswords>>,
}

impl Domain {
    /// Connects, and begins a new era when the database was restored into another cluster.
    ///
    /// # Errors
    /// `database.unavailable` when the database does not answer.
    pub async fn connect(ingredients: Ingredients) -> Result<Self> {
        let Ingredients { database, listening, max_connections, acquire_timeout, clock, randomness, vault, settings, leaked } =
            ingredients;
        let database = database.statement_cache_capacity(STATEMENTS_KEPT);
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(acquire_timeout)
            .test_before_acquire(false)
            .after_connect(|connection, _| Box::pin(limits::set(connection)))
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > UNTESTED_FOR {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_release(|connection, _| Box::pin(released::end_transaction(connection)))
            .connect_with(database.clone())
            .await?;
        let side = PgPoolOptions::new()
            .max_connections(2)
            .after_connect(|connection, _| Box::pin(limits::set(connection)))
            .after_release(|connection, _| Box::pin(released::end_transaction(connection)))
            .connect_lazy_with(database);
        let listening =
            PgPoolOptions::new().max_connections(LISTENERS).acquire_timeout(acquire_timeout).connect_lazy_with(listening);
        let era = current_era(&pool, clock.now()).await?;
        let (hasher, attempts) = (Hasher::new(settings.passwords_waiting), Attempts::default());
        let (emitted, rights) = (Notify::new(), broadcast::Sender::new(RIGHTS_REMEMBERED));
        let inner =
            Inner { pool, side, listening, clock, randomness, vault, settings, hasher, leaked, attempts, era, emitted, rights };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Begins the transaction of a use case. Its name appears in logs and has the form `area.action`.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn begin(&self, use_case: &'static str, access: &Access) -> Result<Tx> {
        Tx::begin(self.clone(), use_case, access.clone()).await
    }

    /// Begins a use case that changes and locks nothing. It runs without a transaction; permits for actions that change something, and events, are refused.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn begin_reading(&self, use_case: &'static str, access: &Access) -> Result<Tx> {
        Tx::begin_reading(self.clone(), use_case, access.clone()).await
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The time since some fixed moment of this process; it never goes back.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.inner.clock.elapsed()
    }

    /// A new id.
    #[must_use]
    pub fn new_id<I: Id>(&self) -> I {
        new_id(self.now(), self.randomness())
    }

    /// The source of random bytes.
    #[must_use]
    pub fn randomness(&self) -> &dyn Randomness {
        &*self.inner.randomness
    }

    /// The keys.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    /// Learns the keys that another process has made since; returns how many.
    ///
    /// # Errors
    /// `database.unavailable`; `internal` when the master key does not open one, which says so.
    pub async fn learn_keys(&self) -> Result<usize> {
        let mut connection = self.pool().acquire().await?;
        keys::learn(&mut connection, self.vault()).await
    }

    /// The operator's settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Waits until a transaction of this process has emitted an event.
    pub async fn emitted(&self) {
        self.inner.emitted.notified().await;
    }

    /// The users who may do other things than before because of what this process commits from now on. Triggers tell all processes of it; this receiver
    /// need not wait for them.
    #[must_use]
    pub fn rights_changes(&self) -> broadcast::Receiver<UserId> {
        self.inner.rights.subscribe()
    }

    /// The attempts that this process counts and forgets from now on, for the other copies of the server.
    #[must_use]
    pub fn attempt_news(&self) -> broadcast::Receiver<AttemptNews> {
        self.inner.attempts.news()
    }

    /// Counts and forgets attempts that another copy of the server has.
    pub fn hear_attempts(&self, news: AttemptNews) {
        self.inner.attempts.hear(self.now(), news);
    }

    /// The pool, for work that must not run in a use case's transaction: workers of the queue, listeners, health.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.inner.pool
    }

    pub(crate) fn listening(&self) -> &PgPool {
        &self.inner.listening
    }

    pub(crate) fn tell_rights_changed(&self, user: UserId) {
        // Nobody listens in a command, or before the sockets are served.
        let _ = self.inner.rights.send(user);
    }

    pub(crate) fn side(&self) -> &PgPool {
        &self.inner.side
    }

    pub(crate) fn hasher(&self) -> &Hasher {
        &self.inner.hasher
    }

    pub(crate) fn leaked_passwords(&self) -> Option<&dyn LeakedPasswords> {
        self.inner.leaked.as_deref()
    }

    pub(crate) fn attempts(&self) -> &Attempts {
        &self.inner.attempts
    }

    pub(crate) fn era(&self) -> i16 {
        self.inner.era
    }

    pub(crate) fn wake_dispatcher(&self) {
        self.inner.emitted.notify_one();
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query!("select 1 as one").fetch_one(self.pool()).await.map(drop).map_err(Error::from)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.inner.pool.close().await;
        self.inner.side.close().await;
        self.inner.listening.close().await;
    }
}

async fn current_era(pool: &PgPool, now: Timestamp) -> Result<i16> {
    use jiff_sqlx::ToSqlx;
    // The no-op update makes the statement return the row of a known cluster too.
    let row = sqlx::query!(
        "insert into database_eras (system_identifier, started_at)
         select system_identifier, $1 from pg_control_system()
         on conflict (system_identifier) do update set started_at = database_eras.started_at
         returning era",
        now.to_sqlx()
    )
    .fetch_one(pool)
    .await?;
    Ok(row.era)
}
