//! Another email address for an account: its owner proves who they are, a code goes to the new address, and they type it.
//!
//! Invariants
//! - The account keeps its address until the code of the new one was typed, so nobody gets its mail at an address that is not theirs.
//! - Whether another account has the new address is told only to who can read its mail.
//! - A change that was begun before another password, or before the account was closed, is over.

mod code;
mod store;

pub(super) use code::for_mail as code_for_mail;
pub(super) use store::{erase, expire_all, new_address, previous_address};

use super::{
    attempts::may_ask_for_mail,
    notices::Event,
    proof::{Proof, prove},
    sessions,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
};
use jiff::{SignedDuration, Timestamp};
use model::{errors::Code, identity::EmailAddress, ids::EventId};

/// How many codes one account may have sent within an hour.
const MOST_AN_HOUR: i64 = 5;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// After this time what was not confirmed is deleted.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Another address.
#[derive(Clone)]
pub struct AskEmailChange {
    /// The address, as it was typed.
    pub email: String,
    /// What proves that it is the user.
    pub proof: Proof,
}

/// The email address of an account, for its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailView {
    /// The address.
    pub email: String,
    /// The address for which a code can be typed now, and until when.
    pub waiting: Option<(String, Timestamp)>,
}

/// The email address of the caller's account.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn own_email(domain: &Domain, access: &Access) -> Result<EmailView> {
    let acting = access.acting()?.user;
    let mut tx = domain.begin_reading("identity.own_email", access).await?;
    let user = tx.permit(Read, acting).await?.id();
    let now = tx.now();
    let waiting = store::waiting(tx.connection(), user, now).await?;
    let email = store::email(tx.connection(), user).await?;
    tx.close().await?;
    Ok(EmailView { email, waiting: waiting.map(|waiting| (waiting.email, waiting.expires_at)) })
}

/// Sends a code to another address. The account keeps its address until the code was typed; an earlier code no longer works.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the field `email`; `identity.password_wrong`; `request.rate_limited`.
pub async fn ask_email_change(domain: &Domain, access: &Access, command: AskEmailChange) -> Result<()> {
    let acting = access.acting()?.user;
    let email = EmailAddress::parse(&command.email).map_err(|fault| Error::field("email", fault))?;
    let proven = prove(domain, access, &command.proof).await?;
    may_ask_for_mail(domain, access, &email)?;
    let mut tx = domain.begin("identity.ask_email_change", access).await?;
    // This locks the account, so that two requests about its address come one after the other.
    let user = tx.permit(Write, acting).await?.id();
    proven.redeem(&mut tx).await?;
    let since = tx.now() - HOUR;
    if store::asked_since(&mut tx, user, since).await? >= MOST_AN_HOUR {
        tx.close().await?;
        return Err(Error::new(Code::RateLimited).retry_after(HOUR.unsigned_abs().as_secs()));
    }
    let change = store::begin(&mut tx, user, &email).await?;
    tx.emit(Event::EmailChangeAsked { user, change }).await?;
    let entry = Audit::of(AuditAction::IdentityEmailChangeAsked).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("change", EventId::from(change))).await
}

/// Gives the account the address to which a code was sent. All other sessions end, and links for a new password that were sent to the old address no longer work; the old
/// address gets a mail.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the field `code`; `identity.email_code_wrong`; `identity.email_code_expired`; `identity.email_taken` when another
/// account has the address.
pub async fn confirm_email_change(domain: &Domain, access: &Access, typed: &str) -> Result<()> {
    let acting = access.acting()?.clone();
    let typed = code::parse(typed).map_err(|fault| Error::field("code", fault))?;
    let mut tx = domain.begin("identity.confirm_email_change", access).await?;
    let user = tx.permit(Write, acting.user).await?.id();
    let now = tx.now();
    let Some(waiting) = store::waiting(tx.connection(), user, now).await? else {
        tx.close().await?;
        return Err(Code::EmailCodeExpired.into());
    };
    let account = |action| Audit::of(action).on(ResourceKind::Account, user).with_id("change", EventId::from(waiting.id));
    if !code::is_right(domain, tx.connection(), waiting.id, &typed).await? {
        let wrong = store::count_wrong(&mut tx, waiting.id).await?;
        tx.commit(account(AuditAction::IdentityEmailCodeWrong).with("wrong_codes", i64::from(wrong))).await?;
        let refused = if wrong < store::MOST_WRONG { Code::EmailCodeWrong } else { Code::EmailCodeExpired };
        return Err(refused.into());
    }
    store::change(&mut tx, user, &waiting).await?;
    let ended = sessions::revoke_all(&mut tx, user, Some(acting.session)).await?;
    tx.emit(Event::EmailChanged { user, change: waiting.id }).await?;
    tx.commit(account(AuditAction::IdentityEmailChanged).with("sessions", ended)).await
}

/// Deletes changes that nobody confirmed, a day after their code has expired; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_email_changes(domain: &Domain) -> Result<u64> {
    store::sweep(domain.pool(), domain.now() - KEPT).await
}
