//! "Prove that it is you": what a signed-in user shows before an act that nobody else may do with their open session, such as changing the password or
//! signing a prescription.
//!
//! Such an act takes a [`Proof`], has it checked by [`prove`], which may take long, and redeems it in its own transaction ([`Proven::redeem`]). A further way to
//! prove who one is becomes a variant of [`Proof`], and no act changes.

use super::{
    attempts::may_type_again,
    second_factor::{PasskeyAnswer, check_own_passkey, own_passkeys},
    store,
};
use crate::{Domain, Result, access::Access, attempts::Whence, db::Tx};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{SessionId, UserId},
};
use sqlx::PgConnection;
use std::fmt;

/// How long a sign-in proves who its user is, if they have no password.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// What a user shows to prove that it is them.
#[derive(Clone)]
pub enum Proof {
    /// The password, typed again.
    Password(String),
    /// What a passkey of the user has answered to [`ask_for_proof`](super::ask_for_proof).
    Passkey(PasskeyAnswer),
    /// Nothing, because the user has no password and has just signed in: at a provider, or with a passkey.
    FreshSignIn,
}

/// What a user can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofWays {
    /// The email address of the account.
    pub email: String,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether there is a passkey that works at the public address of this installation.
    pub has_passkey: bool,
    /// Whether there is an authenticator app, of which some acts need a code besides.
    pub needs_code: bool,
    /// Whether the user has signed in, or proved who they are, within the last ten minutes: [`Proof::FreshSignIn`] is enough then, without a password.
    pub is_fresh: bool,
}

impl Proof {
    /// Whether nothing was typed.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Password(password) => password.is_empty(),
            Self::Passkey(given) => given.answer.is_empty(),
            Self::FreshSignIn => false,
        }
    }
}

/// Keeps secrets out of logs.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

/// A proof that was right when it was checked. Only [`prove`] makes one.
#[must_use = "the act has to redeem the proof in its transaction"]
#[derive(Debug)]
pub struct Proven {
    user: UserId,
    session: SessionId,
    epoch: i32,
    /// Whether the user has shown something now. A sign-in that proves does not become younger by that.
    is_new: bool,
}

/// Checks what the caller shows.
///
/// # Errors
/// `access.sign_in_needed`; `identity.password_wrong`; `request.rate_limited` after too many wrong passwords; for a passkey, those of
/// [`sign_in_by_passkey`](super::sign_in_by_passkey) about the answer; `identity.sign_in_old` for a sign-in that proves nothing any more.
pub async fn prove(domain: &Domain, access: &Access, proof: &Proof) -> Result<Proven> {
    match proof {
        Proof::Password(password) => by_password(domain, access, password).await,
        Proof::Passkey(given) => by_passkey(domain, access, given).await,
        Proof::FreshSignIn => by_fresh_sign_in(domain, access).await,
    }
}

/// What the caller can show.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn proof_ways(domain: &Domain, access: &Access) -> Result<ProofWays> {
    let acting = access.acting()?.clone();
    let own = own_passkeys(domain, access).await?;
    let mut connection = domain.pool().acquire().await?;
    let has_password = store::own_credentials(&mut connection, acting.user).await?.hash.is_some();
    let is_fresh = is_fresh(&mut connection, (acting.user, acting.session), domain.now()).await?;
    let has_passkey = own.is_available && !own.passkeys.is_empty();
    Ok(ProofWays { email: own.email, has_password, has_passkey, needs_code: own.needs_code, is_fresh })
}

/// Whether the caller has signed in, or proved who they are, within the last ten minutes.
///
/// # Errors
/// `access.sign_in_needed`.
pub(super) async fn signed_in_lately(domain: &Domain, access: &Access) -> Result<bool> {
    let acting = access.acting()?;
    let mut connection = domain.pool().acquire().await?;
    is_fresh(&mut connection, (acting.user, acting.session), domain.now()).await
}

/// Whether a session began, or its user proved who they are, a moment ago. One that may do only some things proves nothing.
async fn is_fresh(connection: &mut PgConnection, (user, session): (UserId, SessionId), now: Timestamp) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from sessions where id = $1 and user_id = $2 and scopes is null and authenticated_at > $3) as \"fresh!\"",
        session.uuid(),
        user.uuid(),
        (now - FRESH).to_sqlx()
    )
    .fetch_one(connection)
    .await?)
}

/// Whoever has a password types it: an open session is not enough then.
async fn by_fresh_sign_in(domain: &Domain, access: &Access) -> Result<Proven> {
    let acting = access.acting()?;
    let (user, session) = (acting.user, acting.session);
    let mut connection = domain.pool().acquire().await?;
    let own = store::own_credentials(&mut connection, user).await?;
    if own.hash.is_some() {
        return Err(Code::PasswordWrong.into());
    }
    if !is_fresh(&mut connection, (user, session), domain.now()).await? {
        return Err(Code::SignInOld.into());
    }
    Ok(Proven { user, session, epoch: own.epoch, is_new: false })
}

async fn by_passkey(domain: &Domain, access: &Access, given: &PasskeyAnswer) -> Result<Proven> {
    let acting = access.acting()?;
    let (user, session) = (acting.user, acting.session);
    let epoch = check_own_passkey(domain, access, given).await?;
    Ok(Proven { user, session, epoch, is_new: true })
}

async fn by_password(domain: &Domain, access: &Access, password: &str) -> Result<Proven> {
    let acting = access.acting()?;
    let (user, session) = (acting.user, acting.session);
    // Somebody who finds an open session must not find the password by trying, so the limit does not depend on the address.
    may_type_again(domain, user).await?;
    let mut connection = domain.pool().acquire().await?;
    let own = store::own_credentials(&mut connection, user).await?;
    drop(connection);
    let right = domain.hasher().verify(password, own.hash).await?;
    domain.attempts().settle(domain.settings(), domain.now(), &user.to_string(), Whence::Line(None), right)?;
    if !right {
        return Err(Code::PasswordWrong.into());
    }
    domain.attempts().prove(&own.email_key, user, access);
    Ok(Proven { user, session, epoch: own.epoch, is_new: true })
}

impl Proven {
    /// Redeems the proof: checks that the credentials and the session are still those of the check, and keeps them so until the commit.
    ///
    /// # Errors
    /// `access.sign_in_needed` when the session or the account has ended meanwhile; `identity.password_wrong` when the password has changed.
    pub(crate) async fn redeem(self, tx: &mut Tx) -> Result<()> {
        let now = tx.now();
        let epoch = sqlx::query_scalar!(
            "select credential_epoch from users where id = $1 and suspended_at is null and deleted_at is null for share",
            self.user.uuid()
        )
        .fetch_optional(tx.connection())
        .await?
        .ok_or(Code::SignInNeeded)?;
        let done = sqlx::query!(
            "update sessions set authenticated_at = case when $5 then $3 else authenticated_at end
             where id = $1 and user_id = $2 and revoked_at is null and expires_at > $3 and credential_epoch = $4",
            self.session.uuid(),
            self.user.uuid(),
            now.to_sqlx(),
            epoch,
            self.is_new
        )
        .execute(tx.connection())
        .await?;
        if done.rows_affected() == 0 {
            return Err(Code::SignInNeeded.into());
        }
        if epoch == self.epoch { Ok(()) } else { Err(Code::PasswordWrong.into()) }
    }
}
