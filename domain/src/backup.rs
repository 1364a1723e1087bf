//! What a backup and its restoration need of the database: one moment for several dumps, what belongs into which, and what a dump leaves out.
//!
//! Boundary: the programs that dump and restore, and the files, are the server's.

use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::Audit,
    db::{QUEUE_SCHEMA, schema_version},
    notifications,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

/// The tables with the keys of patients: a dump of their own, so that the other is of no use without it.
pub const KEY_TABLES: [&str; 1] = ["public.patient_keys"];

/// The tables whose rows are not worth keeping, or would let whoever has the dump in: cookies of sessions, half-filled forms.
pub const PASSING_TABLES: [&str; 2] = ["public.http_sessions", "public.form_drafts"];

/// The job queue belongs to the server's role and is made anew; jobs follow from the mails that wait.
pub const LEFT_OUT_SCHEMA: &str = QUEUE_SCHEMA;

/// A moment of the database that several dumps can share. It holds for as long as this value does.
pub struct Snapshot {
    connection: PgConnection,
    id: String,
    schema_version: i64,
}

impl Snapshot {
    /// Holds the present moment, as the role that owns the tables.
    ///
    /// # Errors
    /// `database.unavailable`; `internal` when the database was never migrated.
    pub async fn hold(owner: &PgConnectOptions) -> Result<Self> {
        let mut connection = PgConnection::connect_with(owner).await?;
        sqlx::raw_sql("begin isolation level repeatable read read only").execute(&mut connection).await?;
        // The migrator's own table, so the query cannot be checked when this is compiled.
        let schema_version: Option<i64> =
            sqlx::query_scalar("select max(version) from _sqlx_migrations where success").fetch_one(&mut connection).await?;
        let schema_version = schema_version.ok_or_else(|| Error::internal("a database without a schema"))?;
        let id = sqlx::query_scalar!("select pg_export_snapshot() as \"id!\"").fetch_one(&mut connection).await?;
        Ok(Self { connection, id, schema_version })
    }

    /// Its name, as `pg_dump --snapshot` takes it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The number of the newest migration at that moment.
    #[must_use]
    pub const fn schema_version(&self) -> i64 {
        self.schema_version
    }

    /// Gives it up.
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
    schema_version()
}

/// Whether nothing stands in the database yet.
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

/// Makes what the dump left out: the schema in which the job queue will make its tables.
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

/// After the rows are back: queues the mails that waited, and says in the audit log that this is a restored database. How many mails.
///
/// # Errors
/// `database.unavailable`.
pub async fn finish(domain: &Domain, access: &Access) -> Result<usize> {
    let mut tx = domain.begin("backup.finish", access).await?;
    let mails = notifications::queue_waiting_mails(&mut tx).await?;
    let count = i64::try_from(mails).unwrap_or(i64::MAX);
    tx.commit(Audit::of("backup.restored").on(ResourceKind::System, domain.new_id::<model::ids::EventId>()).with("mails", count))
        .await?;
    Ok(mails)
}
