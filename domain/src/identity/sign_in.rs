//! Signing in with email address and password.

use super::{
    attempts::may_sign_in,
    devices,
    second_factor::{self, HalfSignIn, NextStep},
    sessions::{self, Assurance, SessionKind},
    store::{self, Credentials},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    attempts::Whence,
    audit::{Audit, AuditAction},
    db::Tx,
    error::retry,
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

/// What a right password leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A session.
    SignedIn(SignedIn),
    /// A second step, with [`finish_sign_in`](super::finish_sign_in).
    Half(HalfSignIn),
}

impl Entry {
    /// An audit entry that names the session, if one has begun.
    pub(crate) fn noted_in(&self, entry: Audit) -> Audit {
        match self {
            Self::SignedIn(signed_in) => entry.with_id("session", signed_in.session),
            Self::Half(_) => entry,
        }
    }
}

/// Checks the password of a user who needs no second factor, and begins a session.
///
/// # Errors
/// Those of [`begin_sign_in`]; `identity.second_factor_needed` when the password is right and a second step follows.
pub async fn sign_in(domain: &Domain, access: &Access, command: SignIn) -> Result<SignedIn> {
    match begin_sign_in(domain, access, command, None).await? {
        Entry::SignedIn(signed_in) => Ok(signed_in),
        Entry::Half(_) => Err(Code::SecondFactorNeeded.into()),
    }
}

/// Checks the password. Without a second factor, or in the browser that has the secret `remembered` of one that is not asked for it, begins a
/// session. If the password or the state of the account changes meanwhile, the answer is that of the change. A browser that [`Access::device`] names is
/// known from then on: wrong passwords from elsewhere do not lock it out. The first time that somebody with other known browsers signs in in it, they get a mail.
///
/// # Errors
/// `request.rate_limited` after too many failures; `identity.bad_credentials` if the address or the password is wrong; `identity.suspended`, and
/// `identity.account_deleted` while it can be brought back, only when the password is right.
///
/// A sign-up that waits for its confirmation is no account, and its password opens nothing and says nothing: whoever signs up with somebody's address would
/// otherwise learn here whether it has an account. For the same reason the same queries are made and one password is checked, whatever there is (ADR 8).
pub async fn begin_sign_in(domain: &Domain, access: &Access, command: SignIn, remembered: Option<&str>) -> Result<Entry> {
    retry(|| try_to_sign_in(domain, access, &command, remembered)).await
}

/// Checks a password, and makes the same queries whatever there is. An account that its owner has deleted is found until the deletion is final.
///
/// # Errors
/// `request.rate_limited` after too many failures; `identity.bad_credentials`.
pub(super) async fn by_password(domain: &Domain, access: &Access, email: &str, password: &str) -> Result<Credentials> {
    let email = EmailAddress::parse(email).ok();
    let account = email.as_ref().map_or("", EmailAddress::key);
    let mut connection = domain.pool().acquire().await?;
    let found = match &email {
        Some(email) => store::credentials(&mut connection, email).await?,
        None => None,
    };
    let now = domain.now();
    let found = found.filter(|found| found.deletion.is_none_or(|deletion| now < deletion.final_at));
    let mut whence = Whence::Line(access.address);
    if let Some(device) = access.device
        && devices::is_known(&mut connection, found.as_ref().map(|found| found.user), device).await?
    {
        whence = Whence::Known(device);
    }
    drop(connection);
    may_sign_in(domain, account, whence).await?;
    let hash = found.as_ref().and_then(|found| found.hash.clone());
    let right = domain.hasher().verify(password, hash).await?;
    domain.attempts().settle(domain.settings(), domain.now(), account, whence, right && found.is_some())?;
    found.filter(|_| right).ok_or_else(|| Error::new(Code::BadCredentials))
}

async fn try_to_sign_in(domain: &Domain, access: &Access, command: &SignIn, remembered: Option<&str>) -> Result<Entry> {
    let found = by_password(domain, access, &command.email, &command.password).await?;
    if found.deletion.is_some() {
        return Err(Code::AccountDeleted.into());
    }
    if found.suspended {
        return Err(Code::Suspended.into());
    }
    let mut tx = domain.begin("identity.sign_in", access).await?;
    let assurance = match second_factor::next_step(&mut tx, found.user, remembered).await? {
        NextStep::SignIn => Assurance::OneFactor,
        NextStep::SignInRemembered => Assurance::TwoFactors,
        step @ (NextStep::Code | NextStep::SetUp) => {
            let must_set_up = step == NextStep::SetUp;
            let half = second_factor::begin_half(&mut tx, found.user, found.epoch, command.kind, must_set_up).await?;
            tx.commit(Audit::of(AuditAction::IdentityPasswordAccepted).by(found.user).on(ResourceKind::Account, found.user))
                .await?;
            return Ok(Entry::Half(half));
        }
    };
    let Some(session) = sessions::insert(&mut tx, found.user, found.epoch, command.kind, assurance).await? else {
        tx.close().await?;
        return Err(Code::DatabaseRetry.into());
    };
    if let Some(device) = access.device {
        devices::signed_in(&mut tx, found.user, session, device).await?;
    }
    tx.commit(
        Audit::of(AuditAction::IdentitySignedIn).by(found.user).on(ResourceKind::Account, found.user).with_id("session", session),
    )
    .await?;
    domain.attempts().prove(&found.email_key, found.user, access);
    Ok(Entry::SignedIn(SignedIn { user: found.user, session }))
}

/// Signs in the owner of a new account, whose password was set in this transaction: with a session or, when a role of theirs needs a second factor, with a sign-in
/// that goes on with setting it up. The link that was followed and the new password are one factor. The caller commits.
pub(super) async fn enter_new(tx: &mut Tx, user: UserId, epoch: i32) -> Result<Entry> {
    let kind = SessionKind::Browser;
    match second_factor::next_step(tx, user, None).await? {
        NextStep::SignIn => {
            let session = sessions::insert(tx, user, epoch, kind, Assurance::OneFactor).await?;
            let session = session.ok_or_else(|| Error::internal("an account that was just made cannot sign in"))?;
            Ok(Entry::SignedIn(SignedIn { user, session }))
        }
        NextStep::SetUp => Ok(Entry::Half(second_factor::begin_half(tx, user, epoch, kind, true).await?)),
        NextStep::Code | NextStep::SignInRemembered => Err(Error::internal("an account that was just made has a second factor")),
    }
}
