//! A clinic for tests: a real database of its own, a clock that the test sets, people who are signed in.
//!
//! Each test has a fresh copy of a template database, in which the migrations ran once, and works as `bedside_app`, the role of the server. The
//! cluster is named by `BEDSIDE_TEST_DATABASE_URL` (a URL of the role `bedside_owner`); `cargo xtask test` starts one and sets it.

mod clock;
mod database;
mod encounter;
mod people;

pub use clock::ManualClock;
pub use people::{PASSWORD, Person, Practice};

use domain::{
    Domain,
    access::{Access, Actor},
    db::Ingredients,
    randomness::SystemRandomness,
    settings::Settings,
    vault::{Key, Vault},
};
use jiff::{SignedDuration, Timestamp};
use model::ids::RequestId;
use sqlx::{PgPool, postgres::PgPoolOptions};
use std::sync::Arc;

/// When every test begins: Tuesday 24 November 2026, 09:00 UTC.
pub const BEGIN: Timestamp = Timestamp::constant(1_795_510_800, 0);

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
    let domain = Domain::connect(Ingredients {
        database: app,
        max_connections: 20,
        clock: clock.clone(),
        randomness: Arc::new(SystemRandomness),
        vault: Vault::new(Key::new([7; 32])),
        settings: Settings::default(),
    })
    .await
    .expect("the domain connects to the test database");
    let owner =
        PgPoolOptions::new().max_connections(2).connect_with(owner).await.expect("the owner connects to the test database");
    TestClinic { domain, clock, owner, database }
}

impl TestClinic {
    /// Access of nobody.
    #[must_use]
    pub fn stranger(&self) -> Access {
        Access::new(Actor::Stranger, self.domain.new_id::<RequestId>())
    }

    /// Lets time pass.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.advance(time);
    }

    /// Passes on what waits in the outbox.
    ///
    /// # Panics
    /// When the dispatcher fails.
    pub async fn dispatch(&self) {
        while domain::notifications::dispatch_once(&self.domain).await.expect("the dispatcher works") > 0 {}
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
