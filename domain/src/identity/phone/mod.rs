//! The phone number of an account. Its owner verifies it with a code that is sent to it, and can then have the link for a new password sent there.
//!
//! Invariants
//! - A number is verified only by the code that was sent to it, within ten minutes and five tries. Another verified number takes its place.
//! - Sending a code and removing the number need the password: whoever has a verified number can set a new password.
//! - How many messages are sent is limited for each account, address, number, and in all; where they go is limited by country.
//! - A message has a code or a link, and nothing else.
//!
//! Not here: the phone number of a patient's record, which the clinic calls (`directory::contact`). Nobody has proved that it is theirs.

mod plan;
mod store;
mod texts;

pub(crate) use plan::{phone_number, phone_shown};
pub(super) use store::erase;
pub use texts::{TextContent, TextKind};

use super::{
    links::{self, LinkPurpose},
    notices::Event,
    proof::{Proof, prove},
    store::credentials,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Urgency,
    notifications::{NewText, has_room_for_text, write_text},
    vault::equal_in_constant_time,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::{Code, FieldFault},
    identity::{EmailAddress, PhoneNumber},
    ids::UserId,
    text::{is_dash, machine_form},
};
use sqlx::PgConnection;

/// How many digits a code has.
const CODE_DIGITS: usize = 6;

/// How long numbers are kept that were not verified, or were removed.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// After how many seconds to try again when too many messages were sent today.
const TOMORROW_SECS: u64 = 60 * 60;

/// A number that is to be verified. Texts are unparsed form values.
#[derive(Clone)]
pub struct SendPhoneCode {
    /// The number.
    pub phone: String,
    /// What proves that it is the user: the current password.
    pub proof: Proof,
}

/// The phone number of an account, for its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneView {
    /// The email address of the account.
    pub email: String,
    /// The verified number as people write it abroad.
    pub verified: Option<String>,
    /// The number for which a code can be typed now, and until when.
    pub waiting: Option<(String, Timestamp)>,
}

/// The phone number of the caller's account.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn own_phone(domain: &Domain, access: &Access) -> Result<PhoneView> {
    let acting = access.acting()?.user;
    let mut tx = domain.begin_reading("identity.own_phone", access).await?;
    let user = tx.permit(Read, acting).await?.id();
    let verified = store::verified(domain, tx.connection(), user).await?;
    let waiting = store::waiting(domain, tx.connection(), user).await?;
    let view = PhoneView {
        email: store::email(tx.connection(), user).await?,
        verified: verified.as_ref().map(plan::international),
        waiting: waiting.map(|waiting| (plan::international(&waiting.number), waiting.expires_at)),
    };
    tx.close().await?;
    Ok(view)
}

/// Sends a code to a number. A verified number stays until the code was typed.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the field `phone`; `identity.phone_unreachable`; `identity.password_wrong`;
/// `request.rate_limited`.
pub async fn send_phone_code(domain: &Domain, access: &Access, command: SendPhoneCode) -> Result<()> {
    let acting = access.acting()?.user;
    let number = plan::number_for_texts(&command.phone).map_err(|fault| Error::field("phone", fault))?;
    if !plan::is_reachable(&number, &domain.settings().text_countries) {
        return Err(Code::PhoneUnreachable.into());
    }
    let proven = prove(domain, access, &command.proof).await?;
    domain.attempts().text(domain.now(), acting, access.address)?;
    let mut tx = domain.begin("identity.send_phone_code", access).await?;
    let user = tx.permit(Write, acting).await?.id();
    proven.redeem(&mut tx).await?;
    if !has_room_for_text(&mut tx, &number).await? {
        tx.close().await?;
        return Err(Error::new(Code::RateLimited).retry_after(TOMORROW_SECS));
    }
    store::lock(&mut tx, user).await?;
    let phone = store::begin(&mut tx, user, &number, &new_code(domain)).await?;
    let (kind, subject) = (TextKind::PhoneCode.into(), phone.uuid());
    let text = NewText { kind, user, subject, number: &number, urgency: Urgency::Code };
    let text = write_text(&mut tx, text).await?;
    tx.commit(Audit::of(AuditAction::IdentityPhoneCodeSent).on(ResourceKind::Account, user).with_id("text", text)).await
}

/// Verifies the number to which a code was sent.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the field `code`; `identity.phone_code_wrong`; `identity.phone_code_expired`.
pub async fn confirm_phone(domain: &Domain, access: &Access, code: &str) -> Result<()> {
    let acting = access.acting()?.user;
    let code = typed_code(code).map_err(|fault| Error::field("code", fault))?;
    let mut tx = domain.begin("identity.confirm_phone", access).await?;
    let user = tx.permit(Write, acting).await?.id();
    store::lock(&mut tx, user).await?;
    let Some(waiting) = store::waiting(domain, tx.connection(), user).await? else {
        tx.close().await?;
        return Err(Code::PhoneCodeExpired.into());
    };
    if !equal_in_constant_time(code.as_bytes(), waiting.code.as_bytes()) {
        let wrong = store::count_wrong(&mut tx, waiting.id).await?;
        let entry = Audit::of(AuditAction::IdentityPhoneCodeWrong).on(ResourceKind::Account, user);
        tx.commit(entry.with("wrong_codes", i64::from(wrong))).await?;
        let refused = if wrong < store::MOST_WRONG { Code::PhoneCodeWrong } else { Code::PhoneCodeExpired };
        return Err(refused.into());
    }
    store::verify(&mut tx, user, waiting.id).await?;
    tx.emit(Event::PhoneVerified { user }).await?;
    tx.commit(Audit::of(AuditAction::IdentityPhoneVerified).on(ResourceKind::Account, user).with_id("phone", waiting.id)).await
}

/// Removes the verified number of the caller's account.
///
/// # Errors
/// `access.sign_in_needed`; `identity.password_wrong`; `request.rate_limited`; `not_found` when there is none.
pub async fn remove_phone(domain: &Domain, access: &Access, proof: Proof) -> Result<()> {
    let acting = access.acting()?.user;
    let proven = prove(domain, access, &proof).await?;
    let mut tx = domain.begin("identity.remove_phone", access).await?;
    let user = tx.permit(Write, acting).await?.id();
    proven.redeem(&mut tx).await?;
    if !store::end_verified(&mut tx, user).await? {
        tx.close().await?;
        return Err(Code::NotFound.into());
    }
    tx.emit(Event::PhoneRemoved { user }).await?;
    tx.commit(Audit::of(AuditAction::IdentityPhoneRemoved).on(ResourceKind::Account, user)).await
}

/// Sends the link for a new password to the verified number of the account with this address. Nothing tells whether there is one.
pub(super) async fn send_reset_by_text(domain: &Domain, access: &Access, email: &EmailAddress) -> Result<()> {
    let mut tx = domain.begin("identity.request_reset_by_text", access).await?;
    let found = credentials(tx.connection(), email).await?;
    let Some(found) = found.filter(|found| !found.suspended && found.deletion.is_none()) else { return tx.close().await };
    let number = store::verified(domain, tx.connection(), found.user).await?;
    let Some(number) = number.filter(|number| plan::is_reachable(number, &domain.settings().text_countries)) else {
        return tx.close().await;
    };
    if !has_room_for_text(&mut tx, &number).await? {
        return tx.close().await;
    }
    let link = links::create(&mut tx, LinkPurpose::ResetPassword, found.user).await?;
    let (kind, user) = (TextKind::ResetPassword.into(), found.user);
    let text = NewText { kind, user, subject: link, number: &number, urgency: Urgency::Code };
    let text = write_text(&mut tx, text).await?;
    let entry = Audit::of(AuditAction::IdentityResetRequested).on(ResourceKind::Account, found.user);
    tx.commit(entry.with_id("text", text)).await
}

/// The verified number of a user to which text messages are sent; `None` when they have none, or it lies in a country to which none are sent.
pub(crate) async fn number_for_texts(
    domain: &Domain,
    connection: &mut PgConnection,
    user: UserId,
) -> Result<Option<PhoneNumber>> {
    let number = store::verified(domain, connection, user).await?;
    Ok(number.filter(|number| plan::is_reachable(number, &domain.settings().text_countries)))
}

/// Deletes numbers that were not verified in time, or were removed, more than a day ago; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_phones(domain: &Domain) -> Result<u64> {
    let mut connection = domain.pool().acquire().await?;
    store::sweep(&mut connection, domain.now() - KEPT).await
}

/// A new code of six digits.
fn new_code(domain: &Domain) -> String {
    let mut bytes = [0; 8];
    domain.randomness().fill(&mut bytes);
    format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000)
}

/// A code as it was typed, without spaces and hyphens.
fn typed_code(text: &str) -> std::result::Result<String, FieldFault> {
    let plain: String = machine_form(text).chars().filter(|letter| !letter.is_whitespace() && !is_dash(*letter)).collect();
    if plain.is_empty() {
        return Err(FieldFault::Missing);
    }
    let is_code = plain.len() == CODE_DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit());
    if is_code { Ok(plain) } else { Err(FieldFault::Malformed) }
}
