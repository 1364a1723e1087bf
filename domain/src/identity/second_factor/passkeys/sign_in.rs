//! Signing in with a passkey instead of a password.

use super::{
    check::{Checked, check, end_copied},
    question::{Asked, PasskeyAnswer, PasskeyQuestion, seal, site},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    error::retry,
    identity::{
        deletion, devices,
        sessions::{self, Assurance, SessionKind},
        sign_in::SignedIn,
    },
};
use model::errors::Code;

/// A question that any passkey of this site answers, for the first or the second step of a sign-in in the browser that [`Access::device`] names.
///
/// # Errors
/// `identity.passkeys_unavailable`; `identity.passkey_expired` without a browser.
pub fn ask_for_passkey(domain: &Domain, access: &Access) -> Result<PasskeyQuestion> {
    let device = access.device.ok_or(Code::PasskeyExpired)?;
    ask(domain, Asked::SigningIn(device))
}

/// A question with which the caller proves in their session that it is them.
///
/// # Errors
/// `access.sign_in_needed`; `identity.passkeys_unavailable`.
pub fn ask_for_proof(domain: &Domain, access: &Access) -> Result<PasskeyQuestion> {
    ask(domain, Asked::Proving(access.acting()?.session))
}

fn ask(domain: &Domain, asked: Asked) -> Result<PasskeyQuestion> {
    let started = site(domain.settings())?.start_discoverable_authentication();
    let (options, question) = started.map_err(|error| Error::internal(error.to_string()))?;
    let options = serde_json::to_string(&options).map_err(Error::internal)?;
    Ok(PasskeyQuestion { question: seal(domain, asked, question)?, options })
}

/// Begins a session of the user whose passkey has answered. A passkey is two factors, so nothing more is asked, whatever the role needs. For the browser and the state of the
/// account see [`begin_sign_in`](crate::identity::begin_sign_in).
///
/// # Errors
/// `identity.passkeys_unavailable`; `identity.passkey_expired`; `identity.passkey_answered`; `identity.passkey_elsewhere`; `identity.passkey_unverified`;
/// `identity.passkey_unknown`; `identity.passkey_refused`; `identity.passkey_copied`; `request.rate_limited`; `identity.suspended` and `identity.account_deleted`
/// only when the answer is right.
pub async fn sign_in_by_passkey(domain: &Domain, access: &Access, answer: PasskeyAnswer) -> Result<SignedIn> {
    retry(|| try_to_sign_in(domain, access, &answer)).await
}

/// Brings the deleted account of the user whose passkey has answered back. They sign in afterwards. An account that is not deleted stays as it is.
///
/// # Errors
/// Those of [`sign_in_by_passkey`] about the answer, also when the deletion is final; `identity.suspended`, only when the answer is right.
pub async fn bring_back_by_passkey(domain: &Domain, access: &Access, answer: PasskeyAnswer) -> Result<()> {
    retry(|| try_to_bring_back(domain, access, &answer)).await
}

async fn try_to_bring_back(domain: &Domain, access: &Access, answer: &PasskeyAnswer) -> Result<()> {
    let device = access.device.ok_or(Code::PasskeyExpired)?;
    let mut tx = domain.begin("identity.bring_back_by_passkey", access).await?;
    let (user, found) = match check(&mut tx, Asked::SigningIn(device), answer, None).await? {
        Checked::Right(user, found) => (user, found),
        Checked::Copied(user, passkey) => return Err(end_copied(tx, user, passkey).await?),
    };
    if !found.is_confirmed {
        return Err(Code::PasskeyUnknown.into());
    }
    if found.is_suspended {
        return Err(Code::Suspended.into());
    }
    if !found.is_deleted {
        return tx.close().await;
    }
    let Some(entry) = deletion::come_back(&mut tx, user).await? else {
        tx.close().await?;
        return Err(Code::PasskeyUnknown.into());
    };
    tx.commit(entry.with_id("passkey", found.id)).await
}

async fn try_to_sign_in(domain: &Domain, access: &Access, answer: &PasskeyAnswer) -> Result<SignedIn> {
    let device = access.device.ok_or(Code::PasskeyExpired)?;
    let mut tx = domain.begin("identity.sign_in_by_passkey", access).await?;
    let (user, found) = match check(&mut tx, Asked::SigningIn(device), answer, None).await? {
        Checked::Right(user, found) => (user, found),
        Checked::Copied(user, passkey) => return Err(end_copied(tx, user, passkey).await?),
    };
    // Nobody signs in to an account whose address is not confirmed.
    if !found.is_confirmed {
        return Err(Code::PasskeyUnknown.into());
    }
    if found.is_deleted {
        return Err(Code::AccountDeleted.into());
    }
    if found.is_suspended {
        return Err(Code::Suspended.into());
    }
    let begun = sessions::insert(&mut tx, user, found.epoch, SessionKind::Browser, Assurance::TwoFactors).await?;
    let Some(session) = begun else {
        tx.close().await?;
        return Err(Code::DatabaseRetry.into());
    };
    devices::signed_in(&mut tx, user, session, device).await?;
    let entry = Audit::of(AuditAction::IdentitySignedIn).by(user).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("session", session).with_id("passkey", found.id)).await?;
    domain.attempts().prove(&found.email_key, user, access);
    Ok(SignedIn { user, session })
}
