//! Suspended and restored accounts, and why.

use super::sessions;
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Suspend},
    },
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{SuspensionKind, SuspensionView},
    errors::Code,
    ids::{EventId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// What suspending or restoring an account has done.
pub(crate) struct Changed {
    /// The row that keeps the reason.
    pub(crate) suspension: Uuid,
    /// How many sessions it ended.
    pub(crate) sessions: i64,
}

/// Suspends or restores an account, if its version is still the given one. Suspending ends all its sessions.
pub(crate) async fn change_account(
    tx: &mut Tx,
    permit: &Permit<Suspend, UserId>,
    kind: SuspensionKind,
    reason: &str,
    version: i32,
) -> Result<Changed> {
    set_suspended(tx, permit, kind, version).await?;
    let suspension = insert(tx, permit, kind, reason).await?;
    let sessions = match kind {
        SuspensionKind::Suspended => sessions::revoke_all(tx, permit.id(), None).await?,
        SuspensionKind::Restored => 0,
    };
    Ok(Changed { suspension, sessions })
}

async fn set_suspended(tx: &mut Tx, permit: &Permit<Suspend, UserId>, kind: SuspensionKind, version: i32) -> Result<()> {
    let now = tx.now();
    let at = match kind {
        SuspensionKind::Suspended => Some(now),
        SuspensionKind::Restored => None,
    };
    let done = sqlx::query!(
        "update users set suspended_at = $2, version = version + 1
         where id = $1 and version = $3 and (suspended_at is null) = ($2::timestamptz is not null)",
        permit.id().uuid(),
        at.map(ToSqlx::to_sqlx),
        version
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}

async fn insert(tx: &mut Tx, permit: &Permit<Suspend, UserId>, kind: SuspensionKind, reason: &str) -> Result<Uuid> {
    let (id, now, by) = (tx.new_id::<EventId>().uuid(), tx.now(), tx.access().acting()?.user);
    sqlx::query!(
        "insert into suspensions (id, user_id, kind, reason, decided_by, decided_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        permit.id().uuid(),
        kind.as_str(),
        reason,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// How often an account was suspended and restored, newest first.
pub(crate) async fn suspensions_of(tx: &mut Tx, permit: &Permit<Read, UserId>) -> Result<Vec<SuspensionView>> {
    let rows = sqlx::query!(
        "select s.kind, s.reason, s.decided_at, u.display_name from suspensions s join users u on u.id = s.decided_by
         where s.user_id = $1 order by s.decided_at desc, s.id desc",
        permit.id().uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = kind(&row.kind)?;
            Ok(SuspensionView { kind, reason: row.reason, by: row.display_name, at: row.decided_at.to_jiff() })
        })
        .collect()
}

/// Whether a row says that the account was suspended or restored, and the reason; for the mail to its owner.
pub(crate) async fn reason_of_suspension(connection: &mut PgConnection, suspension: Uuid) -> Result<(SuspensionKind, String)> {
    let row = sqlx::query!("select kind, reason from suspensions where id = $1", suspension).fetch_one(connection).await?;
    Ok((kind(&row.kind)?, row.reason))
}

fn kind(word: &str) -> Result<SuspensionKind> {
    SuspensionKind::parse(word).map_err(|_| Error::internal("an unknown kind of suspension"))
}
