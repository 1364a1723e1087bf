//! Checks a code and uses it up.

use super::{codes::TypedCode, store, totp};
use crate::{Error, Result, attempts::Whence, db::Tx, identity::proof::Proof};
use model::{errors::Code, ids::UserId};
use uuid::Uuid;

/// What a right code was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Used {
    /// A code of the authenticator app.
    Totp,
    /// A recovery code.
    Recovery,
    /// The first code of an app that was set up with it.
    SetUp,
    /// A passkey.
    Passkey,
}

impl Used {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Recovery => "recovery_code",
            Self::SetUp => "set_up",
            Self::Passkey => "passkey",
        }
    }

    pub(super) fn has_set_up(self) -> bool {
        self == Self::SetUp
    }
}

/// Checks a code of this user and uses it up, within the limits on attempts. Without a second factor, the code confirms the one that the half sign-in was
/// shown, if there is a half sign-in.
///
/// # Errors
/// `identity.code_wrong`, also for a code that was used before; `request.rate_limited` after too many wrong codes.
pub(super) async fn used(tx: &mut Tx, (user, half): (UserId, Option<Uuid>), code: &TypedCode, whence: Whence) -> Result<Used> {
    let (domain, account, now) = (tx.domain().clone(), format!("second factor of {user}"), tx.now());
    domain.attempts().check(domain.settings(), now, &account, whence)?;
    store::lock(tx, user).await?;
    let used = match (store::secret(tx, user).await?, half) {
        (Some(secret), _) => with_factor(tx, user, &secret, code).await?,
        (None, Some(half)) => by_set_up(tx, user, half, code).await?,
        (None, None) => return Err(Code::SecondFactorAbsent.into()),
    };
    domain.attempts().settle(domain.settings(), now, &account, whence, used.is_some())?;
    used.ok_or_else(|| Code::CodeWrong.into())
}

/// Checks and uses up the code that a signed-in user needs to replace or turn off their second factor. A user without one needs no code.
///
/// # Errors
/// `request.fields_invalid` with the field `code`; those of [`used`].
pub(super) async fn check_present(tx: &mut Tx, user: UserId, code: &str) -> Result<()> {
    store::lock(tx, user).await?;
    if !store::has_factor(tx.connection(), user).await? {
        return Ok(());
    }
    let code = TypedCode::parse(code).map_err(|fault| Error::field("code", fault))?;
    // A person at somebody else's open session must not find a code by trying, so the limit does not depend on the address.
    used(tx, (user, None), &code, Whence::Line(None)).await.map(|_| ())
}

/// Checks the code of a user with an authenticator app, next to the password, or beside their fresh sign-in, before the user adds or removes a way to sign in. A passkey already is two factors.
///
/// # Errors
/// Those of [`check_present`].
pub(in crate::identity) async fn check_beside(tx: &mut Tx, user: UserId, proof: &Proof, code: &str) -> Result<()> {
    store::lock(tx, user).await?;
    match proof {
        Proof::Password(_) | Proof::FreshSignIn => check_present(tx, user, code).await,
        Proof::Passkey(_) => Ok(()),
    }
}

async fn with_factor(tx: &mut Tx, user: UserId, secret: &[u8], code: &TypedCode) -> Result<Option<Used>> {
    match code {
        TypedCode::Totp(typed) => {
            let Some(step) = totp::step_of(secret, *typed, tx.now()) else { return Ok(None) };
            Ok(store::use_step(tx, user, step).await?.then_some(Used::Totp))
        }
        TypedCode::Recovery(typed) => Ok(store::use_recovery_code(tx, user, typed).await?.then_some(Used::Recovery)),
    }
}

/// Confirms what this holder was shown with a code of the app.
pub(super) async fn by_set_up(tx: &mut Tx, user: UserId, holder: Uuid, code: &TypedCode) -> Result<Option<Used>> {
    let Some(offer) = store::offered(tx, user, holder).await? else { return Err(Code::SetUpExpired.into()) };
    let TypedCode::Totp(typed) = code else { return Ok(None) };
    let Some(step) = totp::step_of(offer.secret(), *typed, tx.now()) else { return Ok(None) };
    store::confirm(tx, user, &offer, step).await?;
    Ok(Some(Used::SetUp))
}
