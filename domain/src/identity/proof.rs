//! "Prove that it is you": what a signed-in user shows before an act that nobody else may do with their open session, such as changing the password or
//! signing a prescription.
//!
//! Such an act takes a [`Proof`], has it checked by [`prove`], which may take long, and redeems it in its own transaction ([`Proven::redeem`]). A further way to
//! prove who one is becomes a variant of [`Proof`], and no act changes.

use super::{
    attempts::may_type_again,
    second_factor::{PasskeyAnswer, check_own_passkey},
    store,
};
use crate::{Domain, Result, access::Access, attempts::Whence, db::Tx};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{SessionId, UserId},
};
use std::fmt;

/// What a user shows to prove that it is them.
#[derive(Clone)]
pub enum Proof {
    /// The password, typed again.
    Password(String),
    /// What a passkey of the user has answered to [`ask_for_proof`](super::ask_for_proof).
    Passkey(PasskeyAnswer),
}

impl Proof {
    /// Whether nothing was typed.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Password(password) => password.is_empty(),
            Self::Passkey(given) => given.answer.is_empty(),
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
}

/// Checks what the caller shows.
///
/// # Errors
/// `access.sign_in_needed`; `identity.password_wrong`; `request.rate_limited` after too many wrong passwords; for a passkey, those of
/// [`sign_in_by_passkey`](super::sign_in_by_passkey) about the answer.
pub async fn prove(domain: &Domain, access: &Access, proof: &Proof) -> Result<Proven> {
    match proof {
        Proof::Password(password) => by_password(domain, access, password).await,
        Proof::Passkey(given) => by_passkey(domain, access, given).await,
    }
}

async fn by_passkey(domain: &Domain, access: &Access, given: &PasskeyAnswer) -> Result<Proven> {
    let acting = access.acting()?;
    let (user, session) = (acting.user, acting.session);
    let epoch = check_own_passkey(domain, access, given).await?;
    Ok(Proven { user, session, epoch })
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
    Ok(Proven { user, session, epoch: own.epoch })
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
            "update sessions set authenticated_at = $3
             where id = $1 and user_id = $2 and revoked_at is null and expires_at > $3 and credential_epoch = $4",
            self.session.uuid(),
            self.user.uuid(),
            now.to_sqlx(),
            epoch
        )
        .execute(tx.connection())
        .await?;
        if done.rows_affected() == 0 {
            return Err(Code::SignInNeeded.into());
        }
        if epoch == self.epoch { Ok(()) } else { Err(Code::PasswordWrong.into()) }
    }
}
