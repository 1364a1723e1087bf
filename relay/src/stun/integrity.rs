//! Keys, and the message signatures made with them (RFC 8489 §9.2.2, §14.5, §14.6).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::attribute::{MESSAGE_INTEGRITY, MESSAGE_INTEGRITY_SHA256};
use super::message::{HEADER_LENGTH, Message};

/// How a long-term password is turned into a key (RFC 8489 §18.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordAlgorithm {
    /// MD5 over `username:realm:password`, which every client supports.
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

    /// Reads a PASSWORD-ALGORITHM value: a number, without parameters (RFC 8489 §14.12).
    pub fn parse(value: &[u8]) -> Option<Self> {
        match value {
            [0, 1, 0, 0] => Some(Self::Md5),
            [0, 2, 0, 0] => Some(Self::Sha256),
            _ => None,
        }
    }
}

/// The kind of signature, each with its own attribute.
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

/// A key that signs messages. It is wiped from memory when dropped.
#[derive(Clone)]
pub struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// The key of a short-term password (RFC 8489 §9.1.1).
    pub fn short_term(password: &str) -> Self {
        Self(Zeroizing::new(password.as_bytes().to_vec()))
    }

    /// The key of a long-term credential (RFC 8489 §9.2.2). `username`, `realm` and `password` are used unchanged: their issuer
    /// must restrict them to ASCII or prepare them with OpaqueString first.
    pub fn long_term(username: &str, realm: &str, password: &str, algorithm: PasswordAlgorithm) -> Self {
        let parts = [username.as_bytes(), b":", realm.as_bytes(), b":", password.as_bytes()];
        Self(Zeroizing::new(match algorithm {
            PasswordAlgorithm::Md5 => digest::<Md5>(&parts),
            PasswordAlgorithm::Sha256 => digest::<Sha256>(&parts),
        }))
    }

    /// Whether the message has a signature of this kind that was made with this key. Compares the signature in constant time.
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

    /// Writes the signature of `before`, the message so far, into `signature`, which has [`Algorithm::length`] bytes.
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

/// Feeds the message before the signature into the HMAC, with a header length that includes the signature (RFC 8489 §14.5). `before` has a header.
fn feed(mac: &mut impl Mac, before: &[u8], algorithm: Algorithm) {
    let length = before.len() - HEADER_LENGTH + 4 + algorithm.length();
    mac.update(&before[..2]);
    // A message has at most 65 555 bytes, and the signature lies inside it.
    mac.update(&u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
    mac.update(&before[4..]);
}
