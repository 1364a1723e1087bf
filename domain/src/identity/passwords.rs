//! Changing and resetting the password.

use super::{
    attempts::may_ask_for_mail,
    devices,
    evenly::evenly,
    leaks::refuse_leaked,
    links::{self, LinkPurpose},
    notices::Event,
    phone,
    proof::{Proof, prove},
    sessions, store,
    strength::{Owner, new_password},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
};
use model::{identity::EmailAddress, scheduling::ChosenTime};

/// A new password, set with the token of a mailed link.
#[derive(Clone)]
pub struct ResetPassword {
    /// The link's token.
    pub token: String,
    /// The new password.
    pub password: String,
}

/// A new password, set by a signed-in user.
#[derive(Clone)]
pub struct ChangePassword {
    /// What proves that it is the user: the current password.
    pub proof: Proof,
    /// The new password.
    pub password: String,
}

/// Mails a link for setting a new password, if there is an account with this address; the answer is the same if there is none. The link
/// leads back to `chosen`.
///
/// # Errors
/// `request.fields_invalid` with the field `email`; `request.rate_limited`.
pub async fn request_reset(domain: &Domain, access: &Access, email: &str, chosen: Option<ChosenTime>) -> Result<()> {
    let email = EmailAddress::parse(email).map_err(|fault| Error::field("email", fault))?;
    may_ask_for_mail(domain, access, &email)?;
    evenly(send_reset(domain, access, &email, chosen)).await
}

/// Sends a link for setting a new password to the verified phone number of the account with this address; the answer is the same if there is no such account or
/// number.
///
/// # Errors
/// `request.fields_invalid` with the field `email`; `request.rate_limited`.
pub async fn request_reset_by_text(domain: &Domain, access: &Access, email: &str) -> Result<()> {
    let email = EmailAddress::parse(email).map_err(|fault| Error::field("email", fault))?;
    may_ask_for_mail(domain, access, &email)?;
    evenly(phone::send_reset_by_text(domain, access, &email)).await
}

async fn send_reset(domain: &Domain, access: &Access, email: &EmailAddress, chosen: Option<ChosenTime>) -> Result<()> {
    let mut tx = domain.begin("identity.request_reset", access).await?;
    let found = store::credentials(tx.connection(), email).await?;
    let Some(found) = found.filter(|found| !found.suspended && found.deletion.is_none()) else { return tx.close().await };
    let link = links::create(&mut tx, LinkPurpose::ResetPassword, found.user).await?;
    tx.emit(Event::PasswordResetRequested { user: found.user, link, chosen }).await?;
    tx.commit(Audit::of(AuditAction::IdentityResetRequested).on(ResourceKind::Account, found.user)).await
}

/// The email address that a password reset link was mailed to; `None` when the link would be refused.
///
/// # Errors
/// `database.unavailable`.
pub async fn address_of_reset(domain: &Domain, token: &str) -> Result<Option<String>> {
    links::address(domain, LinkPurpose::ResetPassword, token).await
}

/// Sets a new password with a mailed link and ends all sessions. The link proves that the email address is the user's, so it is confirmed as well.
///
/// # Errors
/// `request.fields_invalid` with the field `password`; `identity.link_unknown`, `identity.link_expired`, `identity.link_used`; `server.busy`.
pub async fn reset_password(domain: &Domain, access: &Access, command: ResetPassword) -> Result<()> {
    let owner = links::owner(domain, LinkPurpose::ResetPassword, &command.token).await?.unwrap_or_else(Owner::unknown);
    let password = new_password(&command.password, &owner).map_err(|fault| Error::field("password", fault))?;
    // Only whoever has a link may let the server hash.
    links::check(domain, LinkPurpose::ResetPassword, &command.token).await?;
    refuse_leaked(domain, &password).await?;
    let hash = domain.hasher().hash(password.as_str()).await?;
    let mut tx = domain.begin("identity.reset_password", access).await?;
    let user = links::redeem(&mut tx, LinkPurpose::ResetPassword, &command.token).await?;
    let now = tx.now();
    // The account is locked first, as a change of the password locks it, so that the two cannot wait for each other.
    let email_key = store::confirm(tx.connection(), user, now).await?;
    store::set_password(tx.connection(), user, &hash, now).await?;
    let ended = sessions::revoke_all(&mut tx, user, None).await?;
    devices::forget(&mut tx, user).await?;
    tx.emit(Event::PasswordChanged { user }).await?;
    tx.commit(Audit::of(AuditAction::IdentityPasswordReset).by(user).on(ResourceKind::Account, user).with("sessions", ended))
        .await?;
    domain.attempts().prove(&email_key, user, access);
    Ok(())
}

/// Changes the caller's password and ends all other sessions.
///
/// # Errors
/// `identity.password_wrong`, `request.fields_invalid` with the field `password`; `access.sign_in_needed` when the session has ended meanwhile.
pub async fn change_password(domain: &Domain, access: &Access, command: ChangePassword) -> Result<()> {
    let acting = access.acting()?.clone();
    let proven = prove(domain, access, &command.proof).await?;
    let owner = store::owner(domain, acting.user).await?;
    let password = new_password(&command.password, &owner).map_err(|fault| Error::field("password", fault))?;
    refuse_leaked(domain, &password).await?;
    let hash = domain.hasher().hash(password.as_str()).await?;
    let mut tx = domain.begin("identity.change_password", access).await?;
    let permit = tx.permit(Write, acting.user).await?;
    proven.redeem(&mut tx).await?;
    let (user, now) = (permit.id(), tx.now());
    store::set_password(tx.connection(), user, &hash, now).await?;
    let ended = sessions::revoke_all(&mut tx, user, Some(acting.session)).await?;
    sessions::keep(&mut tx, acting.session).await?;
    tx.emit(Event::PasswordChanged { user }).await?;
    tx.commit(Audit::of(AuditAction::IdentityPasswordChanged).on(ResourceKind::Account, user).with("sessions", ended)).await
}
