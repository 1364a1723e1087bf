//! Databases for tests: a template with the migrations applied, and a copy for each test.

use domain::{db::keys::Opening, randomness::SystemRandomness};
use jiff::Timestamp;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use std::{
    path::Path,
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
};
use tokio::sync::OnceCell;

const HOW: &str = "BEDSIDE_TEST_DATABASE_URL must name a cluster: `cargo xtask postgres` starts one and prints the line";

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A copy of a template: the connection options of the owner and of the server's role, and the database's name.
pub(crate) type Copied = (PgConnectOptions, PgConnectOptions, String);

/// Creates a fresh database.
pub(crate) async fn fresh() -> Copied {
    let owner = owner();
    let template = TEMPLATE.get_or_init(|| make_template(owner.clone())).await;
    let mut connection = PgConnection::connect_with(&owner).await.expect(HOW);
    drop_left(&mut connection).await;
    copy(&mut connection, template, "wal_log").await
}

/// Drops the databases of test processes that have ended: each takes some 17 MB, and a run of all tests makes more than a thousand.
async fn drop_left(connection: &mut PgConnection) {
    // Without `/proc` nobody knows which processes have ended.
    if !Path::new("/proc/self").exists() {
        return;
    }
    let is_mine: bool = sqlx::query_scalar("select pg_try_advisory_lock(7312)").fetch_one(&mut *connection).await.expect(HOW);
    if !is_mine {
        return;
    }
    let names: Vec<String> = sqlx::query_scalar("select datname from pg_database where starts_with(datname, 'bedside_test_')")
        .fetch_all(&mut *connection)
        .await
        .expect(HOW);
    for name in names.iter().filter(|name| has_ended(name)) {
        // One that is still in use is not dropped: a server that such a process has started may be about to end.
        let _ = connection.execute(AssertSqlSafe(format!("drop database if exists {name}"))).await;
    }
    run(connection, "select pg_advisory_unlock(7312)".to_owned()).await;
}

/// Tells whether the test process has ended that made this database.
fn has_ended(database: &str) -> bool {
    let process = database.strip_prefix("bedside_test_").and_then(|rest| rest.split('_').next());
    process.is_some_and(|process| process.parse::<u32>().is_ok() && !Path::new("/proc").join(process).exists())
}

async fn copy(connection: &mut PgConnection, template: &str, strategy: &str) -> Copied {
    let name = format!("bedside_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    run(connection, format!("drop database if exists {name}")).await;
    run(connection, format!("create database {name} template {template} strategy {strategy}")).await;
    let owner = owner();
    let app = owner.clone().username("bedside_app").database(&name);
    (owner.database(&name), app, name)
}

/// A database that is filled once in a run of the tests, by whichever test process is first, and copied by the others. They wait as long as this value exists.
pub(crate) struct Filled {
    connection: PgConnection,
    name: String,
}

impl Filled {
    pub(crate) async fn locked(what: &str) -> Self {
        let mut connection = PgConnection::connect_with(&owner()).await.expect(HOW);
        run(&mut connection, "select pg_advisory_lock(7311)".to_owned()).await;
        Self { connection, name: format!("bedside_filled_{what}_{}", run_of_tests()) }
    }

    pub(crate) async fn exists(&mut self) -> bool {
        exists(&mut self.connection, &self.name).await
    }

    /// Takes a database that was filled, and to which nobody is connected any more.
    pub(crate) async fn take(&mut self, database: &str) {
        run(&mut self.connection, format!("alter database {database} rename to {}", self.name)).await;
    }

    pub(crate) async fn copy(mut self) -> Copied {
        // It is large, so copying its files is faster than writing each page to the WAL.
        let copied = copy(&mut self.connection, &self.name, "file_copy").await;
        self.connection.close().await.expect("the connection closes");
        copied
    }
}

/// Tells runs of the tests apart: a cluster may be kept from one to the next, while what fills the database changes.
fn run_of_tests() -> String {
    #[expect(clippy::disallowed_methods, reason = "nextest names the run in the environment")]
    let run = std::env::var("NEXTEST_RUN_ID");
    run.map_or_else(|_| std::process::id().to_string(), |run| run.replace('-', "_"))
}

/// Creates a database without a schema and returns its name.
///
/// # Panics
/// When the cluster cannot be reached.
pub async fn empty_database() -> String {
    let owner = owner();
    let name = format!("bedside_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect_with(&owner).await.expect(HOW);
    run(&mut connection, format!("drop database if exists {name}")).await;
    run(&mut connection, format!("create database {name}")).await;
    name
}

/// The URLs of a database as in the configuration: `database.url` and `database.migrate_url`.
#[must_use]
pub fn addresses(database: &str) -> (String, String) {
    let of = |options: PgConnectOptions| options.database(database).to_url_lossy().to_string();
    (of(owner().username("bedside_app")), of(owner()))
}

/// Describes everything in a database except its rows: constraints, triggers, indexes, privileges; one per line, to compare two databases.
///
/// # Panics
/// When the database does not answer.
pub async fn anatomy(database: &str) -> Vec<String> {
    let mut connection = PgConnection::connect_with(&owner().database(database)).await.expect(HOW);
    sqlx::query_scalar(
        "select concat(c.relname, ' ', acl) from pg_class c, unnest(c.relacl) acl where c.relnamespace = 'public'::regnamespace
         union all select concat(p.proname, ' ', acl) from pg_proc p, unnest(p.proacl) acl where p.pronamespace = 'public'::regnamespace
         union all select concat('default ', defaclobjtype, ' ', acl) from pg_default_acl, unnest(defaclacl) acl
         union all select concat(conrelid::regclass, ' ', conname, ' ', pg_get_constraintdef(oid)) from pg_constraint
           where connamespace = 'public'::regnamespace and conislocal
         union all select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
           where not t.tgisinternal and c.relnamespace = 'public'::regnamespace
         union all select indexdef from pg_indexes where schemaname = 'public'
         order by 1",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the database answers")
}

/// The number of the newest migration that a database records.
///
/// # Panics
/// When the database does not answer or was never migrated.
pub async fn schema_version(database: &str) -> i64 {
    let mut connection = PgConnection::connect_with(&owner().database(database)).await.expect(HOW);
    sqlx::query_scalar("select max(version) from _sqlx_migrations")
        .fetch_one(&mut connection)
        .await
        .expect("the database was migrated")
}

fn owner() -> PgConnectOptions {
    #[expect(clippy::disallowed_methods, reason = "tests take the cluster from the environment")]
    let url = std::env::var("BEDSIDE_TEST_DATABASE_URL").expect(HOW);
    PgConnectOptions::from_str(&url).expect(HOW)
}

/// Creates the template once per set of migrations, in whichever test process is first.
async fn make_template(owner: PgConnectOptions) -> String {
    let name = format!("bedside_template_{}", domain::schema::fingerprint());
    let mut connection = PgConnection::connect_with(&owner).await.expect(HOW);
    run(&mut connection, "select pg_advisory_lock(7310)".to_owned()).await;
    let known = exists(&mut connection, &name).await;
    if !known {
        let making = format!("{name}_making");
        run(&mut connection, format!("drop database if exists {making}")).await;
        run(&mut connection, format!("create database {making}")).await;
        let app = owner.clone().username("bedside_app").database(&making);
        domain::schema::migrate(&owner.clone().database(&making), &app, Timestamp::UNIX_EPOCH.max(super::BEGIN))
            .await
            .expect("the migrations apply");
        let opening = Opening::begin(&owner.clone().database(&making)).await.expect("the owner may make keys");
        opening.finish(super::master(), &SystemRandomness, super::BEGIN).await.expect("keys can be made");
        run(&mut connection, format!("alter database {making} rename to {name}")).await;
    }
    run(&mut connection, "select pg_advisory_unlock(7310)".to_owned()).await;
    name
}

async fn exists(connection: &mut PgConnection, name: &str) -> bool {
    sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(name)
        .fetch_one(connection)
        .await
        .expect("the cluster answers")
}

async fn run(connection: &mut PgConnection, statement: String) {
    connection.execute(AssertSqlSafe(statement)).await.expect("the owner may do this");
}
