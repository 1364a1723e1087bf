//! Keys, and the signatures made with them (RFC 8489 §9.2.2, §14.5, §14.6).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::attribute::{MESSAGE_INTEGRITY, MESSAGE_INTEGRITY_SHA256};
use super::message::{HEADER_LENGTH, Message};

/// How a long-term password becomes a key (RFC 8489 §18.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordAlgorithm {
    /// MD5 over `username:realm:password`, as every client knows it.
    Md5,
    /// SHA-256 over the same.
    Sha256,
}

impl PasswordAlgorithm {
    /// Its number in PASSWORD-ALGORITHM.
    pub fn number(self) -> u16 {
        match self {
            Self::Md5 => 1,
            Self::Sha256 => 2,
        }
    }

    /// The algorithm of a PASSWORD-ALGORITHM value: number, and no parameters (RFC 8489 §14.12).
    pub fn parse(value: &[u8]) -> Option<Self> {
        match value {
            [0, 1, 0, 0] => Some(Self::Md5),
            [0, 2, 0, 0] => Some(Self::Sha256),
            _ => None,
        }
    }
}

/// Which attribute carries a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// MESSAGE-INTEGRITY, HMAC-SHA1.
    Sha1,
    /// MESSAGE-INTEGRITY-SHA256, HMAC-SHA256 in full length.
    Sha256,
}

impl Algorithm {
    /// The attribute's type.
    pub fn attribute(self) -> u16 {
        match self {
            Self::Sha1 => MESSAGE_INTEGRITY,
            Self::Sha256 => MESSAGE_INTEGRITY_SHA256,
        }
    }

    /// The signature's length in bytes.
    pub fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }
}

/// What messages are signed with. Wiped from memory when dropped.
#[derive(Clone)]
pub struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// Of a short-term password (RFC 8489 §9.1.1).
    pub fn short_term(password: &str) -> Self {
        Self(Zeroizing::new(password.as_bytes().to_vec()))
    }

    /// Of a long-term credential (RFC 8489 §9.2.2). `username`, `realm` and `password` are taken as they are: who issues them
    /// keeps to ASCII or prepares them with OpaqueString first.
    pub fn long_term(username: &str, realm: &str, password: &str, algorithm: PasswordAlgorithm) -> Self {
        let parts = [username.as_bytes(), b":", realm.as_bytes(), b":", password.as_bytes()];
        Self(Zeroizing::new(match algorithm {
            PasswordAlgorithm::Md5 => digest::<Md5>(&parts),
            PasswordAlgorithm::Sha256 => digest::<Sha256>(&parts),
        }))
    }

    /// Whether the message carries a signature of this kind that was made with this key. In constant time as to the signature.
    pub fn signed(&self, message: &Message<'_>, algorithm: Algorithm) -> bool {
        let mut attributes = message.attributes();
        let Some(signature) = attributes.find(|attribute| attribute.kind == algorithm.attribute()) else { return false };
        if signature.value.len() != algorithm.length() {
            return false;
        }
        let before = &message.bytes()[..signature.offset];
        match algorithm {
            Algorithm::Sha1 => {
                let mut mac = self.mac::<Hmac<Sha1>>();
                feed(&mut mac, before, algorithm);
                mac.verify_slice(signature.value).is_ok()
            }
            Algorithm::Sha256 => {
                let mut mac = self.mac::<Hmac<Sha256>>();
                feed(&mut mac, before, algorithm);
                mac.verify_slice(signature.value).is_ok()
            }
        }
    }

    /// Writes the signature over `before`, the message so far, into `signature`, which has [`Algorithm::length`] bytes.
    pub(super) fn sign(&self, before: &[u8], algorithm: Algorithm, signature: &mut [u8]) {
        match algorithm {
            Algorithm::Sha1 => {
                let mut mac = self.mac::<Hmac<Sha1>>();
                feed(&mut mac, before, algorithm);
                signature.copy_from_slice(&mac.finalize().into_bytes());
            }
            Algorithm::Sha256 => {
                let mut mac = self.mac::<Hmac<Sha256>>();
                feed(&mut mac, before, algorithm);
                signature.copy_from_slice(&mac.finalize().into_bytes());
            }
        }
    }

    fn mac<M: Mac + KeyInit>(&self) -> M {
        <M as KeyInit>::new_from_slice(&self.0).expect("HMAC takes a key of any length")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut digest = D::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize().to_vec()
}

/// The message before the signature, its length counted up to the signature's end (RFC 8489 §14.5). `before` holds a header.
fn feed(mac: &mut impl Mac, before: &[u8], algorithm: Algorithm) {
    let length = before.len() - HEADER_LENGTH + 4 + algorithm.length();
    mac.update(&before[..2]);
    // A message is at most 65 555 bytes, and the signature stands inside it.
    mac.update(&u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
    mac.update(&before[4..]);
}
