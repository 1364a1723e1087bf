//! Passkeys in the database.

use super::super::store::{opened, sealed};
use crate::{Error, Result, db::Tx, vault::Column};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    identity::PasskeyName,
    ids::{PasskeyId, UserId},
};
use sqlx::PgConnection;
use webauthn_rs::prelude::Passkey;

/// How often the owner of a passkey is told that there may be a copy of it.
const TELL_AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// A passkey that answers, and the state of its account.
pub(in crate::identity::second_factor) struct Found {
    pub(in crate::identity::second_factor) id: PasskeyId,
    pub(super) credential: Passkey,
    pub(super) is_confirmed: bool,
    pub(super) is_suspended: bool,
    /// Whether its owner has deleted it.
    pub(super) is_deleted: bool,
    /// The epoch of the credentials of the account.
    pub(super) epoch: i32,
    pub(super) email_key: String,
}

/// The passkey of this account that the browser names so, also that of an account which its owner has deleted and which can be brought back.
pub(super) async fn find(tx: &mut Tx, user: UserId, credential_id: &[u8]) -> Result<Option<Found>> {
    let now = tx.now();
    let row = sqlx::query!(
        "select p.id as \"id!\", p.credential_cipher as \"credential_cipher!\", u.email_confirmed_at is not null as \"confirmed!\",
           u.suspended_at is not null as \"suspended!\", u.credential_epoch as \"credential_epoch!\", u.email_key as \"email_key!\",
           u.deleted_at is not null as \"deleted!\"
         from passkeys p join users u on u.id = p.user_id
           left join account_deletions d on d.user_id = u.id and d.brought_back_at is null and d.finished_at is null
         where p.user_id = $1 and p.credential_id = $2 and (u.deleted_at is null or d.final_at > $3)",
        user.uuid(),
        credential_id,
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let plain = opened(tx, Column::Passkey, user, &row.credential_cipher).await?;
    Ok(Some(Found {
        id: row.id.into(),
        credential: serde_json::from_slice(&plain).map_err(Error::internal)?,
        is_confirmed: row.confirmed,
        is_suspended: row.suspended,
        is_deleted: row.deleted,
        epoch: row.credential_epoch,
        email_key: row.email_key,
    }))
}

/// Keeps a new passkey.
///
/// # Errors
/// `identity.passkey_exists`.
pub(super) async fn insert(tx: &mut Tx, user: UserId, credential: &Passkey, name: &PasskeyName) -> Result<PasskeyId> {
    let plain = serde_json::to_vec(credential).map_err(Error::internal)?;
    let (id, cipher, now) = (tx.new_id::<PasskeyId>(), sealed(tx, Column::Passkey, user, &plain), tx.now());
    sqlx::query!(
        "insert into passkeys (id, user_id, credential_id, credential_cipher, name, created_at) values ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        user.uuid(),
        credential.cred_id().as_slice(),
        cipher,
        name.as_str(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("passkeys_credential_id_key", Code::PasskeyExists)]))?;
    Ok(id)
}

/// Keeps the counter with which a passkey has answered, and when.
pub(super) async fn answered(tx: &mut Tx, user: UserId, id: PasskeyId, credential: &Passkey) -> Result<()> {
    let plain = serde_json::to_vec(credential).map_err(Error::internal)?;
    let (cipher, now) = (sealed(tx, Column::Passkey, user, &plain), tx.now());
    sqlx::query!("update passkeys set credential_cipher = $2, last_used_at = $3 where id = $1", id.uuid(), cipher, now.to_sqlx())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Notes that there may be a copy of a passkey; returns whether its owner is to be told.
pub(super) async fn copy_noticed(tx: &mut Tx, id: PasskeyId) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update passkeys set copy_noticed_at = $2 where id = $1 and (copy_noticed_at is null or copy_noticed_at < $3)",
        id.uuid(),
        now.to_sqlx(),
        (now - TELL_AGAIN).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How the browser names the passkeys of an account.
pub(super) async fn credential_ids(connection: &mut PgConnection, user: UserId) -> Result<Vec<Vec<u8>>> {
    Ok(sqlx::query_scalar!("select credential_id from passkeys where user_id = $1", user.uuid()).fetch_all(connection).await?)
}

/// How many passkeys an account has.
pub(in crate::identity::second_factor) async fn count(connection: &mut PgConnection, user: UserId) -> Result<i64> {
    Ok(sqlx::query_scalar!("select count(*) as \"count!\" from passkeys where user_id = $1", user.uuid())
        .fetch_one(connection)
        .await?)
}

/// A passkey in the list.
pub(super) struct Listed {
    pub(super) id: PasskeyId,
    pub(super) name: String,
    pub(super) version: i32,
    pub(super) created_at: Timestamp,
    pub(super) last_used_at: Option<Timestamp>,
}

/// The passkeys of an account, oldest first.
pub(super) async fn list(connection: &mut PgConnection, user: UserId) -> Result<Vec<Listed>> {
    let rows = sqlx::query!(
        "select id, name, version, created_at, last_used_at from passkeys where user_id = $1 order by created_at, id",
        user.uuid()
    )
    .fetch_all(connection)
    .await?;
    let listed = rows.into_iter().map(|row| Listed {
        id: row.id.into(),
        name: row.name,
        version: row.version,
        created_at: row.created_at.to_jiff(),
        last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(listed.collect())
}

/// Whether the account has this passkey.
pub(super) async fn exists(connection: &mut PgConnection, user: UserId, id: PasskeyId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from passkeys where id = $1 and user_id = $2) as \"exists!\"",
        id.uuid(),
        user.uuid()
    )
    .fetch_one(connection)
    .await?)
}

/// Renames a passkey of this version; `false` when the account has none.
pub(super) async fn rename(tx: &mut Tx, user: UserId, id: PasskeyId, name: &PasskeyName, version: i32) -> Result<bool> {
    let done = sqlx::query!(
        "update passkeys set name = $3, version = version + 1 where id = $1 and user_id = $2 and version = $4",
        id.uuid(),
        user.uuid(),
        name.as_str(),
        version
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes a passkey; `false` when the account has no such one.
pub(super) async fn remove(tx: &mut Tx, user: UserId, id: PasskeyId) -> Result<bool> {
    let done = sqlx::query!("delete from passkeys where id = $1 and user_id = $2", id.uuid(), user.uuid())
        .execute(tx.connection())
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes all passkeys of an account.
pub(in crate::identity) async fn remove_all(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query!("delete from passkeys where user_id = $1", user.uuid()).execute(tx.connection()).await?;
    Ok(())
}

/// The email address and the name of an account, by which the device shows the passkey.
pub(super) async fn shown_as(connection: &mut PgConnection, user: UserId) -> Result<(String, String)> {
    let row = sqlx::query!("select email, display_name from users where id = $1", user.uuid()).fetch_one(connection).await?;
    Ok((row.email, row.display_name))
}
