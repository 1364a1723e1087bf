//! Links that grant something once. The token is derived from the row's id with a key that the database does not have, and only its hash is stored.

use super::strength::Owner;
use crate::{
    Domain, Error, Result,
    db::{Tx, keys},
    vault::{Purpose, sha256},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{errors::Code, ids::UserId, text::machine_form};
use sqlx::PgConnection;
use uuid::Uuid;

/// What a link grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkPurpose {
    ResetPassword,
}

impl LinkPurpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
        }
    }

    /// How long the link is valid.
    const fn life(self) -> SignedDuration {
        match self {
            Self::ResetPassword => SignedDuration::from_hours(1),
        }
    }
}

/// The token of a link that was stored, made again for its mail; `None` when the link is gone.
pub(super) async fn token(domain: &Domain, connection: &mut PgConnection, link: Uuid) -> Result<Option<String>> {
    let stored = sqlx::query_scalar!("select token_hash from links where id = $1", link).fetch_optional(&mut *connection).await?;
    match stored {
        Some(stored) => token_again(domain, connection, link, &stored).await.map(Some),
        None => Ok(None),
    }
}

/// The token of a link that can be followed now, made again for its message.
pub(super) async fn open_token(domain: &Domain, connection: &mut PgConnection, link: Uuid) -> Result<Option<String>> {
    let stored = sqlx::query_scalar!(
        "select token_hash from links where id = $1 and used_at is null and expires_at > $2",
        link,
        domain.now().to_sqlx()
    )
    .fetch_optional(&mut *connection)
    .await?;
    match stored {
        Some(stored) => token_again(domain, connection, link, &stored).await.map(Some),
        None => Ok(None),
    }
}

/// Makes the token of a link, or of a sign-up, again. The stored hash tells which key it was made with.
pub(crate) async fn token_again(domain: &Domain, connection: &mut PgConnection, id: Uuid, stored: &[u8]) -> Result<String> {
    let made = || {
        let digests = domain.vault().digests(Purpose::Links, &[id.as_bytes()]);
        digests.iter().map(written).find(|token| hash(token)[..] == stored[..])
    };
    if let Some(token) = made() {
        return Ok(token);
    }
    // Another process may have made the link with a key that is new.
    keys::learn(connection, domain.vault()).await?;
    made().ok_or_else(|| Error::internal("a link was made with a key that this installation does not have"))
}

/// The token of a new link, or of a new sign-up.
pub(super) fn new_token(domain: &Domain, link: Uuid) -> String {
    written(&domain.vault().digest(Purpose::Links, &[link.as_bytes()]))
}

/// What is stored of a token.
pub(super) fn hash(token: &str) -> [u8; 32] {
    sha256(&[token.as_bytes()])
}

/// What is stored of the token of a new link.
pub(crate) fn new_hash(domain: &Domain, link: Uuid) -> [u8; 32] {
    hash(&new_token(domain, link))
}

/// What is stored of a token that somebody followed or typed, with which its link is found.
pub(crate) fn typed_hash(token: &str) -> [u8; 32] {
    hash(&machine_form(token))
}

/// The first 128 bits, hexadecimal.
fn written(digest: &[u8; 32]) -> String {
    let bytes = *digest.first_chunk::<16>().expect("a digest has 32 bytes");
    Uuid::from_bytes(bytes).simple().to_string()
}

/// Creates a link. Older links of the same purpose stay valid until one is used: anyone can request a link to an address, and this must not
/// invalidate the link that the owner is about to follow.
pub(super) async fn create(tx: &mut Tx, purpose: LinkPurpose, user: UserId) -> Result<Uuid> {
    let now = tx.now();
    let id = tx.new_id::<model::ids::EventId>().uuid();
    let hash = new_hash(tx.domain(), id);
    sqlx::query!(
        "insert into links (id, token_hash, purpose, user_id, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        &hash[..],
        purpose.as_str(),
        user.uuid(),
        now.to_sqlx(),
        (now + purpose.life()).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Redeems a link and invalidates all others of the same purpose. Returns its user.
///
/// # Errors
/// `identity.link_unknown`, `identity.link_expired`, `identity.link_used`.
pub(super) async fn redeem(tx: &mut Tx, purpose: LinkPurpose, token: &str) -> Result<UserId> {
    let hash = typed_hash(token);
    let now: Timestamp = tx.now();
    let row = sqlx::query!(
        "select id, user_id, expires_at, used_at from links where token_hash = $1 and purpose = $2 for update",
        &hash[..],
        purpose.as_str()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::LinkUnknown)?;
    usable(row.used_at.is_some(), row.expires_at.to_jiff(), now)?;
    sqlx::query!("update links set used_at = $2 where id = $1", row.id, now.to_sqlx()).execute(tx.connection()).await?;
    sqlx::query!(
        "update links set expires_at = $3 where user_id = $1 and purpose = $2 and used_at is null and expires_at > $3",
        row.user_id,
        purpose.as_str(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(row.user_id.into())
}

/// Checks whether a link can be redeemed now; it stays unused.
///
/// # Errors
/// Those of [`redeem`].
pub(super) async fn check(domain: &Domain, purpose: LinkPurpose, token: &str) -> Result<()> {
    let hash = typed_hash(token);
    let row =
        sqlx::query!("select expires_at, used_at from links where token_hash = $1 and purpose = $2", &hash[..], purpose.as_str())
            .fetch_optional(domain.pool())
            .await?
            .ok_or(Code::LinkUnknown)?;
    usable(row.used_at.is_some(), row.expires_at.to_jiff(), domain.now())
}

/// Whether a link can be followed now.
pub(super) fn usable(is_used: bool, expires_at: Timestamp, now: Timestamp) -> Result<()> {
    if is_used {
        return Err(Code::LinkUsed.into());
    }
    if expires_at <= now {
        return Err(Code::LinkExpired.into());
    }
    Ok(())
}

/// The email address of the account for which a link can be redeemed now; the link stays unused.
pub(super) async fn address(domain: &Domain, purpose: LinkPurpose, token: &str) -> Result<Option<String>> {
    let hash = typed_hash(token);
    let email = sqlx::query_scalar!(
        "select u.email from links l join users u on u.id = l.user_id and u.deleted_at is null
         where l.token_hash = $1 and l.purpose = $2 and l.used_at is null and l.expires_at > $3",
        &hash[..],
        purpose.as_str(),
        domain.now().to_sqlx()
    )
    .fetch_optional(domain.pool())
    .await?;
    Ok(email)
}

/// Whose link it is, while it can be redeemed; the link stays unused.
pub(super) async fn owner(domain: &Domain, purpose: LinkPurpose, token: &str) -> Result<Option<Owner>> {
    let hash = typed_hash(token);
    let row = sqlx::query!(
        "select u.display_name, u.latin_name, u.email from links l join users u on u.id = l.user_id and u.deleted_at is null
         where l.token_hash = $1 and l.purpose = $2 and l.used_at is null and l.expires_at > $3",
        &hash[..],
        purpose.as_str(),
        domain.now().to_sqlx()
    )
    .fetch_optional(domain.pool())
    .await?;
    Ok(row.map(|row| Owner { name: row.display_name, latin_name: row.latin_name.unwrap_or_default(), email: row.email }))
}
