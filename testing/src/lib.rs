//! A clinic for tests: a real database of its own, a clock that the test sets, people who are signed in.
//!
//! Each test has a fresh copy of a template database, in which the migrations ran once, and works as `bedside_app`, the role of the server. The
//! cluster is named by `BEDSIDE_TEST_DATABASE_URL` (a URL of the role `bedside_owner`); `cargo xtask test` starts one and sets it.

mod clock;
mod database;
mod encounter;
mod people;

pub use clock::ManualClock;
pub use database::{addresses, anatomy, empty_database};
pub use encounter::{Consultation, consultation};
pub use people::{PASSWORD, Person, Practice};

use domain::{
    Domain,
    access::{Access, Actor},
    db::Ingredients,
    notifications::{Mail, MailKind},
    randomness::SystemRandomness,
    settings::Settings,
    vault::{Key, Vault},
};
use jiff::{SignedDuration, Timestamp};
use model::ids::RequestId;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// When every test begins: Tuesday 24 November 2026, 09:00 UTC.
pub const BEGIN: Timestamp = Timestamp::constant(1_795_510_800, 0);

/// The master key of every test.
pub const MASTER_KEY: [u8; 32] = [7; 32];

/// A fresh installation.
#[derive(Debug)]
pub struct TestClinic {
    /// The domain as the server has it.
    pub domain: Domain,
    /// The clock that the domain reads.
    pub clock: Arc<ManualClock>,
    /// The schema's owner, for what the server may not do.
    pub owner: PgPool,
    /// The name of the database.
    pub database: String,
}

/// A fresh installation.
///
/// # Panics
/// When the cluster cannot be reached; the message says how to start one.
pub async fn clinic() -> TestClinic {
    let (owner, app, database) = database::fresh().await;
    let clock = Arc::new(ManualClock::new(BEGIN));
    let domain = connected(app, clock.clone()).await;
    let owner =
        PgPoolOptions::new().max_connections(2).connect_with(owner).await.expect("the owner connects to the test database");
    TestClinic { domain, clock, owner, database }
}

async fn connected(database: PgConnectOptions, clock: Arc<ManualClock>) -> Domain {
    let ingredients = Ingredients {
        database,
        max_connections: 20,
        // Hundreds of callers at once are a test's business, and how long the machine takes for them is not.
        acquire_timeout: Duration::from_secs(60),
        clock,
        randomness: Arc::new(SystemRandomness),
        vault: Vault::new(Key::new(MASTER_KEY)),
        settings: Settings::default(),
    };
    Domain::connect(ingredients).await.expect("the domain connects to the test database")
}

/// Whether the tests that take minutes were asked for: `cargo xtask test --long`.
#[must_use]
pub fn long() -> bool {
    std::env::var_os("BEDSIDE_LONG_TESTS").is_some()
}

impl TestClinic {
    /// The same clock and key over another database of the cluster.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn domain_of(&self, database: &str) -> Domain {
        let options = (*self.domain.pool().connect_options()).clone();
        connected(options.database(database), self.clock.clone()).await
    }

    /// Access of nobody.
    #[must_use]
    pub fn stranger(&self) -> Access {
        Access::new(Actor::Stranger, self.domain.new_id::<RequestId>())
    }

    /// Lets time pass.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    /// Does what no use case does, as the role that owns the tables: statements without parameters.
    ///
    /// # Panics
    /// When the database refuses one.
    pub async fn as_owner(&self, statements: &'static str) {
        sqlx::raw_sql(statements).execute(&self.owner).await.expect("the owner may do it");
    }

    /// Waits until everything that was committed lies below all running transactions. Tests share a cluster, transaction ids are the
    /// cluster's, and dispatcher and sealer leave alone what a transaction of another test may still stand before.
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
            // Nothing tells of the end of somebody else's transaction.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("another transaction of this cluster has been running for half a minute");
    }

    /// Passes on what waits in the outbox.
    ///
    /// # Panics
    /// When the dispatcher fails.
    pub async fn dispatch(&self) {
        self.settle().await;
        while domain::notifications::dispatch_once(&self.domain).await.expect("the dispatcher works") > 0 {}
    }

    /// The mails of a kind that wait to be sent, oldest first, as they would go out now.
    ///
    /// # Panics
    /// When the dispatcher fails or the database does not answer.
    pub async fn mails(&self, kind: MailKind) -> Vec<Mail> {
        self.dispatch().await;
        let ids: Vec<Uuid> =
            sqlx::query_scalar("select id from mails where kind = $1 and state <> 'sent' order by created_at, id")
                .bind(kind.as_str())
                .fetch_all(&self.owner)
                .await
                .expect("the mails can be read");
        let mut mails = Vec::with_capacity(ids.len());
        for id in ids {
            mails.extend(domain::notifications::mail_to_send(&self.domain, id.into()).await.expect("a mail can be read"));
        }
        mails
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
