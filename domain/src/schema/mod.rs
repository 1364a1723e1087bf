//! Brings the schema to the version that this binary needs; refuses a database that is newer, and for a server also one that is older.

mod fold_names;

use crate::{Error, Result, audit, db::QUEUE_SCHEMA, identity};
use fold_names::fold_names;
use graphile_worker::WorkerUtils;
use jiff::Timestamp;
use sqlx::{
    Connection, PgConnection, PgPool,
    migrate::{Migrate, MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// The lock that one process holds while it migrates. It is another one than sqlx's, which covers the migrations only and not what follows them.
const MIGRATION_LOCK: i64 = 0x6265_6473_6d69_6731;

/// The right to migrate a database. Until [`Turn::end`], or until this value is dropped, other processes wait in [`Turn::take`].
#[derive(Debug)]
pub struct Turn {
    connection: PgConnection,
}

impl Turn {
    /// Waits until no other process migrates the database. The lock belongs to a session, so it needs a connection that is not pooled elsewhere.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn take(owner: &PgConnectOptions) -> Result<Self> {
        let mut connection = PgConnection::connect_with(owner).await?;
        sqlx::query!("select pg_advisory_lock($1)", MIGRATION_LOCK).execute(&mut connection).await?;
        Ok(Self { connection })
    }

    /// Lets the next process migrate.
    ///
    /// # Errors
    /// `database.unavailable`; the lock is free all the same, because the session has ended.
    pub async fn end(self) -> Result<()> {
        Ok(self.connection.close().await?)
    }
}

/// What [`migrate`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    /// How many migrations were applied now.
    pub applied: usize,
    /// The version of the schema: the number of its newest migration.
    pub version: i64,
}

/// Why the schema does not fit this binary.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// A newer binary has migrated the database.
    #[error(
        "the database has schema version {database}, this binary knows {binary}: start the newer version of bedside, or restore a backup made before it ran"
    )]
    Newer {
        /// Version of the database.
        database: i64,
        /// The newest version that this binary knows.
        binary: i64,
    },
    /// Not every migration that this binary needs was applied.
    #[error(
        "the database has schema version {database}, and this binary needs {binary}: run `bedside migrate` with this configuration, then start the server again"
    )]
    Older {
        /// Version of the database.
        database: i64,
        /// The newest version that this binary knows.
        binary: i64,
    },
    /// Nothing was ever migrated.
    #[error("the database has no schema yet: run `bedside migrate` with this configuration, then start the server again")]
    Missing,
    /// A migration could not be applied.
    #[error("a migration could not be applied")]
    Failed(#[from] MigrateError),
}

/// Applies missing migrations as `bedside_owner`, rewrites the keys of email addresses whose normal form has changed, folds names that no search can
/// find yet, lets the job queue prepare its own schema as `bedside_app`, and creates the audit partitions for a year ahead. The caller holds the [`Turn`] if
/// another process may do the same now.
///
/// # Errors
/// `internal` with [`SchemaError`] as its cause; `database.unavailable`.
pub async fn migrate(owner: &PgConnectOptions, app: &PgConnectOptions, now: Timestamp) -> Result<Migrated> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let binary = newest_version();
    connection.ensure_migrations_table("_sqlx_migrations").await.map_err(failed)?;
    let before = connection.list_applied_migrations("_sqlx_migrations").await.map_err(failed)?;
    let database = before.iter().map(|migration| migration.version).max().unwrap_or(0);
    if database > binary {
        return Err(Error::internal(SchemaError::Newer { database, binary }));
    }
    MIGRATIONS.run(&mut connection).await.map_err(failed)?;
    identity::renew_email_keys(&mut connection).await?;
    audit::ensure_partitions(&mut connection, now).await?;
    fold_names(&mut connection).await?;

    // The queue's first migration runs `create schema if not exists`, which needs the privilege even if the schema exists.
    let pool: PgPool = PgPoolOptions::new().max_connections(1).connect_with(app.clone()).await?;
    sqlx::raw_sql("do $$ begin execute format('grant create on database %I to bedside_app', current_database()); end $$")
        .execute(&mut connection)
        .await?;
    let queue = WorkerUtils::new(pool.clone(), QUEUE_SCHEMA).migrate().await;
    sqlx::raw_sql("do $$ begin execute format('revoke create on database %I from bedside_app', current_database()); end $$")
        .execute(&mut connection)
        .await?;
    queue.map_err(Error::internal)?;
    pool.close().await;
    connection.close().await?;
    Ok(Migrated { applied: MIGRATIONS.iter().count() - before.len(), version: binary })
}

/// Checks that the schema is the one that this binary needs, and changes nothing. Works as the role of the server.
///
/// # Errors
/// `internal` with [`SchemaError`] as its cause, which says what to do; `database.unavailable`.
pub async fn check(app: &PgConnectOptions) -> Result<()> {
    let mut connection = PgConnection::connect_with(app).await?;
    // The migrator creates this table, so the queries cannot be checked at compile time.
    let exists: bool =
        sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(&mut connection).await?;
    let applied: Vec<i64> = if exists {
        sqlx::query_scalar("select version from _sqlx_migrations where success").fetch_all(&mut connection).await?
    } else {
        Vec::new()
    };
    connection.close().await?;
    let binary = newest_version();
    let Some(database) = applied.iter().copied().max() else { return Err(Error::internal(SchemaError::Missing)) };
    if database > binary {
        return Err(Error::internal(SchemaError::Newer { database, binary }));
    }
    if MIGRATIONS.iter().any(|migration| !applied.contains(&migration.version)) {
        return Err(Error::internal(SchemaError::Older { database, binary }));
    }
    Ok(())
}

/// Whether the schema is at least as new as this binary needs. A newer one is fine: while a new version is rolled out, the old one keeps serving.
///
/// # Errors
/// `database.unavailable`.
pub(crate) async fn is_current(pool: &PgPool) -> Result<bool> {
    let binary = newest_version();
    // The migrator creates this table, so the query cannot be checked at compile time.
    let database: Option<i64> =
        sqlx::query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(pool).await?;
    Ok(database >= Some(binary))
}

/// The number of the newest migration that this binary knows.
#[must_use]
pub fn newest_version() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// A value that changes whenever a migration does; it names the template database of the tests.
#[must_use]
pub fn fingerprint() -> String {
    let checksums: Vec<&[u8]> = MIGRATIONS.iter().map(|migration| &*migration.checksum).collect();
    hex::encode(&crate::vault::sha256(&checksums)[..6])
}

fn failed(error: MigrateError) -> Error {
    Error::internal(SchemaError::Failed(error))
}
