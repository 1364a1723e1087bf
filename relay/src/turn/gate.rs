//! Who asks: the long-term credential mechanism (RFC 8489 §9.2.4) with credentials of the REST form.

use std::net::SocketAddr;

use super::shared::Shared;
use crate::credentials::Username;
use crate::stun::{Algorithm, Key, Message, PasswordAlgorithm, attribute};

/// PASSWORD-ALGORITHMS as every challenge offers it: SHA-256 first, then MD5, each without parameters.
pub(super) const PASSWORD_ALGORITHMS: [u8; 8] = [0, 2, 0, 0, 0, 1, 0, 0];

/// A credential that was proved, and how to sign the answer.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) username: Username,
    pub(super) key: Key,
    pub(super) algorithm: Algorithm,
}

/// Why a request is not carried out before it is known who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// 401: no credential yet.
    Challenge,
    /// 401: one that was forged, or of a form that this relay never issues.
    Refused,
    /// 438: the credential is good; the nonce is too old, or another's.
    Stale,
    /// 400: the parts do not belong together.
    BadRequest,
}

/// Proves the credential of a request. Its time counts only where an allocation is made: a call goes on for longer than a credential
/// lives, and the browser cannot change it in between.
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

/// The strongest signature that the request carries.
fn signature_of(request: &Message<'_>) -> Option<Algorithm> {
    let has = |kind| request.attributes().any(|attribute| attribute.kind == kind);
    if has(attribute::MESSAGE_INTEGRITY_SHA256) {
        Some(Algorithm::Sha256)
    } else {
        has(attribute::MESSAGE_INTEGRITY).then_some(Algorithm::Sha1)
    }
}

/// What the client chose; MD5 when it says nothing. Somebody on the way who takes the better choice out of the challenge is found by the
/// list that the client sends back (RFC 8489 §9.2.1).
fn password_algorithm(request: &Message<'_>) -> Result<PasswordAlgorithm, Stopped> {
    match (request.get(attribute::PASSWORD_ALGORITHMS), request.get(attribute::PASSWORD_ALGORITHM)) {
        (None, None) => Ok(PasswordAlgorithm::Md5),
        (Some(offered), Some(chosen)) if offered == PASSWORD_ALGORITHMS => {
            PasswordAlgorithm::parse(chosen).ok_or(Stopped::BadRequest)
        }
        _ => Err(Stopped::BadRequest),
    }
}
