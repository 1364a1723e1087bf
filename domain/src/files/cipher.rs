//! How the content of a file is encrypted: each part is an object of its own, in chunks, so that any range can be read without what stands before it.
//!
//! Each chunk of 64 KiB is XChaCha20-Poly1305 under the file's own key. The nonce is the random salt of the object, the number of the chunk, and
//! whether it is the last one, as in STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015); the associated data names the file and the part. So a chunk that
//! is moved, and an object that is cut off or exchanged, do not open.

use super::rules::Part;
use crate::{Error, Result, vault::Key};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use model::ids::FileId;
use std::ops::Range;

/// The plain bytes of each chunk but the last.
const CHUNK: u64 = 64 * 1024;
const TAG: u64 = 16;
pub(super) const SALT_BYTES: usize = 16;

/// Where an object belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: FileId,
    pub(super) part: Part,
    pub(super) number: u32,
}

impl Place {
    fn bound_to(&self) -> Vec<u8> {
        [&self.file.uuid().as_bytes()[..], &self.number.to_be_bytes()[..], self.part.as_str().as_bytes()].concat()
    }
}

/// Encrypts the whole content of an object.
pub(super) fn seal(key: &Key, place: Place, salt: [u8; SALT_BYTES], plain: &[u8]) -> Vec<u8> {
    let (cipher, bound_to) = (cipher_of(key), place.bound_to());
    let size = as_u64(plain.len());
    let mut sealed = Vec::with_capacity(plain.len() + as_usize(chunks(size) * TAG));
    for (number, chunk) in (0..).zip(plain.chunks(as_usize(CHUNK))) {
        let payload = Payload { msg: chunk, aad: &bound_to };
        let body = cipher.encrypt(&nonce(salt, number, size), payload).expect("a chunk of this size can be encrypted");
        sealed.extend_from_slice(&body);
    }
    sealed
}

/// The bytes of an object that have to be read for a range of its content. `size` is that of the content.
pub(super) fn sealed_range(size: u64, wanted: &Range<u64>) -> Range<u64> {
    let (first, end) = (wanted.start / CHUNK, wanted.end.div_ceil(CHUNK));
    let sealed_size = size + chunks(size) * TAG;
    first * (CHUNK + TAG)..(end * (CHUNK + TAG)).min(sealed_size)
}

/// Decrypts the bytes of [`sealed_range`] and returns the range that is wanted.
///
/// # Errors
/// `internal` when they were changed, moved, cut off, or belong to another key.
pub(super) fn open(
    key: &Key,
    place: Place,
    salt: [u8; SALT_BYTES],
    size: u64,
    wanted: &Range<u64>,
    sealed: &[u8],
) -> Result<Vec<u8>> {
    let expected = sealed_range(size, wanted);
    if wanted.is_empty() || wanted.end > size || as_u64(sealed.len()) != expected.end - expected.start {
        return Err(damaged());
    }
    let (cipher, bound_to) = (cipher_of(key), place.bound_to());
    let first = wanted.start / CHUNK;
    let mut plain = Vec::with_capacity(sealed.len());
    for (number, chunk) in (first..).zip(sealed.chunks(as_usize(CHUNK + TAG))) {
        let payload = Payload { msg: chunk, aad: &bound_to };
        plain.extend_from_slice(&cipher.decrypt(&nonce(salt, number, size), payload).map_err(|_| damaged())?);
    }
    let begin = as_usize(wanted.start - first * CHUNK);
    let length = as_usize(wanted.end - wanted.start);
    plain.drain(..begin);
    plain.truncate(length);
    if plain.len() == length { Ok(plain) } else { Err(damaged()) }
}

fn chunks(size: u64) -> u64 {
    size.div_ceil(CHUNK)
}

fn nonce(salt: [u8; SALT_BYTES], number: u64, size: u64) -> XNonce {
    let mut nonce = [0; 24];
    nonce[..SALT_BYTES].copy_from_slice(&salt);
    nonce[SALT_BYTES..].copy_from_slice(&((number << 1) | u64::from(number + 1 == chunks(size))).to_be_bytes());
    XNonce::from(nonce)
}

fn cipher_of(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose().as_slice().try_into().expect("a key has 32 bytes"))
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn as_usize(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

fn damaged() -> Error {
    Error::internal("the content of a file does not open")
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const SALT: [u8; SALT_BYTES] = [3; SALT_BYTES];

    fn place(number: u32) -> Place {
        Place { file: Uuid::from_u128(7).into(), part: Part::Content, number }
    }

    fn content() -> Vec<u8> {
        (0..200_000_u32).map(|byte| u8::try_from(byte % 251).unwrap()).collect()
    }

    #[test]
    fn any_range_is_read_alone() {
        let (key, plain) = (Key::new([7; 32]), content());
        let size = as_u64(plain.len());
        let sealed = seal(&key, place(1), SALT, &plain);
        assert_eq!(as_u64(sealed.len()), size + 4 * TAG);
        for wanted in [0..size, 0..1, size - 1..size, CHUNK - 1..CHUNK + 1, CHUNK..2 * CHUNK, 70_000..199_999] {
            let there = sealed_range(size, &wanted);
            let read = open(&key, place(1), SALT, size, &wanted, &sealed[as_usize(there.start)..as_usize(there.end)]).unwrap();
            assert_eq!(read, plain[as_usize(wanted.start)..as_usize(wanted.end)], "{wanted:?}");
        }
        let last = CHUNK..CHUNK + 1;
        assert_eq!(sealed_range(size, &last), CHUNK + TAG..2 * (CHUNK + TAG));
    }

    #[test]
    fn what_was_moved_cut_off_or_belongs_to_another_key_does_not_open() {
        let (key, plain) = (Key::new([7; 32]), content());
        let size = as_u64(plain.len());
        let sealed = seal(&key, place(1), SALT, &plain);
        let opens = |key: &Key, place, salt, size, sealed: &[u8]| open(key, place, salt, size, &(0..size), sealed).is_ok();
        assert!(opens(&key, place(1), SALT, size, &sealed));
        assert!(!opens(&Key::new([8; 32]), place(1), SALT, size, &sealed));
        assert!(!opens(&key, place(2), SALT, size, &sealed));
        assert!(!opens(&key, Place { part: Part::Thumbnail, ..place(1) }, SALT, size, &sealed));
        assert!(!opens(&key, Place { file: Uuid::from_u128(8).into(), ..place(1) }, SALT, size, &sealed));
        assert!(!opens(&key, place(1), [4; SALT_BYTES], size, &sealed));
        // The second chunk in the place of the first.
        let step = as_usize(CHUNK + TAG);
        let mut swapped = sealed.clone();
        swapped[..step].copy_from_slice(&sealed[step..2 * step]);
        assert!(!opens(&key, place(1), SALT, size, &swapped));
        // Cut off behind whole chunks: with the right size it is too short, and with the wrong size its last chunk is not the last.
        assert!(!opens(&key, place(1), SALT, size, &sealed[..3 * step]));
        assert!(!opens(&key, place(1), SALT, 3 * CHUNK, &sealed[..3 * step]));
        let mut changed = sealed;
        changed[9] ^= 1;
        assert!(!opens(&key, place(1), SALT, size, &changed));
    }
}
