//! Asking for another link that confirms an email address. The link itself makes the account, which `directory::confirm_email` does.

use super::{attempts::may_ask_for_mail, evenly::evenly, sign_ups};
use crate::{
    Domain, Error, Result,
    access::Access,
    audit::{Audit, AuditAction},
};
use model::{identity::EmailAddress, ids::EventId, scheduling::ChosenTime};

/// A mailed link that is followed.
#[derive(Clone)]
pub struct ConfirmEmail {
    /// The link's token.
    pub token: String,
    /// The secret that this browser got when somebody signed up in it, if any.
    pub browser: Option<String>,
}

/// Asks for another link.
#[derive(Clone)]
pub struct ResendConfirmation {
    /// The email address.
    pub email: String,
    /// The secret that this browser got when somebody signed up in it, if any.
    pub browser: Option<String>,
    /// The time that was chosen before; the link of the mail leads back to it.
    pub chosen: Option<ChosenTime>,
}

/// Mails a confirmation link again, if a sign-up with this address waits; the answer is the same if none does. If several wait, it is the one that was made
/// in this browser, or else the newest. The new link signs in the same browser as the first one.
///
/// # Errors
/// `request.fields_invalid` with the field `email`; `request.rate_limited`.
pub async fn resend_confirmation(domain: &Domain, access: &Access, command: ResendConfirmation) -> Result<()> {
    let email = EmailAddress::parse(&command.email).map_err(|fault| Error::field("email", fault))?;
    may_ask_for_mail(domain, access, &email)?;
    evenly(resend(domain, access, &email, &command)).await
}

async fn resend(domain: &Domain, access: &Access, email: &EmailAddress, command: &ResendConfirmation) -> Result<()> {
    let mut tx = domain.begin("identity.resend_confirmation", access).await?;
    let sent = sign_ups::send_again(&mut tx, email, command.browser.as_deref(), command.chosen).await?;
    let Some(sign_up) = sent else { return tx.close().await };
    tx.commit(Audit::of(AuditAction::IdentityConfirmationResent).with_id("sign_up", EventId::from(sign_up))).await
}
