//! Checks what a passkey has answered, and uses the question up.

use super::{
    super::store::lock,
    question::{Asked, PasskeyAnswer, open, read, refusal, site},
    store::{self, Found},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    attempts::Whence,
    audit::{Audit, AuditAction},
    db::Tx,
    identity::{devices, notices::Event, store::own_credentials},
};
use model::{
    errors::Code,
    ids::{PasskeyId, UserId},
};
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential};

/// What an answer has shown.
pub(in crate::identity::second_factor) enum Checked {
    /// It is that of this passkey.
    Right(UserId, Box<Found>),
    /// It is that of this passkey, of which there may be a copy: end the transaction with [`end_copied`].
    Copied(UserId, PasskeyId),
}

/// Checks an answer, within the limits on attempts. Locks the account, keeps the new counter and uses the question up.
///
/// # Errors
/// `identity.passkeys_unavailable`; `identity.passkey_expired`; `identity.passkey_answered`; `identity.passkey_elsewhere`; `identity.passkey_unverified`;
/// `identity.passkey_unknown`, also when it is not a passkey of `owner`; `identity.passkey_refused`; `request.rate_limited`.
pub(in crate::identity::second_factor) async fn check(
    tx: &mut Tx,
    asked: Asked,
    answer: &PasskeyAnswer,
    owner: Option<UserId>,
) -> Result<Checked> {
    let (domain, now) = (tx.domain().clone(), tx.now());
    let site = site(domain.settings())?;
    let opened = open::<DiscoverableAuthentication>(tx, asked, &answer.question).await?;
    let given: PublicKeyCredential = read(&answer.answer)?;
    let (user, credential_id) = site.identify_discoverable_authentication(&given).map_err(refusal)?;
    let user = UserId::from(user);
    // Whoever answers in the name of another account counts against their own, and does not hold the other one up.
    let counted = owner.unwrap_or(user);
    // Strangers at the sign-in page do not keep anybody from proving in an open session who they are, as with passwords.
    let account = match asked {
        Asked::SigningIn(_) => format!("passkeys of {counted}"),
        Asked::Adding(_) | Asked::Proving(_) => format!("passkeys shown by {counted}"),
    };
    let whence = whence(tx, asked, counted).await?;
    domain.attempts().check(domain.settings(), now, &account, whence)?;
    lock(tx, counted).await?;
    let found = store::find(tx, user, credential_id).await?.filter(|_| owner.is_none_or(|owner| owner == user));
    let outcome = match &found {
        Some(found) => {
            site.finish_discoverable_authentication_v2(&given, opened.question.clone(), &found.credential).map_err(refusal)
        }
        None => Err(Code::PasskeyUnknown.into()),
    };
    domain.attempts().settle(domain.settings(), now, &account, whence, outcome.is_ok())?;
    let Some(mut found) = found else { return Err(Code::PasskeyUnknown.into()) };
    let result = match outcome {
        Ok(result) => result,
        Err(refused) if refused.code() == Code::PasskeyCopied => return Ok(Checked::Copied(user, found.id)),
        Err(refused) => return Err(refused),
    };
    opened.use_up(tx).await?;
    found.credential.update_credential(&result);
    store::answered(tx, user, found.id, &found.credential).await?;
    Ok(Checked::Right(user, Box::new(found)))
}

/// Wrong answers count as wrong passwords do. In an open session they do not depend on the address, as with a password that is typed again.
async fn whence(tx: &mut Tx, asked: Asked, user: UserId) -> Result<Whence> {
    let address = tx.access().address;
    Ok(match asked {
        Asked::SigningIn(device) if devices::is_known(tx.connection(), Some(user), device).await? => Whence::Known(device),
        Asked::SigningIn(_) => Whence::Line(address),
        Asked::Adding(_) | Asked::Proving(_) => Whence::Line(None),
    })
}

/// Ends the transaction of an answer after which there may be a copy of the passkey, and returns the refusal. The owner is told, once a day.
pub(in crate::identity::second_factor) async fn end_copied(mut tx: Tx, user: UserId, passkey: PasskeyId) -> Result<Error> {
    if store::copy_noticed(&mut tx, passkey).await? {
        tx.emit(Event::PasskeyCopied { user, passkey }).await?;
    }
    let entry = Audit::of(AuditAction::IdentityPasskeyCopied).by(user).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("passkey", passkey)).await?;
    Ok(Code::PasskeyCopied.into())
}

/// Checks, in an open session, that its user has answered with a passkey of theirs; returns the epoch of their credentials.
///
/// # Errors
/// Those of [`check`]; `identity.passkey_copied`.
pub(in crate::identity) async fn check_own(domain: &Domain, access: &Access, answer: &PasskeyAnswer) -> Result<i32> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin("identity.show_passkey", access).await?;
    let found = match check(&mut tx, Asked::Proving(acting.session), answer, Some(acting.user)).await? {
        Checked::Right(_, found) => found,
        Checked::Copied(user, passkey) => return Err(end_copied(tx, user, passkey).await?),
    };
    let epoch = own_credentials(tx.connection(), acting.user).await?.epoch;
    let entry = Audit::of(AuditAction::IdentityPasskeyShown).on(ResourceKind::Account, acting.user);
    tx.commit(entry.with_id("passkey", found.id)).await?;
    Ok(epoch)
}
