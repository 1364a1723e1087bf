//! What backup and restore need from the database: one snapshot for several dumps, which tables go into which dump, and which are left out.
//!
//! Boundary: the server runs the dump and restore programs and handles the files.

use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    db::QUEUE_SCHEMA,
    directory,
    identity::{self, Ended},
    notifications, records, schema,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

/// The tables with keys. They go into a separate dump, so that the main dump is of no use without it.
pub const KEY_TABLES: [&str; 2] = ["public.installation_keys", "public.patient_keys"];

/// The tables whose rows are not worth keeping or would give access to whoever has the dump: session cookies, half-filled forms, and what copies of the
/// server share for some seconds.
pub const PASSING_TABLES: [&str; 6] = [
    "public.http_sessions",
    "public.form_drafts",
    "public.live_signals",
    "public.server_copies",
    "public.present_patients",
    "public.limit_buckets",
];

/// The schema of the job queue. It belongs to the server's role and is created anew; the jobs are derived from the waiting mails.
pub const LEFT_OUT_SCHEMA: &str = QUEUE_SCHEMA;

/// A database snapshot that several dumps can share. It is valid as long as this value lives.
pub struct Snapshot {
    connection: PgConnection,
    id: String,
    schema_version: i64,
}

impl Snapshot {
    /// Takes a snapshot of the present moment, as the role that owns the tables.
    ///
    /// # Errors
    /// `database.unavailable`; `internal` when the database was never migrated.
    pub async fn hold(owner: &PgConnectOptions) -> Result<Self> {
        let mut connection = PgConnection::connect_with(owner).await?;
        sqlx::raw_sql("begin isolation level repeatable read read only").execute(&mut connection).await?;
        // This is the migrator's own table, so the query cannot be checked at compile time.
        let schema_version: Option<i64> =
            sqlx::query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(&mut connection).await?;
        let schema_version = schema_version.ok_or_else(|| Error::internal("a database without a schema"))?;
        let id = sqlx::query_scalar!("select pg_export_snapshot() as \"id!\"").fetch_one(&mut connection).await?;
        Ok(Self { connection, id, schema_version })
    }

    /// The snapshot's name, as `pg_dump --snapshot` takes it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The number of the newest migration at the time of the snapshot.
    #[must_use]
    pub const fn schema_version(&self) -> i64 {
        self.schema_version
    }

    /// Releases the snapshot.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn release(self) -> Result<()> {
        Ok(self.connection.close().await?)
    }
}

/// The number of the newest migration that this binary knows.
#[must_use]
pub fn newest_schema_version() -> i64 {
    schema::newest_version()
}

/// Whether the database has no tables, views or sequences of ours yet.
///
/// # Errors
/// `database.unavailable`.
pub async fn is_empty(owner: &PgConnectOptions) -> Result<bool> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let is_empty = sqlx::query_scalar!(
        "select not exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
           where n.nspname = any($1) and c.relkind in ('r', 'p', 'v', 'S')) as \"is_empty!\"",
        &["public".to_owned(), QUEUE_SCHEMA.to_owned()]
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok(is_empty)
}

/// Creates what the dump left out: the schema in which the job queue creates its tables.
///
/// # Errors
/// `database.unavailable`.
pub async fn prepare(owner: &PgConnectOptions) -> Result<()> {
    let mut connection = PgConnection::connect_with(owner).await?;
    let statements =
        format!("create schema if not exists {QUEUE_SCHEMA}; grant create, usage on schema {QUEUE_SCHEMA} to bedside_app");
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// What [`finish`] has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finished {
    /// How many mails it queued.
    pub mails: usize,
    /// The sessions, tokens and links that it ended.
    pub ended: Ended,
}

/// Runs after the rows are restored: queues the waiting mails, ends all sessions, tokens and links, and records in the audit log that the database was restored.
///
/// A backup does not know what was revoked, used or closed after it was made. Sessions, tokens and links are ended for that reason; accounts that were closed
/// after it are open again, and only people can know which they were.
///
/// # Errors
/// `database.unavailable`.
pub async fn finish(domain: &Domain, access: &Access) -> Result<Finished> {
    let mut tx = domain.begin("backup.finish", access).await?;
    let mails = notifications::queue_waiting_mails(&mut tx).await?;
    notifications::queue_waiting_texts(&mut tx).await?;
    let mut ended = identity::end_all(&mut tx).await?;
    ended.links += directory::expire_links(&mut tx).await? + records::expire_links(&mut tx).await?;
    let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    tx.commit(
        Audit::of(AuditAction::BackupRestored)
            .on(ResourceKind::System, domain.new_id::<model::ids::EventId>())
            .with("mails", i64::try_from(mails).unwrap_or(i64::MAX))
            .with("sessions", count(ended.sessions))
            .with("tokens", count(ended.tokens))
            .with("links", count(ended.links)),
    )
    .await?;
    Ok(Finished { mails, ended })
}
