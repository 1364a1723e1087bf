//! What an app gets for a code, a refresh token, and giving a token back.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    identity::{
        api_tokens::{self, TokenPair},
        notices::Event,
    },
    vault::{equal_in_constant_time, sha256},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use model::{errors::Code, ids::AppId, scopes::ApiScope};
use std::fmt;

/// The app that asks, as it names itself.
#[derive(Clone, Default)]
pub struct Client {
    /// Its `client_id`.
    pub id: String,
    /// Its secret, if it sent one.
    pub secret: Option<String>,
}

/// Keeps the secret out of logs.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A code, with what proves that the app may exchange it.
#[derive(Clone)]
pub struct ExchangeCode {
    /// The code.
    pub code: String,
    /// The address that it was sent to.
    pub redirect_uri: String,
    /// The text whose SHA-256 is the challenge.
    pub code_verifier: String,
}

/// Keeps the code out of logs.
impl fmt::Debug for ExchangeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExchangeCode")
    }
}

/// The tokens of an app.
#[derive(Clone)]
pub struct AppTokens {
    /// The pair.
    pub pair: TokenPair,
    /// What they may do.
    pub scopes: Vec<ApiScope>,
}

/// The app, if it is the one that it says.
async fn proven(domain: &Domain, client: &Client) -> Result<AppId> {
    let id: AppId = client.id.parse().map_err(|_| Code::AppUnproven)?;
    let mut connection = domain.pool().acquire().await?;
    let app = store::app(&mut connection, id).await?.ok_or(Code::AppUnproven)?;
    let is_right = match (&app.secret_hash, &client.secret) {
        (Some(hash), Some(secret)) => equal_in_constant_time(&api_tokens::hash(secret), hash),
        (Some(_), None) => false,
        (None, secret) => secret.as_deref().is_none_or(str::is_empty),
    };
    if is_right { Ok(id) } else { Err(Code::AppUnproven.into()) }
}

/// Exchanges a code for the first tokens of a connection, of which the person gets a mail.
///
/// # Errors
/// `identity.app_unproven`; `identity.grant_invalid` when the code is unknown, used, expired, of another app or address, or the verifier is not that of its
/// challenge, or the person's session or account has ended meanwhile. A second use also ends what the first one has made.
pub async fn exchange_code(domain: &Domain, access: &Access, client: &Client, command: ExchangeCode) -> Result<AppTokens> {
    let app = proven(domain, client).await?;
    let mut tx = domain.begin("identity.exchange_code", access).await?;
    let now = tx.now();
    let code = store::code(tx.connection(), &api_tokens::hash(&command.code)).await?.ok_or(Code::GrantInvalid)?;
    if code.app != app {
        return Err(Code::GrantInvalid.into());
    }
    let entry = |action| Audit::of(action).by(code.user).on(ResourceKind::Account, code.user).with_id("app", app);
    if code.is_used {
        if let Some(session) = code.session {
            store::end_session(&mut tx, code.user, session).await?;
        }
        tx.commit(entry(AuditAction::IdentityTokenReused)).await?;
        return Err(Code::GrantInvalid.into());
    }
    let challenge = URL_SAFE_NO_PAD.encode(sha256(&[command.code_verifier.as_bytes()]));
    let is_verified = equal_in_constant_time(challenge.as_bytes(), code.challenge.as_bytes());
    if code.expires_at <= now || code.redirect != command.redirect_uri || !is_verified {
        return Err(Code::GrantInvalid.into());
    }
    let life = SignedDuration::from_hours(24 * domain.settings().refresh_token_days);
    let session = store::begin_session(&mut tx, &code, now + life).await?.ok_or(Code::GrantInvalid)?;
    let pair = api_tokens::insert_pair(&mut tx, session, None).await?;
    tx.emit(Event::AppConnected { user: code.user, session }).await?;
    tx.commit(entry(AuditAction::IdentityAppConnected).with_id("session", session)).await?;
    Ok(AppTokens { pair, scopes: code.scopes })
}

/// Exchanges a refresh token of an app for a new pair.
///
/// # Errors
/// `identity.app_unproven`; those of [`refresh_tokens`](crate::identity::refresh_tokens), also for the token of another app.
pub async fn refresh_app_tokens(domain: &Domain, access: &Access, client: &Client, token: &str) -> Result<TokenPair> {
    let app = proven(domain, client).await?;
    api_tokens::refresh(domain, access, token, Some(app)).await
}

/// Ends the connection to which a token belongs (RFC 7009). An unknown token, or one of another app, is none of the app's and changes nothing.
///
/// # Errors
/// `identity.app_unproven`.
pub async fn revoke_app_token(domain: &Domain, access: &Access, client: &Client, token: &str) -> Result<()> {
    let app = proven(domain, client).await?;
    let mut tx = domain.begin("identity.revoke_app_token", access).await?;
    let Some((user, session)) = store::session_of(tx.connection(), app, &api_tokens::hash(token)).await? else {
        return tx.close().await;
    };
    store::end_session(&mut tx, user, session).await?;
    let entry = Audit::of(AuditAction::IdentityAppDisconnected).by(user).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("app", app).with_id("session", session)).await
}
