//! Tokens of the REST API: opaque, stored as hashes. The access token lives for minutes; the refresh token is used once and replaced by a new pair.
//!
//! A refresh token that is used again within [`Settings::refresh_grace_secs`](crate::settings::Settings::refresh_grace_secs) returns the same pair
//! again, so that parallel requests and lost answers do no harm. A use after that, or after its successor was used, means that somebody stole it,
//! and the session ends (RFC 9700 §4.14.2, ADR 13).

use super::sessions;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    db::{Tx, keys},
    vault::{Purpose, equal_in_constant_time, sha256},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{AppId, SessionId, TokenId, UserId},
};

/// A pair of tokens.
#[derive(Clone)]
pub struct TokenPair {
    /// For the `Authorization: Bearer` header.
    pub access_token: String,
    /// To be exchanged for the next pair.
    pub refresh_token: String,
    /// Lifetime of the access token.
    pub expires_in_secs: i64,
}

/// Issues the first token pair of a session.
///
/// # Errors
/// `database.unavailable`.
pub async fn issue_tokens(domain: &Domain, access: &Access, user: UserId, session: SessionId) -> Result<TokenPair> {
    let mut tx = domain.begin("identity.issue_tokens", access).await?;
    let pair = insert_pair(&mut tx, session, None).await?;
    tx.commit(Audit::of(AuditAction::IdentityTokensIssued).on(ResourceKind::Account, user).with_id("session", session)).await?;
    Ok(pair)
}

/// Exchanges a refresh token for a new pair. A repeat within the grace period gets the same pair; the access token has then already used up a part
/// of its lifetime.
///
/// # Errors
/// `identity.bad_credentials` when the token is unknown or expired; `identity.token_reused` when it was used longer ago than the grace period, or
/// its successor was used: the session is then revoked, because one of the two holders stole it.
pub async fn refresh_tokens(domain: &Domain, access: &Access, token: &str) -> Result<TokenPair> {
    refresh(domain, access, token, None).await
}

/// The same for the session of an app, which only this app refreshes; or, without one, for that of a sign-in.
pub(super) async fn refresh(domain: &Domain, access: &Access, token: &str, app: Option<AppId>) -> Result<TokenPair> {
    let mut tx = domain.begin("identity.refresh_tokens", access).await?;
    let now = tx.now();
    let hash = hash(token);
    // Parallel requests with the same token wait here for each other; all except the first find the token used.
    let row = sqlx::query!(
        "select t.id, t.session_id, t.used_at, t.expires_at, s.user_id from api_tokens t join sessions s on s.id = t.session_id
         where t.token_hash = $1 and t.kind = 'refresh' and s.revoked_at is null
           and s.app_id is not distinct from $2 for update of t",
        &hash[..],
        app.map(AppId::uuid)
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::BadCredentials)?;
    let (user, session) = (UserId::from(row.user_id), SessionId::from(row.session_id));
    let entry = |action| Audit::of(action).on(ResourceKind::Account, user).with_id("session", session);

    let earlier = match row.used_at.map(jiff_sqlx::Timestamp::to_jiff) {
        None => None,
        Some(used_at) => match repeated_pair(&mut tx, row.id.into(), token, used_at).await? {
            Some(pair) => Some(pair),
            None => {
                sqlx::query!("update sessions set revoked_at = $2 where id = $1", session.uuid(), now.to_sqlx())
                    .execute(tx.connection())
                    .await?;
                sessions::announce_end(&mut tx, user, session).await?;
                tx.commit(entry(AuditAction::IdentityTokenReused)).await?;
                return Err(Code::TokenReused.into());
            }
        },
    };
    if row.expires_at.to_jiff() <= now || !sessions::holds(domain, tx.connection(), session).await? {
        return Err(Code::BadCredentials.into());
    }
    if let Some(pair) = earlier {
        tx.commit(entry(AuditAction::IdentityTokensRefreshed).with("answer", "repeated")).await?;
        return Ok(pair);
    }
    sqlx::query!("update api_tokens set used_at = $2 where id = $1", row.id, now.to_sqlx()).execute(tx.connection()).await?;
    let pair = insert_pair(&mut tx, session, Some(Predecessor { id: row.id.into(), token })).await?;
    tx.commit(entry(AuditAction::IdentityTokensRefreshed)).await?;
    Ok(pair)
}

/// The pair that a used refresh token was exchanged for; `None` when the grace period is over or the successor was used.
async fn repeated_pair(tx: &mut Tx, id: TokenId, token: &str, used_at: Timestamp) -> Result<Option<TokenPair>> {
    let settings = tx.domain().settings();
    let (grace, access_minutes) = (SignedDuration::from_secs(settings.refresh_grace_secs), settings.access_token_minutes);
    if tx.now() > used_at + grace {
        return Ok(None);
    }
    let rows = sqlx::query!("select id, kind, token_hash, used_at from api_tokens where predecessor_id = $1", id.uuid())
        .fetch_all(tx.connection())
        .await?;
    let domain = tx.domain().clone();
    let made = |kind| {
        let row = rows.iter().find(|row| row.kind == kind && row.used_at.is_none())?;
        // The stored hash tells which key the token was made with.
        let digests = domain.vault().digests(Purpose::ApiTokens, &parts(kind, row.id.as_bytes(), token));
        digests.iter().map(|digest| written(kind, digest)).find(|made| equal_in_constant_time(&hash(made), &row.token_hash))
    };
    let both = || made("access").zip(made("refresh"));
    let mut pair = both();
    if pair.is_none() {
        // Another process may have made them with a key that is new.
        keys::learn(tx.connection(), domain.vault()).await?;
        pair = both();
    }
    Ok(pair.map(|(access_token, refresh_token)| TokenPair { access_token, refresh_token, expires_in_secs: access_minutes * 60 }))
}

/// The refresh token that a new pair is derived from.
#[derive(Clone, Copy)]
pub(super) struct Predecessor<'a> {
    id: TokenId,
    token: &'a str,
}

pub(super) async fn insert_pair(tx: &mut Tx, session: SessionId, from: Option<Predecessor<'_>>) -> Result<TokenPair> {
    let access_minutes = tx.domain().settings().access_token_minutes;
    let refresh_days = tx.domain().settings().refresh_token_days;
    let access_token = insert(tx, session, "access", SignedDuration::from_mins(access_minutes), from).await?;
    let refresh_token = insert(tx, session, "refresh", SignedDuration::from_hours(24 * refresh_days), from).await?;
    Ok(TokenPair { access_token, refresh_token, expires_in_secs: access_minutes * 60 })
}

async fn insert(
    tx: &mut Tx,
    session: SessionId,
    kind: &'static str,
    life: SignedDuration,
    from: Option<Predecessor<'_>>,
) -> Result<String> {
    let (id, now): (TokenId, Timestamp) = (tx.new_id(), tx.now());
    let token = match from {
        Some(from) => derived(tx.domain(), kind, id, from.token),
        None => random(tx.domain(), kind),
    };
    let hash = hash(&token);
    sqlx::query!(
        "insert into api_tokens (id, session_id, kind, token_hash, created_at, expires_at, predecessor_id)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id.uuid(),
        session.uuid(),
        kind,
        &hash[..],
        now.to_sqlx(),
        (now + life).to_sqlx(),
        from.map(|from| from.id.uuid())
    )
    .execute(tx.connection())
    .await?;
    Ok(token)
}

fn random(domain: &Domain, kind: &str) -> String {
    let mut bytes = [0; 32];
    domain.randomness().fill(&mut bytes);
    written(kind, &bytes)
}

/// A token that the server can derive again for a repeat. This takes three things that are not stored together: a key of the installation, the row's id from
/// the database, and the refresh token, of which the database has only the hash.
fn derived(domain: &Domain, kind: &str, id: TokenId, refresh_token: &str) -> String {
    written(kind, &domain.vault().digest(Purpose::ApiTokens, &parts(kind, id.uuid().as_bytes(), refresh_token)))
}

const fn parts<'a>(kind: &'a str, id: &'a [u8; 16], refresh_token: &'a str) -> [&'a [u8]; 3] {
    [kind.as_bytes(), id, refresh_token.as_bytes()]
}

fn written(kind: &str, bytes: &[u8; 32]) -> String {
    format!("bedside_{kind}_{}", hex::encode(bytes))
}

pub(super) fn hash(token: &str) -> [u8; 32] {
    sha256(&[token.as_bytes()])
}
