//! A clinic for tests: a real database, a clock that the test sets, and people who are signed in.
//!
//! Each test gets a fresh copy of a template database to which the migrations were applied once, and works as `bedside_app`, the role of the
//! server. `BEDSIDE_TEST_DATABASE_URL` (a URL of the role `bedside_owner`) names the cluster; `cargo xtask test` starts one and sets it.

mod authenticator;
mod booking;
mod clock;
mod database;
mod encounter;
mod fill;
mod medicine;
mod passkey;
mod people;
mod statements;

pub use authenticator::Authenticator;
pub use booking::booking;
pub use clock::ManualClock;
pub use database::{addresses, anatomy, empty_database, schema_version};
pub use encounter::{Consultation, consultation};
pub use medicine::medicine;
pub use passkey::PasskeyDevice;
pub use people::{PASSWORD, Person, Practice};
pub use statements::{Replay, Statement};

use database::{Copied, Filled};
use domain::{
    Domain,
    access::{Access, Actor},
    db::{Ingredients, keys},
    leaks::LeakedPasswords,
    notices::{Mail, Text, TextJob, dispatch_once, mail_to_send, text_to_send},
    notifications::Round,
    randomness::SystemRandomness,
    settings::Settings,
    vault::{Key, LocalMaster, MasterKey, Vault},
};
use jiff::{SignedDuration, Timestamp};
use model::ids::{RequestId, TextId};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// The time at which every test begins: Tuesday 24 November 2026, 09:00 UTC.
pub const BEGIN: Timestamp = Timestamp::constant(1_795_510_800, 0);

/// The master key of every test.
pub const MASTER_KEY: [u8; 32] = [7; 32];

/// A fresh installation.
#[derive(Debug)]
pub struct TestClinic {
    /// The domain as the server uses it.
    pub domain: Domain,
    /// The clock that the domain reads.
    pub clock: Arc<ManualClock>,
    /// Connections as the owner of the schema, for what the server's role may not do.
    pub owner: PgPool,
    /// The name of the database.
    pub database: String,
}

/// Creates a fresh installation.
///
/// # Panics
/// When the cluster cannot be reached; the message says how to start one.
pub async fn clinic() -> TestClinic {
    opened(database::fresh().await).await
}

/// Creates a copy of an installation that `fill` has filled: once in a run of the tests, in whichever test is first. `what` names it, in lower case.
///
/// # Panics
/// When the cluster cannot be reached, or `fill` panics.
pub async fn filled_clinic(what: &str, fill: impl AsyncFnOnce(&TestClinic)) -> TestClinic {
    let mut filled = Filled::locked(what).await;
    if !filled.exists().await {
        let clinic = clinic().await;
        Box::pin(fill(&clinic)).await;
        clinic.domain.close().await;
        clinic.owner.close().await;
        filled.take(&clinic.database).await;
    }
    opened(filled.copy().await).await
}

async fn opened((owner, app, database): Copied) -> TestClinic {
    let clock = Arc::new(ManualClock::new(BEGIN));
    let domain = connected(app, clock.clone(), Settings::default()).await;
    let owner =
        PgPoolOptions::new().max_connections(2).connect_with(owner).await.expect("the owner connects to the test database");
    TestClinic { domain, clock, owner, database }
}

/// The master key of every test, as the domain takes it.
#[must_use]
pub fn master() -> Arc<dyn MasterKey> {
    Arc::new(LocalMaster::new(Key::new(MASTER_KEY)))
}

async fn connected(database: PgConnectOptions, clock: Arc<ManualClock>, settings: Settings) -> Domain {
    let vault = keys::load(&database, master()).await.expect("the test database has keys");
    connected_with((database.clone(), database), clock, settings, vault, None).await
}

async fn connected_with(
    (database, listening): (PgConnectOptions, PgConnectOptions),
    clock: Arc<ManualClock>,
    settings: Settings,
    vault: Vault,
    leaked: Option<Arc<dyn LeakedPasswords>>,
) -> Domain {
    let ingredients = Ingredients {
        database,
        listening,
        max_connections: 20,
        // Some tests make hundreds of calls at once; they must not fail because the machine is slow.
        acquire_timeout: Duration::from_secs(60),
        clock,
        randomness: Arc::new(SystemRandomness),
        vault,
        settings,
        leaked,
    };
    Domain::connect(ingredients).await.expect("the domain connects to the test database")
}

/// Whether tests that take minutes were requested: `cargo xtask test --long`.
#[must_use]
pub fn long() -> bool {
    std::env::var_os("BEDSIDE_LONG_TESTS").is_some()
}

impl TestClinic {
    /// A domain with the same clock and key on another database of the cluster.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn domain_of(&self, database: &str) -> Domain {
        let options = (*self.domain.pool().connect_options()).clone();
        connected(options.database(database), self.clock.clone(), Settings::default()).await
    }

    /// A domain on the same database, with the same clock and key and with other settings.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn domain_with(&self, settings: Settings) -> Domain {
        connected((*self.domain.pool().connect_options()).clone(), self.clock.clone(), settings).await
    }

    /// A domain with other keys on the database of this clinic.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn domain_with_keys(&self, vault: Vault) -> Domain {
        let options = (*self.domain.pool().connect_options()).clone();
        connected_with((options.clone(), options), self.clock.clone(), Settings::default(), vault, None).await
    }

    /// A domain on the same database, with the same clock and key, that asks a service about new passwords.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn domain_with_leaks(&self, leaked: Arc<dyn LeakedPasswords>) -> Domain {
        let options = (*self.domain.pool().connect_options()).clone();
        let vault = keys::load(&options, master()).await.expect("the test database has keys");
        connected_with((options.clone(), options), self.clock.clone(), Settings::default(), vault, Some(leaked)).await
    }

    /// A domain that listens with connections of this name.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn domain_that_listens_as(&self, name: &str) -> Domain {
        let options = (*self.domain.pool().connect_options()).clone();
        let vault = keys::load(&options, master()).await.expect("the test database has keys");
        let listening = options.clone().application_name(name);
        connected_with((options, listening), self.clock.clone(), Settings::default(), vault, None).await
    }

    /// The access of an unauthenticated request.
    #[must_use]
    pub fn stranger(&self) -> Access {
        Access::new(Actor::Stranger, self.domain.new_id::<RequestId>())
    }

    /// Moves the clock forward.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    /// Runs SQL statements without parameters as the owner of the tables, for changes that no use case makes.
    ///
    /// # Panics
    /// When the database refuses one.
    pub async fn as_owner(&self, statements: &'static str) {
        sqlx::raw_sql(statements).execute(&self.owner).await.expect("the owner may do this");
    }

    /// Waits until everything committed is older than all running transactions. Tests share a cluster and its transaction ids, and the
    /// dispatcher and the sealer skip rows as long as a transaction that began earlier, maybe in another test, is still running.
    ///
    /// # Panics
    /// When the database does not answer, or a transaction elsewhere runs for more than half a minute.
    pub async fn settle(&self) {
        for _ in 0..6_000 {
            let settled: bool = sqlx::query_scalar(
                "select coalesce(bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())), true)
                 from (select xid from outbox_events union all select xid from audit_events) written",
            )
            .fetch_one(&self.owner)
            .await
            .expect("the database answers");
            if settled {
                return;
            }
            // Postgres does not notify when a transaction of another connection ends.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("another transaction of this cluster has been running for half a minute");
    }

    /// Dispatches all events that wait in the outbox.
    ///
    /// # Panics
    /// When the dispatcher fails.
    pub async fn dispatch(&self) {
        self.settle().await;
        while let Round::PassedOn(_) = dispatch_once(&self.domain).await.expect("the dispatcher works") {}
    }

    /// The unsent mails of a kind (a `MailKind` of an area), oldest first, with the content that they would have now.
    ///
    /// # Panics
    /// When the dispatcher fails or the database does not answer.
    pub async fn mails(&self, kind: impl Into<&'static str>) -> Vec<Mail> {
        let kind: &'static str = kind.into();
        self.dispatch().await;
        let ids: Vec<Uuid> =
            sqlx::query_scalar("select id from mails where kind = $1 and state <> 'sent' order by created_at, id")
                .bind(kind)
                .fetch_all(&self.owner)
                .await
                .expect("the mails can be read");
        let mut mails = Vec::with_capacity(ids.len());
        for id in ids {
            mails.extend(mail_to_send(&self.domain, id.into()).await.expect("a mail can be read"));
        }
        mails
    }

    /// The text messages that wait to be sent, oldest first. Those that are out of date are left out.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn texts(&self) -> Vec<Text> {
        let ids: Vec<Uuid> = sqlx::query_scalar("select id from texts where state = 'queued' order by created_at, id")
            .fetch_all(&self.owner)
            .await
            .expect("the text messages can be read");
        let mut texts = Vec::with_capacity(ids.len());
        for id in ids {
            if let TextJob::Send(text) = text_to_send(&self.domain, id.into()).await.expect("a text message can be read") {
                texts.push(text);
            }
        }
        texts
    }

    /// The state of a text message, and the code of its error.
    ///
    /// # Panics
    /// When there is no such message.
    pub async fn text_state(&self, id: TextId) -> (String, Option<String>) {
        sqlx::query_as("select state, error from texts where id = $1")
            .bind(id.uuid())
            .fetch_one(&self.owner)
            .await
            .expect("the text message exists")
    }

    /// The actions in the audit log, oldest first.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn audited(&self) -> Vec<String> {
        sqlx::query_scalar("select action from audit_events order by number")
            .fetch_all(&self.owner)
            .await
            .expect("the audit log can be read")
    }
}
