//! Whether a password may be tried, or a mail requested: by the counts of all copies of the server as this one knows them ([`crate::attempts`]),
//! and by proofs that the database has.

use super::store;
use crate::{Domain, Error, Result, access::Access, attempts::Whence};
use jiff::Timestamp;
use model::{identity::EmailAddress, ids::UserId};

/// Counts a mail that is requested without signing in.
///
/// # Errors
/// `request.rate_limited`, with the time until the next try.
pub(crate) fn may_ask_for_mail(domain: &Domain, access: &Access, to: &EmailAddress) -> Result<()> {
    domain.attempts().mail(domain.settings(), domain.now(), to, access.address)
}

/// Checks whether another password may be tried for an account, named by the email key. Before refusing, it looks in the database for a proof: the
/// password may have been replaced, or the address confirmed, through another copy of the server.
///
/// # Errors
/// `request.rate_limited`, with the time until the next try; `database.unavailable`.
pub(super) async fn may_sign_in(domain: &Domain, email_key: &str, whence: Whence) -> Result<()> {
    match domain.attempts().check(domain.settings(), domain.now(), email_key, whence) {
        Ok(()) => Ok(()),
        Err(refused) => {
            let proved_at = store::proved_at_by_email(&mut *domain.pool().acquire().await?, email_key).await?;
            unless_proved(domain, email_key, whence, proved_at, refused)
        }
    }
}

/// The same check for the password that a signed-in user types again.
///
/// # Errors
/// `request.rate_limited`, with the time until the next try; `database.unavailable`.
pub(super) async fn may_type_again(domain: &Domain, user: UserId) -> Result<()> {
    let (account, anywhere) = (user.to_string(), Whence::Line(None));
    match domain.attempts().check(domain.settings(), domain.now(), &account, anywhere) {
        Ok(()) => Ok(()),
        Err(refused) => {
            let proved_at = store::proved_at(&mut *domain.pool().acquire().await?, user).await?;
            unless_proved(domain, &account, anywhere, proved_at, refused)
        }
    }
}

fn unless_proved(domain: &Domain, account: &str, whence: Whence, proved_at: Option<Timestamp>, refused: Error) -> Result<()> {
    let Some(proved_at) = proved_at else { return Err(refused) };
    domain.attempts().forget_before(account, whence, proved_at);
    domain.attempts().check(domain.settings(), domain.now(), account, whence)
}
