//! Confirming the email address of an account. In the browser in which the account was made, this signs in as well (ADR 22).

use super::{
    attempts::may_ask_for_mail,
    evenly::evenly,
    links::{self, LinkPurpose},
    notices::Event,
    sessions::{self, SessionKind},
    sign_in::SignedIn,
    store,
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
};
use model::{identity::EmailAddress, scheduling::ChosenTime};

/// A mailed link that is followed.
#[derive(Clone)]
pub struct ConfirmEmail {
    /// The link's token.
    pub token: String,
    /// The secret that this browser got when an account was made in it, if any.
    pub browser: Option<String>,
}

/// Confirms an email address with the token of a mailed link. In the browser in which the account was made, and within an hour, it also begins a session.
///
/// # Errors
/// `identity.link_unknown`, `identity.link_expired`, `identity.link_used`.
pub async fn confirm_email(domain: &Domain, access: &Access, command: ConfirmEmail) -> Result<Option<SignedIn>> {
    let mut tx = domain.begin("identity.confirm_email", access).await?;
    let link = links::redeem(&mut tx, LinkPurpose::ConfirmEmail, &command.token).await?;
    let (user, now) = (link.user, tx.now());
    let confirmed = store::confirm(tx.connection(), user, now).await?;
    let mut entry = Audit::of(AuditAction::IdentityEmailConfirmed).by(user).on(ResourceKind::Account, user);
    let mut signed_in = None;
    if !confirmed.suspended && link.signs_in(command.browser.as_deref(), now) {
        let session = sessions::insert(&mut tx, user, SessionKind::Browser).await?;
        entry = entry.with_id("session", session);
        signed_in = Some(SignedIn { user, session });
    }
    tx.commit(entry).await?;
    domain.attempts().prove(&confirmed.email_key, user, access.address);
    Ok(signed_in)
}

/// Mails the confirmation link again, if there is an unconfirmed account with this address; the answer is the same if there is none. The new link signs in
/// the same browser as the first one. It leads back to `chosen`.
///
/// # Errors
/// `request.fields_invalid` with the field `email`; `request.rate_limited`.
pub async fn resend_confirmation(domain: &Domain, access: &Access, email: &str, chosen: Option<ChosenTime>) -> Result<()> {
    let email = EmailAddress::parse(email).map_err(|fault| Error::field("email", fault))?;
    may_ask_for_mail(domain, access, &email)?;
    evenly(resend(domain, access, &email, chosen)).await
}

async fn resend(domain: &Domain, access: &Access, email: &EmailAddress, chosen: Option<ChosenTime>) -> Result<()> {
    let mut tx = domain.begin("identity.resend_confirmation", access).await?;
    let found = store::credentials(tx.connection(), email).await?;
    let Some(found) = found.filter(|found| !found.confirmed && !found.suspended) else { return tx.close().await };
    let link = links::create(&mut tx, LinkPurpose::ConfirmEmail, found.user, None).await?;
    tx.emit(Event::UserSignedUp { user: found.user, link, chosen }).await?;
    tx.commit(Audit::of(AuditAction::IdentityConfirmationResent).on(ResourceKind::Account, found.user)).await
}
