//! The keys by which push services know this installation (VAPID, RFC 8292). They are derived from the keys of the installation, so a backup has them.

use crate::{
    Error, Result,
    randomness::Randomness,
    vault::{Purpose, Vault},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer as _},
};
use serde_json::json;
use zeroize::Zeroizing;

/// How often random bytes are drawn until they are a key. One draw in four thousand million is none.
const DRAWS: u8 = 8;

/// The signing keys, the newest first. Bytes that are no key, one in four thousand million, are left out.
pub(super) fn signers(vault: &Vault) -> Vec<SecretKey> {
    let seeds = vault.digests(Purpose::Push, &[b"vapid"]);
    seeds.iter().filter_map(|seed| SecretKey::from_slice(seed).ok()).collect()
}

/// The public half of a key, as browsers and services know it.
pub(super) fn public(key: &SecretKey) -> Vec<u8> {
    key.public_key().to_sec1_bytes().to_vec()
}

/// A new key for one message.
pub(super) fn ephemeral(source: &dyn Randomness) -> Result<SecretKey> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    for _ in 0..DRAWS {
        source.fill(&mut bytes[..]);
        if let Ok(key) = SecretKey::from_slice(&bytes[..]) {
            return Ok(key);
        }
    }
    Err(Error::internal("random bytes are no key"))
}

/// The value of the header `Authorization`: a token for this push service, until then. `contact` is whom the service may ask.
pub(super) fn authorization(key: &SecretKey, audience: &str, contact: Option<&str>, until: Timestamp) -> Result<String> {
    let mut claims = json!({ "aud": audience, "exp": until.as_second() });
    if let Some(contact) = contact {
        claims["sub"] = contact.into();
    }
    let part = |value: &str| URL_SAFE_NO_PAD.encode(value);
    let token = format!("{}.{}", part(r#"{"typ":"JWT","alg":"ES256"}"#), part(&claims.to_string()));
    let signer = SigningKey::from_slice(key.to_bytes().as_slice()).map_err(|_| Error::internal("a key that signs nothing"))?;
    let signature: Signature = signer.sign(token.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature.to_vec());
    Ok(format!("vapid t={token}.{signature}, k={}", URL_SAFE_NO_PAD.encode(public(key))))
}
