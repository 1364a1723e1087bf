//! Databases for tests: a template with the migrations applied, and a copy for each test.

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use std::{
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
};
use tokio::sync::OnceCell;

const HOW: &str = "BEDSIDE_TEST_DATABASE_URL must name a cluster: `cargo xtask postgres` starts one and prints the line";

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static COUNTER: AtomicU32 = AtomicU32::new(0);

/// Options of owner and server role for a fresh database, and its name.
pub(crate) async fn fresh() -> (PgConnectOptions, PgConnectOptions, String) {
    #[expect(clippy::disallowed_methods, reason = "tests take the cluster from the environment")]
    let url = std::env::var("BEDSIDE_TEST_DATABASE_URL").expect(HOW);
    let owner = PgConnectOptions::from_str(&url).expect(HOW);
    let template = TEMPLATE.get_or_init(|| make_template(owner.clone())).await;
    let name = format!("bedside_test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect_with(&owner).await.expect(HOW);
    run(&mut connection, format!("drop database if exists {name}")).await;
    run(&mut connection, format!("create database {name} template {template}")).await;
    let app = owner.clone().username("bedside_app").database(&name);
    (owner.database(&name), app, name)
}

/// Makes the template once per set of migrations, whichever test process comes first.
async fn make_template(owner: PgConnectOptions) -> String {
    let name = format!("bedside_template_{}", domain::db::schema_fingerprint());
    let mut connection = PgConnection::connect_with(&owner).await.expect(HOW);
    run(&mut connection, "select pg_advisory_lock(7310)".to_owned()).await;
    let known: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut connection)
        .await
        .expect("the cluster answers");
    if !known {
        let making = format!("{name}_making");
        run(&mut connection, format!("drop database if exists {making}")).await;
        run(&mut connection, format!("create database {making}")).await;
        let app = owner.clone().username("bedside_app").database(&making);
        domain::db::migrate(&owner.clone().database(&making), &app, Timestamp::UNIX_EPOCH.max(super::BEGIN))
            .await
            .expect("the migrations apply");
        run(&mut connection, format!("alter database {making} rename to {name}")).await;
    }
    run(&mut connection, "select pg_advisory_unlock(7310)".to_owned()).await;
    name
}

async fn run(connection: &mut PgConnection, statement: String) {
    connection.execute(AssertSqlSafe(statement)).await.expect("the owner may do this");
}
