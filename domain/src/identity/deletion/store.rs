//! Deleted accounts in the database.

use super::{DeletedAccount, ListDeletedAccounts};
use crate::{
    Error, Result,
    access::{Facts, Permit, ResourceKind, Subject, actions::Write},
    db::Tx,
    identity::memberships::standing,
    notifications::Recipient,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    identity::DeletedAccountRow,
    ids::{EventId, UserId},
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

impl Subject for DeletedAccount {
    const KIND: ResourceKind = ResourceKind::Account;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            lock_account(tx, self.0).await?;
        }
        let is_open = sqlx::query_scalar!(
            "select exists (select from account_deletions where user_id = $1 and brought_back_at is null and finished_at is null)
               as \"is_open!\"",
            self.0.uuid()
        )
        .fetch_one(tx.connection())
        .await?;
        if !is_open {
            return Ok(None);
        }
        let facts = standing(tx.connection(), self.0).await?;
        Ok(Some(Facts { user: Some(self.0), ..facts }))
    }
}

/// Locks an account, also a deleted one.
pub(super) async fn lock_account(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query_scalar!("select id from users where id = $1 for update", user.uuid()).fetch_optional(tx.connection()).await?;
    Ok(())
}

/// Whether this user is an administrator of the whole organisation. With `lock`, locks the roles of all of them, in the order in which a change of a
/// role locks them.
pub(super) async fn administers(tx: &mut Tx, user: UserId, lock: bool) -> Result<bool> {
    let users = if lock {
        sqlx::query_scalar!(
            "select user_id from memberships where role = 'admin' and clinic_id is null and ended_at is null order by id for update"
        )
        .fetch_all(tx.connection())
        .await?
    } else {
        sqlx::query_scalar!("select user_id from memberships where role = 'admin' and clinic_id is null and ended_at is null")
            .fetch_all(tx.connection())
            .await?
    };
    Ok(users.contains(&user.uuid()))
}

/// Whether somebody else is an administrator of the whole organisation who can sign in.
pub(super) async fn has_other_administrator(tx: &mut Tx, user: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from memberships m join users u on u.id = m.user_id
           where m.role = 'admin' and m.clinic_id is null and m.ended_at is null and u.suspended_at is null and u.deleted_at is null
             and u.id <> $1) as \"has!\"",
        user.uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Deletes the account until it is brought back or final. A trigger begins another epoch of its credentials, in which no session is valid.
pub(super) async fn delete(tx: &mut Tx, permit: &Permit<Write, UserId>, id: Uuid, final_at: Timestamp) -> Result<()> {
    let (user, now) = (permit.id().uuid(), tx.now());
    let done = sqlx::query!(
        "update users set deleted_at = $2, version = version + 1 where id = $1 and deleted_at is null",
        user,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Code::SignInNeeded.into());
    }
    sqlx::query!(
        "insert into account_deletions (id, user_id, deleted_at, final_at) values ($1, $2, $3, $4)",
        id,
        user,
        now.to_sqlx(),
        final_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Brings an account back, if its deletion is not final yet; returns when it was deleted.
pub(super) async fn bring_back(tx: &mut Tx, user: UserId, by: UserId) -> Result<Option<Timestamp>> {
    let now = tx.now();
    let deleted_at = sqlx::query_scalar!(
        "update account_deletions set brought_back_at = $2, brought_back_by = $3
         where user_id = $1 and brought_back_at is null and finished_at is null and final_at > $2 returning deleted_at",
        user.uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(deleted_at) = deleted_at else { return Ok(None) };
    sqlx::query!("update users set deleted_at = null, version = version + 1 where id = $1", user.uuid())
        .execute(tx.connection())
        .await?;
    Ok(Some(deleted_at.to_jiff()))
}

/// Gives up the right of an account that comes back to its own record, if another account has got the record by a merge meanwhile. Through the function that `directory`
/// publishes for this.
pub(super) async fn yield_own_record(tx: &mut Tx, user: UserId) -> Result<i64> {
    let now = tx.now();
    Ok(sqlx::query_scalar!("select yield_own_record($1, $2) as \"yielded!\"", user.uuid(), now.to_sqlx())
        .fetch_one(tx.connection())
        .await?)
}

/// The deletions that are final, and whose accounts still keep their addresses; the oldest first.
pub(super) async fn due(pool: &PgPool, now: Timestamp, most: i64) -> Result<Vec<UserId>> {
    let users = sqlx::query_scalar!(
        "select user_id from account_deletions where final_at <= $1 and brought_back_at is null and finished_at is null
         order by final_at limit $2",
        now.to_sqlx(),
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(users.into_iter().map(UserId::from).collect())
}

/// Frees the address of an account whose deletion is final; `false` when another copy of the server has done it.
pub(super) async fn finish(tx: &mut Tx, user: UserId) -> Result<bool> {
    lock_account(tx, user).await?;
    let now = tx.now();
    let done = sqlx::query!(
        "update account_deletions set finished_at = $2
         where user_id = $1 and final_at <= $2 and brought_back_at is null and finished_at is null",
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "update users set email = '', email_key = 'deleted ' || id, version = version + 1 where id = $1 and deleted_at is not null",
        user.uuid()
    )
    .execute(tx.connection())
    .await?;
    // Those that were unlinked before have the address too.
    sqlx::query!(
        "update foreign_identities set unlinked_at = coalesce(unlinked_at, $2), email = '' where user_id = $1",
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(true)
}

/// Deleted accounts that are not final yet, the newest first.
pub(super) async fn list(
    connection: &mut PgConnection,
    command: ListDeletedAccounts,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<DeletedAccountRow>> {
    let rows = sqlx::query!(
        "select d.id, d.user_id, u.display_name, u.email, d.deleted_at, d.final_at
         from account_deletions d join users u on u.id = d.user_id
         where d.brought_back_at is null and d.finished_at is null and d.final_at > $1 and ($2::uuid is null or d.id < $2)
         order by d.id desc limit $3",
        now.to_sqlx(),
        command.after.map(EventId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DeletedAccountRow {
            id: row.id.into(),
            user: row.user_id.into(),
            name: row.display_name,
            email: row.email,
            deleted_at: row.deleted_at.to_jiff(),
            final_at: row.final_at.to_jiff(),
        })
        .collect())
}

/// The recipient of the mail about a deleted account, which the usual query by user leaves out.
pub(in crate::identity) async fn recipient(connection: &mut PgConnection, user: UserId) -> Result<Recipient> {
    let row = sqlx::query!("select email, display_name, language, time_zone from users where id = $1", user.uuid())
        .fetch_one(connection)
        .await?;
    Ok(Recipient { to: row.email, name: row.display_name, language: row.language, time_zone: row.time_zone })
}

/// When a deletion becomes final.
pub(in crate::identity) async fn final_at(connection: &mut PgConnection, deletion: Uuid) -> Result<Timestamp> {
    let at = sqlx::query_scalar!("select final_at from account_deletions where id = $1", deletion)
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| Error::internal("a mail about a deletion that does not exist"))?;
    Ok(at.to_jiff())
}
