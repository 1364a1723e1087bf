//! Encryption of sensitive fields with one key per patient, wrapped by a master key; and the keyed hashes of everything else.
//!
//! Boundary: the master key is passed in as bytes; the server knows where it comes from (file, KMS). Destroying a row of `patient_keys` destroys
//! everything that was encrypted with that key.
//!
//! Format of a ciphertext: one byte of version, 24 bytes of nonce, XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03). The associated data names the
//! column and the row, so that a ciphertext that is moved elsewhere cannot be decrypted.

mod patient_key;

pub use patient_key::{Column, PatientKey};

use crate::{Error, Result, randomness::Randomness};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;

/// 32 bytes of key material; `Debug` shows none of it.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Makes a key from key material.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new random key.
    pub fn random(source: &dyn Randomness) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        source.fill(&mut *bytes);
        Self(bytes)
    }

    /// The raw bytes, to be wrapped or passed to another algorithm.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts; decrypting needs the same `bound_to`.
    pub fn encrypt(&self, source: &dyn Randomness, bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        source.fill(&mut nonce);
        let body = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound_to })
            .expect("a message of this size can be encrypted");
        let mut out = Vec::with_capacity(1 + NONCE_BYTES + body.len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&body);
        out
    }

    /// Decrypts what [`Key::encrypt`] made with the same `bound_to`.
    ///
    /// # Errors
    /// `internal` when the ciphertext was changed, moved, or belongs to another key.
    pub fn decrypt(&self, bound_to: &[u8], cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let damaged = || Error::internal("a ciphertext does not open");
        let (&VERSION, rest) = cipher.split_first().ok_or_else(damaged)? else { return Err(damaged()) };
        let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(damaged)?;
        self.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: bound_to })
            .map(Zeroizing::new)
            .map_err(|_| damaged())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_slice().try_into().expect("a key has 32 bytes"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// What a derived key is for. Each purpose has its own key (HKDF-SHA256, RFC 5869).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// HMAC over audit rows and seals.
    Audit,
    /// HMAC over requests that carry an idempotency key.
    Idempotency,
    /// Tokens in links.
    Links,
    /// The tokens that a refresh token is exchanged for.
    ApiTokens,
    /// Blind indexes.
    BlindIndex,
    /// Wrapping of patient keys.
    Wrap,
    /// Ids that must be the same when an event is handled twice.
    DerivedIds,
    /// The relay's shared secret, when none is configured.
    Relay,
    /// Keys of users, for drafts that are not about a patient.
    Drafts,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Audit => b"bedside/audit/1",
            Self::Idempotency => b"bedside/idempotency/1",
            Self::Links => b"bedside/links/1",
            Self::ApiTokens => b"bedside/api-tokens/1",
            Self::BlindIndex => b"bedside/blind-index/1",
            Self::Wrap => b"bedside/wrap/1",
            Self::DerivedIds => b"bedside/derived-ids/1",
            Self::Relay => b"bedside/relay/1",
            Self::Drafts => b"bedside/drafts/1",
        }
    }
}

/// Holds the master key and what is derived from it.
#[derive(Debug, Clone)]
pub struct Vault {
    master: Key,
}

impl Vault {
    /// A vault over a master key.
    #[must_use]
    pub fn new(master: Key) -> Self {
        Self { master }
    }

    /// The key for one purpose.
    #[must_use]
    pub fn key(&self, purpose: Purpose) -> Key {
        let mut bytes = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(None, self.master.expose()).expand(purpose.label(), &mut *bytes).expect("32 bytes can be derived");
        Key(bytes)
    }

    /// HMAC-SHA256 over the parts, each with its length, under the key of a purpose.
    #[must_use]
    pub fn mac(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let key = self.key(purpose);
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key.expose()).expect("any length is a key");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// SHA-256.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// Compares in a time that does not reveal where the difference is.
#[must_use]
pub fn equal_in_constant_time(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::randomness::SystemRandomness;

    #[test]
    fn a_ciphertext_opens_only_where_it_was_made() {
        let key = Key::random(&SystemRandomness);
        let cipher = key.encrypt(&SystemRandomness, b"here", b"sore throat");
        assert_eq!(key.decrypt(b"here", &cipher).unwrap().as_slice(), b"sore throat");
        assert!(key.decrypt(b"there", &cipher).is_err());
        assert!(Key::random(&SystemRandomness).decrypt(b"here", &cipher).is_err());
        let mut changed = cipher;
        *changed.last_mut().unwrap() ^= 1;
        assert!(key.decrypt(b"here", &changed).is_err());
        assert!(key.decrypt(b"here", &[]).is_err());
    }

    #[test]
    fn purposes_have_different_keys_and_parts_do_not_run_together() {
        let vault = Vault::new(Key::new([7; 32]));
        assert_ne!(vault.mac(Purpose::Audit, &[b"a"]), vault.mac(Purpose::Links, &[b"a"]));
        assert_ne!(vault.mac(Purpose::Audit, &[b"ab", b"c"]), vault.mac(Purpose::Audit, &[b"a", b"bc"]));
        assert_eq!(format!("{vault:?}"), "Vault { master: Key(…) }");
    }
}
