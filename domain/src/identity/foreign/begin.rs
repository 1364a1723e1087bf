//! A browser goes to a provider and comes back.

use super::store::{self, NewSignIn};
use crate::{Domain, Result, randomness::secret_text, vault::sha256};
use jiff::SignedDuration;
use model::ids::{EventId, SessionId};
use sqlx::PgConnection;
use std::fmt;
use uuid::Uuid;

/// How long a person has at the provider.
const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// What the server needs to send a browser to a provider.
#[derive(Clone)]
pub struct ForeignStart {
    /// The secret for the browser's cookie: 128 bits, hexadecimal.
    pub browser: String,
    /// The parameter `state`.
    pub state: String,
    /// The parameter `nonce`.
    pub nonce: String,
    /// The verifier of PKCE (RFC 7636), of which the provider gets the hash.
    pub verifier: String,
}

/// What the server needs to ask the provider for the ID token, and where to go on.
#[derive(Clone)]
pub struct ForeignReturn {
    /// The sign-in.
    pub sign_in: Uuid,
    /// The secret in the browser's cookie.
    pub browser: String,
    /// The nonce that the ID token must contain.
    pub nonce: String,
    /// The verifier of PKCE.
    pub verifier: String,
    /// The page that required the sign-in.
    pub next: Option<String>,
    /// The session whose user connects this sign-in to their account ([`super::begin_connecting`]); `None` for somebody who signs in.
    pub connects: Option<SessionId>,
}

/// What has come back.
#[derive(Clone)]
pub enum Returned {
    /// A browser that was sent there.
    Expected(ForeignReturn),
    /// One that was there for too long, or that was not sent.
    TooLate,
    /// It came back with this state before.
    Used,
    /// Another browser was sent there with this state.
    OtherBrowser,
}

/// Keeps secrets out of logs.
impl fmt::Debug for ForeignStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ForeignStart")
    }
}

/// Keeps secrets out of logs.
impl fmt::Debug for ForeignReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ForeignReturn")
    }
}

/// Keeps secrets out of logs.
impl fmt::Debug for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expected(_) => "Expected",
            Self::TooLate => "TooLate",
            Self::Used => "Used",
            Self::OtherBrowser => "OtherBrowser",
        })
    }
}

/// Begins a sign-in at a provider, in the browser that has this secret in its cookie; without one it gets one. Several of a browser may be under way. It is
/// no act of a person and gives no right, so the audit log has nothing of it; what follows from it is there.
///
/// # Errors
/// `database.unavailable`.
pub async fn begin_foreign_sign_in(
    domain: &Domain,
    provider: &str,
    browser: Option<String>,
    next: Option<&str>,
) -> Result<ForeignStart> {
    let mut connection = domain.pool().acquire().await?;
    keep(domain, &mut connection, provider, browser, next, None).await
}

/// Keeps a sign-in that begins, and draws its secrets.
pub(super) async fn keep(
    domain: &Domain,
    connection: &mut PgConnection,
    provider: &str,
    browser: Option<String>,
    next: Option<&str>,
    connects: Option<SessionId>,
) -> Result<ForeignStart> {
    let browser = browser.unwrap_or_else(|| secret_text(domain.randomness()));
    let state = secret_text(domain.randomness());
    let now = domain.now();
    let new = NewSignIn {
        id: domain.new_id::<EventId>().uuid(),
        state_hash: state_hash(&state),
        browser_hash: browser_hash(&browser),
        provider,
        next,
        connects,
        created_at: now,
        expires_at: now + LIFE,
    };
    store::begin(connection, &new).await?;
    Ok(foreign_start_again(browser, state))
}

/// What the server needs to send the browser with this secret to a provider, when the sign-in with this state has begun before ([`super::begin_connecting`]). The
/// provider's answer counts only if it has, in this browser.
#[must_use]
pub fn foreign_start_again(browser: String, state: String) -> ForeignStart {
    let (nonce, verifier) = (derived(b"nonce", &browser, &state), derived(b"verifier", &browser, &state));
    ForeignStart { browser, state, nonce, verifier }
}

/// Takes a browser back that comes from a provider with a state, and uses that up.
///
/// # Errors
/// `database.unavailable`.
pub async fn return_from_provider(domain: &Domain, provider: &str, state: &str, browser: Option<&str>) -> Result<Returned> {
    let mut connection = domain.pool().acquire().await?;
    let now = domain.now();
    let found = store::find(&mut connection, &state_hash(state)).await?;
    let Some(found) = found.filter(|found| found.provider == provider) else { return Ok(Returned::TooLate) };
    let Some(browser) = browser.filter(|secret| browser_hash(secret)[..] == found.browser_hash[..]) else {
        return Ok(Returned::OtherBrowser);
    };
    if !found.is_used && found.expires_at <= now {
        return Ok(Returned::TooLate);
    }
    if found.is_used || !store::use_up(&mut connection, found.id, now).await? {
        return Ok(Returned::Used);
    }
    let (nonce, verifier) = (derived(b"nonce", browser, state), derived(b"verifier", browser, state));
    let returned_to = browser.to_owned();
    Ok(Returned::Expected(ForeignReturn {
        sign_in: found.id,
        browser: returned_to,
        nonce,
        verifier,
        next: found.next,
        connects: found.connects,
    }))
}

fn state_hash(state: &str) -> [u8; 32] {
    sha256(&[b"foreign state ", state.as_bytes()])
}

pub(super) fn browser_hash(secret: &str) -> [u8; 32] {
    sha256(&[b"foreign browser ", secret.as_bytes()])
}

/// A value of 256 bits, hexadecimal, that only who knows the browser's secret can compute.
fn derived(what: &[u8], browser: &str, state: &str) -> String {
    let hash = sha256(&[b"foreign ", what, b" ", browser.as_bytes(), b" ", state.as_bytes()]);
    let (front, back) = hash.split_at(16);
    let half = |bytes: &[u8]| Uuid::from_slice(bytes).unwrap_or_default().simple().to_string();
    format!("{}{}", half(front), half(back))
}
