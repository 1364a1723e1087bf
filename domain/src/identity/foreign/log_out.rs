//! Somebody has signed out at a provider, which tells it (OpenID Connect Back-Channel Logout 1.0). The server has checked its token.

use super::store;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    identity::sessions,
    vault::sha256,
};
use jiff::SignedDuration;
use std::fmt;

/// How long a token is remembered: longer than it may be old, so that each counts once.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);

/// What a provider tells: at least one of `subject` and `sid`.
#[derive(Clone)]
pub struct ForeignLogOut {
    /// The issuer.
    pub issuer: String,
    /// Who has signed out.
    pub subject: Option<String>,
    /// The session at the provider that has ended; without one, all of the subject have.
    pub sid: Option<String>,
    /// The id of the token.
    pub token: String,
}

/// Keeps subjects out of logs.
impl fmt::Debug for ForeignLogOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignLogOut").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// What has become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoggedOut {
    /// So many sessions have ended.
    Ended(i64),
    /// The token was used before.
    Repeated,
}

/// Ends the sessions that have begun with an identity at a provider where it has signed out, and the sign-ins that wait for their second step. A session that began before
/// the provider named its own ends by the subject.
///
/// # Errors
/// `database.unavailable`.
pub async fn log_out_from_provider(domain: &Domain, access: &Access, told: &ForeignLogOut) -> Result<LoggedOut> {
    let mut tx = domain.begin("identity.foreign_log_out", access).await?;
    let until = tx.now() + REMEMBERED;
    if !store::take_logout(&mut tx, &token_hash(told), until).await? {
        tx.close().await?;
        return Ok(LoggedOut::Repeated);
    }
    let sid_hash = told.sid.as_deref().map(|sid| sid_hash(&told.issuer, sid));
    let ended = store::end_sessions(&mut tx, &told.issuer, told.subject.as_deref(), sid_hash.as_ref()).await?;
    for (user, session) in &ended {
        sessions::announce_end(&mut tx, *user, *session).await?;
    }
    let count = i64::try_from(ended.len()).unwrap_or(i64::MAX);
    let entry = Audit::of(AuditAction::IdentityForeignSignedOut).with("sessions", count);
    // An identity belongs to one account, so the sessions do too.
    let entry = match ended.first() {
        Some((user, _)) => entry.on(ResourceKind::Account, *user),
        None => entry,
    };
    tx.commit(entry).await?;
    Ok(LoggedOut::Ended(count))
}

fn token_hash(told: &ForeignLogOut) -> [u8; 32] {
    sha256(&[b"foreign logout ", told.issuer.as_bytes(), b" ", told.token.as_bytes()])
}

pub(super) fn sid_hash(issuer: &str, sid: &str) -> [u8; 32] {
    sha256(&[b"foreign sid ", issuer.as_bytes(), b" ", sid.as_bytes()])
}
