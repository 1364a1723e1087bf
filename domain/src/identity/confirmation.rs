//! Confirming the email address of an account.

use super::{
    attempts::may_ask_for_mail,
    evenly::evenly,
    links::{self, LinkPurpose},
    notices::Event,
    store,
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
};
use model::identity::EmailAddress;

/// Confirms an email address with the token of a mailed link.
///
/// # Errors
/// `identity.link_unknown`, `identity.link_expired`, `identity.link_used`.
pub async fn confirm_email(domain: &Domain, access: &Access, token: &str) -> Result<()> {
    let mut tx = domain.begin("identity.confirm_email", access).await?;
    let user = links::redeem(&mut tx, LinkPurpose::ConfirmEmail, token).await?;
    let now = tx.now();
    let email_key = store::confirm(tx.connection(), user, now).await?;
    tx.commit(Audit::of(AuditAction::IdentityEmailConfirmed).by(user).on(ResourceKind::Account, user)).await?;
    domain.attempts().prove(&email_key, user, access.address);
    Ok(())
}

/// Mails the confirmation link again, if there is an unconfirmed account with this address; the answer is the same if there is none.
///
/// # Errors
/// `request.fields_invalid` with the field `email`; `request.rate_limited`.
pub async fn resend_confirmation(domain: &Domain, access: &Access, email: &str) -> Result<()> {
    let email = EmailAddress::parse(email).map_err(|fault| Error::field("email", fault))?;
    may_ask_for_mail(domain, access, &email)?;
    evenly(resend(domain, access, &email)).await
}

async fn resend(domain: &Domain, access: &Access, email: &EmailAddress) -> Result<()> {
    let mut tx = domain.begin("identity.resend_confirmation", access).await?;
    let found = store::credentials(tx.connection(), email).await?;
    let Some(found) = found.filter(|found| !found.confirmed && !found.suspended) else { return tx.close().await };
    let link = links::create(&mut tx, LinkPurpose::ConfirmEmail, found.user).await?;
    tx.emit(Event::UserSignedUp { user: found.user, link }).await?;
    tx.commit(Audit::of(AuditAction::IdentityConfirmationResent).on(ResourceKind::Account, found.user)).await
}
