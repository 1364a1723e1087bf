//! The browsers in which the owner of an account has signed in before. They are exempt from the limits that wrong passwords from elsewhere reach.

use super::notices::Event;
use crate::{
    Domain, Error, Result,
    access::Device,
    db::{ROWS_SWEPT, Tx, in_chunks},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::ids::{SessionId, UserId};
use sqlx::PgConnection;

/// How many browsers of an account are known; those that were used longest ago are forgotten.
const MOST: i64 = 20;
/// As long as browsers keep a cookie at most (RFC 6265bis, §5.5).
const LIFE: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Whether the owner of the account has signed in in this browser before. Without an account the same question is asked and the answer is no.
pub(super) async fn is_known(connection: &mut PgConnection, user: Option<UserId>, device: Device) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from known_devices where user_id = $1 and device_hash = $2) as \"known!\"",
        user.map(UserId::uuid),
        device.hash()
    )
    .fetch_one(connection)
    .await?)
}

/// Remembers that the owner of the account has signed in in this browser, with this session. Who has other known browsers is told about a new one.
pub(super) async fn signed_in(tx: &mut Tx, user: UserId, session: SessionId, device: Device) -> Result<()> {
    let is_new = sqlx::query_scalar!(
        "select coalesce(bool_and(device_hash <> $2), false) as \"new!\" from known_devices where user_id = $1",
        user.uuid(),
        device.hash()
    )
    .fetch_one(tx.connection())
    .await?;
    remember(tx, user, device).await?;
    if is_new {
        tx.emit(Event::NewBrowserUsed { user, session }).await?;
    }
    Ok(())
}

async fn remember(tx: &mut Tx, user: UserId, device: Device) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "insert into known_devices (user_id, device_hash, last_seen_at) values ($1, $2, $3)
         on conflict (user_id, device_hash) do update set last_seen_at = excluded.last_seen_at",
        user.uuid(),
        device.hash(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "delete from known_devices where user_id = $1 and device_hash in (
           select device_hash from known_devices where user_id = $1 order by last_seen_at desc, device_hash offset $2)",
        user.uuid(),
        MOST
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Forgets all browsers of an account.
pub(super) async fn forget(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query!("delete from known_devices where user_id = $1", user.uuid()).execute(tx.connection()).await?;
    Ok(())
}

/// Forgets browsers that have not been used for as long as they keep the cookie; returns how many. For the sweeper.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_devices(domain: &Domain) -> Result<u64> {
    let before = (domain.now() - LIFE).to_sqlx();
    in_chunks(|| async {
        let done = sqlx::query!(
            "delete from known_devices where (user_id, device_hash) in (
               select user_id, device_hash from known_devices where last_seen_at < $1 limit $2)",
            before,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    })
    .await
}
