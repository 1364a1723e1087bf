//! Personal tokens: what users do with their own.

use super::{PERSONAL, new_secret, store};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
    identity::{
        notices::Event,
        proof::{Proof, prove},
        sessions,
    },
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    identity::{TokenView, token_days, token_name},
    ids::SessionId,
    scopes::ApiScope,
};
use std::fmt;

/// The most personal tokens of one user.
const MOST_TOKENS: i64 = 50;

/// A new personal token. The texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct MakeToken {
    /// What the user calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// For how many days it works.
    pub days: String,
    /// What proves that it is the user.
    pub proof: Proof,
}

/// A token that was just made.
#[derive(Clone)]
pub struct MadeToken {
    /// What its owner sees of it from now on.
    pub view: TokenView,
    /// The secret. It cannot be shown again.
    pub token: String,
}

/// Keeps the secret out of logs.
impl fmt::Debug for MadeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadeToken").field("id", &self.view.id).finish_non_exhaustive()
    }
}

/// Makes a personal token, which acts as its user in the role of this session, and mails the user.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `scopes` and `days`; `identity.password_wrong`; `identity.too_many_tokens`; `access.sign_in_needed`.
pub async fn make_token(domain: &Domain, access: &Access, command: MakeToken) -> Result<MadeToken> {
    let acting = access.acting()?.clone();
    let mut faults = Faults::default();
    let name = faults.take("name", token_name(&command.name));
    let scopes = faults.take("scopes", ApiScope::parse_all(command.scopes.iter().map(String::as_str)));
    let days = faults.take("days", token_days(&command.days));
    faults.check()?;
    let (name, scopes, days) = (name.unwrap_or_default(), scopes.unwrap_or_default(), days.unwrap_or_default());
    let proven = prove(domain, access, &command.proof).await?;
    let mut tx = domain.begin("identity.make_token", access).await?;
    let permit = tx.permit(Write, acting.user).await?;
    proven.redeem(&mut tx).await?;
    if store::count(&mut tx, &permit).await? >= MOST_TOKENS {
        return Err(Code::TooManyTokens.into());
    }
    let token = new_secret(domain, PERSONAL);
    let (created_at, expires_at) = (tx.now(), tx.now() + SignedDuration::from_hours(24 * i64::from(days)));
    let view = TokenView { id: tx.new_id(), name, scopes, created_at, expires_at, used_at: None, used_from: None };
    store::insert(&mut tx, &permit, acting.session, &view, &token).await?;
    tx.emit(Event::TokenMade { user: acting.user, session: view.id }).await?;
    let entry = Audit::of(AuditAction::IdentityTokenMade).on(ResourceKind::Account, acting.user).with_id("token", view.id);
    let entry = view.scopes.iter().fold(entry, |entry, scope| entry.with(scope.as_str(), "granted"));
    tx.commit(entry.with("expires_at", expires_at)).await?;
    Ok(MadeToken { view, token })
}

/// The caller's personal tokens that work, newest first.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn list_tokens(domain: &Domain, access: &Access) -> Result<Vec<TokenView>> {
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("identity.list_tokens", access).await?;
    let permit = tx.permit(Read, user).await?;
    let tokens = store::list(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(tokens)
}

/// Ends one of the caller's personal tokens.
///
/// # Errors
/// `not_found` when it is not the caller's or has ended; `access.sign_in_needed`.
pub async fn end_token(domain: &Domain, access: &Access, id: SessionId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("identity.end_token", access).await?;
    let permit = tx.permit(Write, user).await?;
    store::end(&mut tx, &permit, id).await?;
    sessions::announce_end(&mut tx, user, id).await?;
    tx.commit(Audit::of(AuditAction::IdentityTokenEnded).on(ResourceKind::Account, user).with_id("token", id)).await
}
