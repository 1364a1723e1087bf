//! The records of the server's session layer: JSON objects that contain a session id, as [`SESSION`], and nothing else.
//!
//! The id of a record is the value of the cookie. Whoever has it acts as the user, so the database has only its SHA-256. An id has 128 random bits, so
//! the hash needs no salt.

use crate::{Domain, Result, vault::sha256};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

/// The member of a record that contains the session id.
pub const SESSION: &str = "session";

/// What is stored in place of a record's id.
pub(super) fn hash(id: &str) -> [u8; 32] {
    sha256(&[id.as_bytes()])
}

/// Inserts a record; `false` when the id is taken.
///
/// # Errors
/// `database.unavailable`.
pub async fn create(domain: &Domain, id: &str, record: &[u8], expires_at: Timestamp) -> Result<bool> {
    let hash = hash(id);
    let done = sqlx::query!(
        "insert into http_sessions (id_hash, record, expires_at) values ($1, $2, $3) on conflict (id_hash) do nothing",
        &hash[..],
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
    let hash = hash(id);
    sqlx::query!(
        "insert into http_sessions (id_hash, record, expires_at) values ($1, $2, $3)
         on conflict (id_hash) do update set record = excluded.record, expires_at = excluded.expires_at",
        &hash[..],
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
    let hash = hash(id);
    let row = sqlx::query!(
        "select record, expires_at from http_sessions where id_hash = $1 and expires_at > $2",
        &hash[..],
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
    let hash = hash(id);
    sqlx::query!("delete from http_sessions where id_hash = $1", &hash[..]).execute(domain.pool()).await?;
    Ok(())
}
