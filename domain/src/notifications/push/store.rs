//! The rows of `push_subscriptions`.

use super::super::bell::Seen;
use crate::{Result, db::Tx};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{NoticeId, PushId, SessionId, UserId},
    notices::PushBrowser,
};
use sqlx::PgConnection;

/// The most browsers of one user; those that were added longest ago make room.
const MOST: i64 = 20;

/// A browser to add.
pub(super) struct NewRow<'a> {
    pub(super) id: PushId,
    pub(super) user: UserId,
    pub(super) session: SessionId,
    pub(super) endpoint_hash: &'a [u8],
    pub(super) address_cipher: &'a [u8],
    pub(super) signer: &'a [u8],
    pub(super) user_agent: Option<&'a str>,
}

/// A message that waits, and the browser that takes it.
pub(super) struct WaitingRow {
    pub(super) endpoint_hash: Vec<u8>,
    pub(super) address_cipher: Vec<u8>,
    pub(super) signer: Vec<u8>,
    pub(super) kind: String,
    pub(super) starts_at: Option<Timestamp>,
    pub(super) told_at: Timestamp,
    pub(super) language: String,
}

/// Adds a browser, or gives one that is known to this user and session; returns its id.
pub(super) async fn insert(tx: &mut Tx, row: NewRow<'_>) -> Result<PushId> {
    let NewRow { id, user, session, endpoint_hash, address_cipher, signer, user_agent } = row;
    let now = tx.now();
    let id = sqlx::query_scalar!(
        "insert into push_subscriptions (id, user_id, session_id, endpoint_hash, address_cipher, signer, user_agent, added_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (endpoint_hash) do update set user_id = excluded.user_id, session_id = excluded.session_id,
           address_cipher = excluded.address_cipher, signer = excluded.signer, user_agent = excluded.user_agent, added_at = excluded.added_at
         returning id",
        id.uuid(),
        user.uuid(),
        session.uuid(),
        endpoint_hash,
        address_cipher,
        signer,
        user_agent,
        now.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    sqlx::query!(
        "delete from push_subscriptions where id in (
           select id from push_subscriptions where user_id = $1 order by added_at desc, id desc offset $2)",
        user.uuid(),
        MOST
    )
    .execute(tx.connection())
    .await?;
    Ok(id.into())
}

/// The browsers of a user in which they are still signed in, the oldest first.
pub(super) async fn of_user(
    connection: &mut PgConnection,
    user: UserId,
    session: SessionId,
    now: Timestamp,
) -> Result<Vec<PushBrowser>> {
    let rows = sqlx::query!(
        "select p.id, p.session_id, p.user_agent, p.added_at
         from push_subscriptions p join live_session s on s.session_id = p.session_id and s.user_id = p.user_id
         where p.user_id = $1 and s.expires_at > $2 order by p.added_at, p.id",
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let browsers = rows.into_iter().map(|row| PushBrowser {
        id: row.id.into(),
        user_agent: row.user_agent,
        added_at: row.added_at.to_jiff(),
        current: SessionId::from(row.session_id) == session,
    });
    Ok(browsers.collect())
}

/// Removes a browser of a user; whether there was one.
pub(super) async fn delete(tx: &mut Tx, user: UserId, id: PushId) -> Result<bool> {
    let done = sqlx::query!("delete from push_subscriptions where id = $1 and user_id = $2", id.uuid(), user.uuid())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes a browser that takes no more messages.
pub(super) async fn forget(connection: &mut PgConnection, id: PushId) -> Result<()> {
    sqlx::query!("delete from push_subscriptions where id = $1", id.uuid()).execute(connection).await?;
    Ok(())
}

/// A message about a notice to a browser; `None` when the notice was read, its reader may no longer see it, or is not signed in there any more.
pub(super) async fn waiting(
    connection: &mut PgConnection,
    id: PushId,
    notice: NoticeId,
    seen: &Seen,
    now: Timestamp,
) -> Result<Option<WaitingRow>> {
    let row = sqlx::query!(
        "select p.endpoint_hash as \"endpoint_hash!\", p.address_cipher as \"address_cipher!\", p.signer as \"signer!\", n.kind as \"kind!\",
           n.starts_at as \"starts_at?\", n.created_at as \"created_at!\", a.language as \"language!\"
         from push_subscriptions p
           join live_session s on s.session_id = p.session_id and s.user_id = p.user_id and s.expires_at > $3
           join account a on a.user_id = p.user_id
           join notices n on n.id = $2 and n.user_id = p.user_id and n.read_at is null
         where p.id = $1
           and exists (select from notice_shown(n.user_id, n.kind, n.patient_id, $3, $4, $5, $6))",
        id.uuid(),
        notice.uuid(),
        now.to_sqlx(),
        seen.kept.to_sqlx(),
        seen.teen.to_sqlx(),
        seen.of_age.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| WaitingRow {
        endpoint_hash: row.endpoint_hash,
        address_cipher: row.address_cipher,
        signer: row.signer,
        kind: row.kind,
        starts_at: row.starts_at.map(jiff_sqlx::Timestamp::to_jiff),
        told_at: row.created_at.to_jiff(),
        language: row.language,
    }))
}
