//! Signing in with email address and password.

use super::{
    attempts::may_sign_in,
    sessions::{self, SessionKind},
    store,
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
};
use model::{
    errors::Code,
    identity::EmailAddress,
    ids::{SessionId, UserId},
};

/// The sign-in form.
#[derive(Clone)]
pub struct SignIn {
    /// Email address.
    pub email: String,
    /// Password.
    pub password: String,
    /// The kind of client that the session is for.
    pub kind: SessionKind,
}

/// A new session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedIn {
    /// The user.
    pub user: UserId,
    /// The session, for the cookie or the tokens.
    pub session: SessionId,
}

/// Checks the password and begins a session.
///
/// # Errors
/// `request.rate_limited` after too many failures; `identity.bad_credentials` if the address or the password is wrong; `identity.email_unconfirmed`
/// and `identity.suspended`, both only when the password is right.
pub async fn sign_in(domain: &Domain, access: &Access, command: SignIn) -> Result<SignedIn> {
    let email = EmailAddress::parse(&command.email).ok();
    let account = email.as_ref().map_or("", EmailAddress::key);
    may_sign_in(domain, account, access.address).await?;
    let mut connection = domain.pool().acquire().await?;
    let found = match &email {
        Some(email) => store::credentials(&mut connection, email).await?,
        None => None,
    };
    drop(connection);
    let hash = found.as_ref().and_then(|found| found.hash.clone());
    let right = domain.hasher().verify(&command.password, hash).await?;
    domain.attempts().settle(domain.settings(), domain.now(), account, access.address, right && found.is_some())?;
    let found = found.filter(|_| right).ok_or_else(|| Error::new(Code::BadCredentials))?;
    if found.suspended {
        return Err(Code::Suspended.into());
    }
    if !found.confirmed {
        return Err(Code::EmailUnconfirmed.into());
    }
    let mut tx = domain.begin("identity.sign_in", access).await?;
    let session = sessions::insert(&mut tx, found.user, command.kind).await?;
    tx.commit(
        Audit::of(AuditAction::IdentitySignedIn).by(found.user).on(ResourceKind::Account, found.user).with_id("session", session),
    )
    .await?;
    domain.attempts().prove(account, found.user, access.address);
    Ok(SignedIn { user: found.user, session })
}
