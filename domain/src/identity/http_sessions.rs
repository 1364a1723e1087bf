//! The records of the server's session layer: JSON objects that contain a session id, as [`SESSION`], and nothing else.

use crate::{Domain, Result};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

/// The member of a record that contains the session id.
pub const SESSION: &str = "session";

/// Inserts a record; `false` when the id is taken.
///
/// # Errors
/// `database.unavailable`.
pub async fn create(domain: &Domain, id: &str, record: &[u8], expires_at: Timestamp) -> Result<bool> {
    let done = sqlx::query!(
        "insert into http_sessions (id, record, expires_at) values ($1, $2, $3) on conflict (id) do nothing",
        id,
        record,
        expires_at.to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Inserts or replaces a record.
///
/// # Errors
/// `database.unavailable`.
pub async fn save(domain: &Domain, id: &str, record: &[u8], expires_at: Timestamp) -> Result<()> {
    sqlx::query!(
        "insert into http_sessions (id, record, expires_at) values ($1, $2, $3)
         on conflict (id) do update set record = excluded.record, expires_at = excluded.expires_at",
        id,
        record,
        expires_at.to_sqlx()
    )
    .execute(domain.pool())
    .await?;
    Ok(())
}

/// A record and when it expires, if it has not expired.
///
/// # Errors
/// `database.unavailable`.
pub async fn load(domain: &Domain, id: &str) -> Result<Option<(Vec<u8>, Timestamp)>> {
    let row = sqlx::query!(
        "select record, expires_at from http_sessions where id = $1 and expires_at > $2",
        id,
        domain.now().to_sqlx()
    )
    .fetch_optional(domain.pool())
    .await?;
    Ok(row.map(|row| (row.record, row.expires_at.to_jiff())))
}

/// Deletes a record.
///
/// # Errors
/// `database.unavailable`.
pub async fn delete(domain: &Domain, id: &str) -> Result<()> {
    sqlx::query!("delete from http_sessions where id = $1", id).execute(domain.pool()).await?;
    Ok(())
}
