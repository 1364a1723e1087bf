//! Tokens of the REST interface: opaque, random, hashed. The access token lives minutes; the refresh token is used once and replaced; one
//! that comes back revokes its session.

use super::sessions;
use crate::{
    Domain, Result,
    access::{Access, Acting, ResourceKind},
    audit::Audit,
    db::Tx,
    vault::sha256,
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{SessionId, TokenId, UserId},
};
use uuid::Uuid;

/// A pair of tokens, shown once.
#[derive(Clone)]
pub struct TokenPair {
    /// For the `Authorization: Bearer` header.
    pub access_token: String,
    /// For the next pair.
    pub refresh_token: String,
    /// Life of the access token.
    pub expires_in_secs: i64,
}

/// Makes the first pair of a session.
///
/// # Errors
/// `database.unavailable`.
pub async fn issue_tokens(domain: &Domain, access: &Access, user: UserId, session: SessionId) -> Result<TokenPair> {
    let mut tx = domain.begin("identity.issue_tokens", access).await?;
    let pair = insert_pair(&mut tx, session).await?;
    tx.commit(Audit::of("identity.tokens_issued").on(ResourceKind::Account, user).with_id("session", session)).await?;
    Ok(pair)
}

/// Exchanges a refresh token for a new pair.
///
/// # Errors
/// `identity.bad_credentials` when it is unknown or too old; `identity.token_reused` when it was used before: the session is then revoked, since
/// one of the two holders stole it.
pub async fn refresh_tokens(domain: &Domain, access: &Access, token: &str) -> Result<TokenPair> {
    let mut tx = domain.begin("identity.refresh_tokens", access).await?;
    let now = tx.now();
    let hash = hash(token);
    let row = sqlx::query!(
        "select t.id, t.session_id, t.used_at, t.expires_at, s.user_id from api_tokens t join sessions s on s.id = t.session_id
         where t.token_hash = $1 and t.kind = 'refresh' and s.revoked_at is null for update of t",
        &hash[..]
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::BadCredentials)?;
    let (user, session) = (UserId::from(row.user_id), SessionId::from(row.session_id));
    if row.used_at.is_some() {
        sqlx::query!("update sessions set revoked_at = $2 where id = $1", session.uuid(), now.to_sqlx())
            .execute(tx.connection())
            .await?;
        tx.emit(crate::outbox::Event::SessionRevoked { user, session }).await?;
        tx.commit(Audit::of("identity.token_reused").on(ResourceKind::Account, user).with_id("session", session)).await?;
        return Err(Code::TokenReused.into());
    }
    if row.expires_at.to_jiff() <= now || !sessions::holds(domain, tx.connection(), session).await? {
        return Err(Code::BadCredentials.into());
    }
    sqlx::query!("update api_tokens set used_at = $2 where id = $1", row.id, now.to_sqlx()).execute(tx.connection()).await?;
    let pair = insert_pair(&mut tx, session).await?;
    tx.commit(Audit::of("identity.tokens_refreshed").on(ResourceKind::Account, user).with_id("session", session)).await?;
    Ok(pair)
}

/// Turns an access token into who acts; `None` when it is unknown, over or revoked.
///
/// # Errors
/// `database.unavailable`.
pub async fn resolve_access_token(domain: &Domain, token: &str) -> Result<Option<Acting>> {
    let hash = hash(token);
    let session = sqlx::query_scalar!(
        "select session_id from api_tokens where token_hash = $1 and kind = 'access' and expires_at > $2",
        &hash[..],
        domain.now().to_sqlx()
    )
    .fetch_optional(domain.pool())
    .await?;
    match session {
        Some(session) => sessions::resolve_session(domain, session.into()).await,
        None => Ok(None),
    }
}

async fn insert_pair(tx: &mut Tx, session: SessionId) -> Result<TokenPair> {
    let access_minutes = tx.domain().settings().access_token_minutes;
    let refresh_days = tx.domain().settings().refresh_token_days;
    let access_token = insert(tx, session, "access", SignedDuration::from_mins(access_minutes)).await?;
    let refresh_token = insert(tx, session, "refresh", SignedDuration::from_hours(24 * refresh_days)).await?;
    Ok(TokenPair { access_token, refresh_token, expires_in_secs: access_minutes * 60 })
}

async fn insert(tx: &mut Tx, session: SessionId, kind: &'static str, life: SignedDuration) -> Result<String> {
    let mut bytes = [0; 32];
    tx.domain().randomness().fill(&mut bytes);
    let token =
        bytes.chunks(16).map(|half| Uuid::from_slice(half).map(|id| id.simple().to_string())).collect::<Result<String, _>>();
    let token = format!("bedside_{kind}_{}", token.map_err(crate::Error::internal)?);
    let (id, now): (TokenId, Timestamp) = (tx.new_id(), tx.now());
    let hash = hash(&token);
    sqlx::query!(
        "insert into api_tokens (id, session_id, kind, token_hash, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        session.uuid(),
        kind,
        &hash[..],
        now.to_sqlx(),
        (now + life).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(token)
}

fn hash(token: &str) -> [u8; 32] {
    sha256(&[token.as_bytes()])
}
