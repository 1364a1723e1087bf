//! The organisation and the links that set it up, in the database.

use crate::{Error, Result, db::Tx};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{errors::Code, ids::UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// How long a link can be used.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// Whether anybody is an administrator, of the organisation or of a clinic.
pub(in crate::directory) async fn has_administrator(connection: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!("select exists (select from role_held where role = 'admin') as \"has!\"")
        .fetch_one(connection)
        .await?)
}

/// The same, as the answer to a link.
///
/// # Errors
/// `identity.link_used`.
pub(in crate::directory) async fn check_no_administrator(connection: &mut PgConnection) -> Result<()> {
    if has_administrator(connection).await? { Err(Code::LinkUsed.into()) } else { Ok(()) }
}

/// Whether a link was ever made.
pub(in crate::directory) async fn has_link(connection: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!("select exists (select from setup_links) as \"has!\"").fetch_one(connection).await?)
}

/// Inserts a link, and ends the older ones.
pub(in crate::directory) async fn insert_link(tx: &mut Tx, id: Uuid, hash: &[u8; 32]) -> Result<()> {
    let now = tx.now();
    sqlx::query!("update setup_links set expires_at = $1 where used_at is null and expires_at > $1", now.to_sqlx())
        .execute(tx.connection())
        .await?;
    sqlx::query!(
        "insert into setup_links (id, token_hash, created_at, expires_at) values ($1, $2, $3, $4)",
        id,
        &hash[..],
        now.to_sqlx(),
        (now + LIFE).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Checks that a link can be used now.
///
/// # Errors
/// `identity.link_unknown`, `identity.link_expired`, `identity.link_used`.
pub(in crate::directory) async fn check_link(connection: &mut PgConnection, hash: &[u8; 32], now: Timestamp) -> Result<()> {
    let row = sqlx::query!("select expires_at, used_at from setup_links where token_hash = $1", &hash[..])
        .fetch_optional(&mut *connection)
        .await?
        .ok_or(Code::LinkUnknown)?;
    if row.used_at.is_some() {
        return Err(Code::LinkUsed.into());
    }
    if row.expires_at.to_jiff() <= now {
        return Err(Code::LinkExpired.into());
    }
    check_no_administrator(connection).await
}

/// Uses a link up. A second use at the same moment waits, and fails because the link was used.
///
/// # Errors
/// Those of [`check_link`].
pub(in crate::directory) async fn use_link(tx: &mut Tx, hash: &[u8; 32]) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update setup_links set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2",
        &hash[..],
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    check_link(tx.connection(), hash, now).await?;
    Err(Code::LinkUsed.into())
}

/// Inserts the organisation. There is one: of two links that two servers have printed at the same moment, one sets up.
///
/// # Errors
/// `identity.link_used`.
pub(in crate::directory) async fn insert_organisation(
    connection: &mut PgConnection,
    name: &str,
    by: UserId,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!("insert into organisation (name, set_up_by, set_up_at) values ($1, $2, $3)", name, by.uuid(), now.to_sqlx())
        .execute(connection)
        .await
        .map_err(|error| Error::on_constraint(error, &[("organisation_pkey", Code::LinkUsed)]))?;
    Ok(())
}
