//! Deletes what has expired: sessions, tokens, links, records of cookies.

use super::apps;
use crate::{
    Domain, Error, Result,
    db::{ROWS_SWEPT, in_chunks},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;

/// How long ended sessions, tokens and links are kept: administrators see when an account was used last.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Deletes tokens, and codes of apps, that expired a month ago; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_tokens(domain: &Domain) -> Result<u64> {
    let codes = apps::sweep_codes(domain, domain.now() - KEPT).await?;
    let before = (domain.now() - KEPT).to_sqlx();
    let tokens = in_chunks(|| async {
        let done = sqlx::query!(
            "delete from api_tokens where id = any(array(select id from api_tokens where expires_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await?;
    Ok(codes + tokens)
}

/// Deletes sessions that expired or were ended a month ago; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_sessions(domain: &Domain) -> Result<u64> {
    let before = (domain.now() - KEPT).to_sqlx();
    let expired = in_chunks(|| async {
        let done = sqlx::query!(
            "delete from sessions where id = any(array(select id from sessions where expires_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    });
    // Apart from the others, because each condition has its own index.
    let ended = in_chunks(|| async {
        let done = sqlx::query!(
            "delete from sessions where id = any(array(select id from sessions where revoked_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    });
    Ok(expired.await? + ended.await?)
}

/// Deletes links that expired a month ago; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_links(domain: &Domain) -> Result<u64> {
    let before = (domain.now() - KEPT).to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from links where id = any(array(select id from links where expires_at < $1 limit $2))",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}

/// Deletes expired records of cookies; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_http_sessions(domain: &Domain) -> Result<u64> {
    let now = domain.now().to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from http_sessions where id_hash = any(array(select id_hash from http_sessions where expires_at < $1 limit $2))",
            now,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}
