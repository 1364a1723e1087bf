//! Authentication: the long-term credential mechanism (RFC 8489 §9.2.4) with TURN REST credentials.

use std::net::SocketAddr;

use super::shared::Shared;
use crate::credentials::Username;
use crate::stun::{Algorithm, Key, Message, PasswordAlgorithm, attribute};

/// The PASSWORD-ALGORITHMS value of every challenge: SHA-256 first, then MD5, each without parameters.
pub(super) const PASSWORD_ALGORITHMS: [u8; 8] = [0, 2, 0, 0, 0, 1, 0, 0];

/// A verified credential, and how to sign the answer.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) username: Username,
    pub(super) key: Key,
    pub(super) algorithm: Algorithm,
}

/// Why authentication of a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// 401: the request has no credential yet.
    Challenge,
    /// 401: the credential is forged, or of a form that this relay never issues.
    Refused,
    /// 438: the credential is valid; the nonce is too old, or belongs to another client.
    Stale,
    /// 400: attributes are missing or contradict each other.
    BadRequest,
}

/// Verifies the credential of a request. Its expiry is checked only where an allocation is made: a call can last longer than its credential,
/// and the browser cannot replace the credential meanwhile.
pub(super) fn prove(shared: &Shared, request: &Message<'_>, client: SocketAddr) -> Result<Proof, Stopped> {
    let algorithm = signature_of(request).ok_or(Stopped::Challenge)?;
    let text = |kind| request.get(kind).and_then(attribute::text);
    let (Some(username), Some(realm), Some(nonce)) =
        (text(attribute::USERNAME), text(attribute::REALM), request.get(attribute::NONCE))
    else {
        return Err(Stopped::BadRequest);
    };
    let password_algorithm = password_algorithm(request)?;
    let parsed = Username::parse(username).map_err(|_| Stopped::Refused)?;
    let key = shared.key(username, password_algorithm);
    if realm != shared.realm || !key.signed(request, algorithm) {
        return Err(Stopped::Refused);
    }
    if !shared.nonces.holds(nonce, client, shared.now_unix()) {
        return Err(Stopped::Stale);
    }
    Ok(Proof { username: parsed, key, algorithm })
}

/// The strongest kind of signature that the request has.
fn signature_of(request: &Message<'_>) -> Option<Algorithm> {
    let has = |kind| request.attributes().any(|attribute| attribute.kind == kind);
    if has(attribute::MESSAGE_INTEGRITY_SHA256) {
        Some(Algorithm::Sha256)
    } else {
        has(attribute::MESSAGE_INTEGRITY).then_some(Algorithm::Sha1)
    }
}

/// The password algorithm that the client chose; MD5 if it names none. The client must send back the offered list, so that the relay notices
/// when an attacker has removed the stronger algorithm from the challenge (RFC 8489 §9.2.1).
fn password_algorithm(request: &Message<'_>) -> Result<PasswordAlgorithm, Stopped> {
    match (request.get(attribute::PASSWORD_ALGORITHMS), request.get(attribute::PASSWORD_ALGORITHM)) {
        (None, None) => Ok(PasswordAlgorithm::Md5),
        (Some(offered), Some(chosen)) if offered == PASSWORD_ALGORITHMS => {
            PasswordAlgorithm::parse(chosen).ok_or(Stopped::BadRequest)
        }
        _ => Err(Stopped::BadRequest),
    }
}
