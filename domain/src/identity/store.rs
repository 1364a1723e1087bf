//! Users and credentials in the database.

mod account_versions;

pub(crate) use account_versions::{AccountVersion, versions_of_account};

use super::{memberships::standing, strength::Owner};
use crate::{
    Domain, Error, Result,
    access::{Facts, Permit, ResourceKind, Subject, actions::Write},
    db::Tx,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    identity::{EmailAddress, LatinName, WrittenName},
    ids::UserId,
    locale::{Language, TimeZoneName},
};
use sqlx::PgConnection;
use uuid::Uuid;

impl Subject for UserId {
    const KIND: ResourceKind = ResourceKind::Account;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let found = if lock {
            sqlx::query_scalar!("select id from users where id = $1 and deleted_at is null for update", self.uuid())
                .fetch_optional(tx.connection())
                .await?
        } else {
            sqlx::query_scalar!("select id from users where id = $1 and deleted_at is null", self.uuid())
                .fetch_optional(tx.connection())
                .await?
        };
        if found.is_none() {
            return Ok(None);
        }
        let facts = standing(tx.connection(), self).await?;
        Ok(Some(Facts { user: Some(self), ..facts }))
    }
}

/// What sign-in needs to know about an account.
pub(super) struct Credentials {
    pub(super) user: UserId,
    /// The hash of the password; `None` also for an account whose address nobody has confirmed: no password opens it.
    pub(super) hash: Option<String>,
    pub(super) suspended: bool,
    /// The epoch of the credentials; see [`sessions::insert`](super::sessions::insert).
    pub(super) epoch: i32,
    /// The key of the address, by which attempts are counted.
    pub(super) email_key: String,
    /// For an account that its owner has deleted, and whose address is not free yet.
    pub(super) deletion: Option<Deletion>,
}

/// The deletion of an account.
#[derive(Clone, Copy)]
pub(super) struct Deletion {
    pub(super) id: Uuid,
    /// Until when the account can be brought back.
    pub(super) final_at: Timestamp,
}

/// The credentials of the account with this address, also of one that its owner has deleted a short time ago: its address is not free yet.
pub(super) async fn credentials(connection: &mut PgConnection, email: &EmailAddress) -> Result<Option<Credentials>> {
    let row = sqlx::query!(
        "select u.id as \"id!\", case when u.email_confirmed_at is not null then c.hash end as \"hash?\", u.suspended_at is not null as \"suspended!\",
           u.credential_epoch as \"credential_epoch!\", u.email_key as \"email_key!\", d.id as \"deletion?\", d.final_at as \"final_at?\"
         from users u left join password_credentials c on c.user_id = u.id
           left join account_deletions d on d.user_id = u.id and d.brought_back_at is null and d.finished_at is null
         where u.email_key = $1 and (u.deleted_at is null or d.id is not null)",
        email.key()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Credentials {
        user: row.id.into(),
        hash: row.hash,
        suspended: row.suspended,
        epoch: row.credential_epoch,
        email_key: row.email_key,
        deletion: row.deletion.zip(row.final_at).map(|(id, final_at)| Deletion { id, final_at: final_at.to_jiff() }),
    }))
}

/// What checking a retyped password needs to know about an account.
pub(super) struct OwnCredentials {
    pub(super) email_key: String,
    pub(super) hash: Option<String>,
    /// The epoch of the credentials; see [`Proven::redeem`](super::Proven::redeem).
    pub(super) epoch: i32,
}

pub(super) async fn own_credentials(connection: &mut PgConnection, user: UserId) -> Result<OwnCredentials> {
    let row = sqlx::query!(
        "select u.email_key, u.credential_epoch, c.hash as \"hash?\"
         from users u left join password_credentials c on c.user_id = u.id where u.id = $1",
        user.uuid()
    )
    .fetch_one(connection)
    .await?;
    Ok(OwnCredentials { email_key: row.email_key, hash: row.hash, epoch: row.credential_epoch })
}

/// Whose account it is, for judging a new password.
pub(super) async fn owner(domain: &Domain, user: UserId) -> Result<Owner> {
    let row = sqlx::query!("select display_name, latin_name, email from users where id = $1", user.uuid())
        .fetch_one(domain.pool())
        .await?;
    Ok(Owner { name: row.display_name, latin_name: row.latin_name.unwrap_or_default(), email: row.email })
}

/// Removes the password of a user, if there is one. A trigger begins another epoch of the credentials.
pub(super) async fn remove_password(connection: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from password_credentials where user_id = $1", user.uuid()).execute(connection).await?;
    Ok(())
}

/// When the owner last proved that the account is theirs: by confirming the address or by setting a password.
pub(super) async fn proved_at(connection: &mut PgConnection, user: UserId) -> Result<Option<Timestamp>> {
    let proved_at = sqlx::query_scalar!(
        "select greatest(c.changed_at, u.email_confirmed_at) as proved_at
         from users u left join password_credentials c on c.user_id = u.id where u.id = $1",
        user.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(proved_at.flatten().map(jiff_sqlx::Timestamp::to_jiff))
}

/// The same for the account with this email key.
pub(super) async fn proved_at_by_email(connection: &mut PgConnection, email_key: &str) -> Result<Option<Timestamp>> {
    let user = sqlx::query_scalar!("select id from users where email_key = $1 and deleted_at is null", email_key)
        .fetch_optional(&mut *connection)
        .await?;
    match user {
        Some(user) => proved_at(connection, user.into()).await,
        None => Ok(None),
    }
}

/// A new user.
pub(crate) struct NewUser<'a> {
    pub(crate) id: UserId,
    pub(crate) name: &'a WrittenName,
    pub(crate) email: &'a EmailAddress,
    pub(crate) time_zone: &'a str,
    pub(crate) language: &'a str,
}

/// Inserts a user whose address is confirmed; returns the epoch of their credentials (see [`sessions::insert`](super::sessions::insert)), or `None` when the
/// address already has an account.
pub(crate) async fn insert_user(connection: &mut PgConnection, user: &NewUser<'_>, now: Timestamp) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "insert into users (id, display_name, latin_name, name_search, email, email_key, language, time_zone, created_at, email_confirmed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (email_key) do nothing returning credential_epoch",
        user.id.uuid(),
        user.name.name().as_str(),
        user.name.latin().map(LatinName::as_str),
        user.name.search_key(),
        user.email.as_str(),
        user.email.key(),
        user.language,
        user.time_zone,
        now.to_sqlx()
    )
    .fetch_optional(connection)
    .await?)
}

/// Changes the name of an account, if its version is still the given one.
pub(crate) async fn rename(tx: &mut Tx, permit: &Permit<Write, UserId>, name: &WrittenName, version: i32) -> Result<()> {
    account_versions::keep_first(tx, permit).await?;
    let done = sqlx::query!(
        "update users set display_name = $2, latin_name = $3, name_search = $4, version = version + 1 where id = $1 and version = $5",
        permit.id().uuid(),
        name.name().as_str(),
        name.latin().map(LatinName::as_str),
        name.search_key(),
        version
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { account_versions::keep(tx, permit).await } else { Err(Code::Stale.into()) }
}

/// Changes the time zone and the language of an account, if its version is still the given one.
pub(crate) async fn relocate(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    zone: &TimeZoneName,
    language: &Language,
    version: i32,
) -> Result<()> {
    account_versions::keep_first(tx, permit).await?;
    let done = sqlx::query!(
        "update users set time_zone = $2, language = $3, version = version + 1 where id = $1 and version = $4",
        permit.id().uuid(),
        zone.as_str(),
        language.as_str(),
        version
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { account_versions::keep(tx, permit).await } else { Err(Code::Stale.into()) }
}

/// Sets the password. If there was one, a trigger begins another epoch of the credentials, in which no session is valid.
pub(crate) async fn set_password(connection: &mut PgConnection, user: UserId, hash: &str, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "insert into password_credentials (user_id, hash, changed_at) values ($1, $2, $3)
         on conflict (user_id) do update set hash = excluded.hash, changed_at = excluded.changed_at",
        user.uuid(),
        hash,
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks the email address of an account as confirmed; returns its key.
pub(super) async fn confirm(connection: &mut PgConnection, user: UserId, now: Timestamp) -> Result<String> {
    let email_key = sqlx::query_scalar!(
        "update users set email_confirmed_at = coalesce(email_confirmed_at, $2), version = version + 1
         where id = $1 and deleted_at is null returning email_key",
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    email_key.ok_or_else(|| Error::new(Code::LinkUnknown))
}

/// Stores that somebody has agreed to the terms of use with which they made their account: the version in force at that moment, in their language.
pub(crate) async fn insert_consent(
    connection: &mut PgConnection,
    id: Uuid,
    user: UserId,
    version: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into consents (id, user_id, document, document_version, given_at, version_id)
         values ($1, $2, 'terms', $3, $4, (
           select v.id from document_versions v join users u on u.id = $2
           where v.document = 'terms' and v.counts_from <= ($4::timestamptz at time zone 'UTC')::date
             and v.language in (split_part(u.language, '-', 1), 'en')
           order by v.language = split_part(u.language, '-', 1) desc, v.counts_from desc limit 1))",
        id,
        user.uuid(),
        version,
        now.to_sqlx()
    )
    .execute(connection)
    .await?;
    Ok(())
}
