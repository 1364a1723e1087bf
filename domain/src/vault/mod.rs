//! Encryption of sensitive fields with one key per patient, and the keyed hashes of everything else (ADR 24).
//!
//! Three levels: the master key wraps the keys of the installation, one or more for each [`Purpose`]; the one for [`Purpose::Wrap`] wraps the patients'
//! keys; a patient's key encrypts the fields. Destroying a row of `patient_keys` destroys everything that was encrypted with that key.
//!
//! Boundary: the database is asked in `db::keys`; the server knows where the master key comes from (file, environment, KMS).
//!
//! Format 1 of a ciphertext: the byte 1, 24 bytes of nonce, XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03). The associated data names the column and the
//! row, so that a ciphertext that is moved elsewhere cannot be decrypted. Patients' keys and drafts of refused forms use it, because there is only one
//! key that can open it. Format 2, of the keys of the installation: the byte 2, the key's number (two bytes, big-endian), then as format 1. A MAC has the
//! same two formats: 32 bytes alone are of key 1, otherwise byte 2 and the number stand before them.

mod installation;
mod master;
mod patient_key;
mod purpose;

pub use installation::{KeyNumber, Rings, Vault};
pub use master::{LocalMaster, MasterError, MasterKey};
pub use patient_key::{Column, PatientKey};
pub use purpose::Purpose;

use crate::{Error, Result, randomness::Randomness};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// The format of a ciphertext that only one key can open.
const ALONE: u8 = 1;
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

    /// Encrypts in format 1; decrypting needs the same `bound_to`.
    pub fn encrypt(&self, source: &dyn Randomness, bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
        self.encrypt_after(&[ALONE], source, bound_to, plain)
    }

    /// Decrypts what [`Key::encrypt`] made with the same `bound_to`.
    ///
    /// # Errors
    /// `internal` when the ciphertext was changed, moved, or belongs to another key.
    pub fn decrypt(&self, bound_to: &[u8], cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        match cipher.split_first() {
            Some((&ALONE, rest)) => self.decrypt_rest(bound_to, rest),
            Some(_) | None => Err(damaged()),
        }
    }

    /// The header, the nonce and the encrypted text.
    fn encrypt_after(&self, header: &[u8], source: &dyn Randomness, bound_to: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        source.fill(&mut nonce);
        let body = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound_to })
            .expect("a message of this size can be encrypted");
        [header, &nonce[..], &body[..]].concat()
    }

    /// Decrypts what follows the header.
    fn decrypt_rest(&self, bound_to: &[u8], rest: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(damaged)?;
        self.cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: bound_to })
            .map(Zeroizing::new)
            .map_err(|_| damaged())
    }

    /// HMAC-SHA256 over the parts, each with its length.
    #[must_use]
    pub fn hmac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(self.expose()).expect("any length is a key");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
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

fn damaged() -> Error {
    Error::internal("a ciphertext does not open")
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
    fn parts_do_not_run_together() {
        let key = Key::new([7; 32]);
        assert_ne!(key.hmac(&[b"ab", b"c"]), key.hmac(&[b"a", b"bc"]));
        assert_ne!(key.hmac(&[b"a"]), Key::new([8; 32]).hmac(&[b"a"]));
        assert_eq!(format!("{key:?}"), "Key(…)");
    }
}
