//! Writes a message into a buffer that the caller provides.

use std::net::SocketAddr;

use super::attribute::{self, write_xor_address};
use super::fingerprint;
use super::integrity::{Algorithm, Key};
use super::message::{Class, HEADER_LENGTH, MAGIC_COOKIE, Method, TransactionId, type_bits};

/// The buffer is too small for the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the buffer is too small for the message")]
pub struct Overflow;

/// Writes one message. If something does not fit, [`Writer::finish`] reports it, so that the calls before can be
/// chained.
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    at: usize,
    fits: bool,
    transaction: TransactionId,
}

impl<'b> Writer<'b> {
    /// Begins a message at the start of `buffer`.
    pub fn new(buffer: &'b mut [u8], class: Class, method: Method, transaction: TransactionId) -> Self {
        let mut writer = Self { buffer, at: 0, fits: true, transaction };
        writer.put(&type_bits(class, method).to_be_bytes());
        writer.put(&[0, 0]);
        writer.put(&MAGIC_COOKIE.to_be_bytes());
        writer.put(&transaction.0);
        writer
    }

    /// Adds an attribute.
    pub fn attribute(&mut self, kind: u16, value: &[u8]) -> &mut Self {
        let Ok(length) = u16::try_from(value.len()) else {
            self.fits = false;
            return self;
        };
        self.put(&kind.to_be_bytes());
        self.put(&length.to_be_bytes());
        self.put(value);
        self.put(&[0; 3][..value.len().next_multiple_of(4) - value.len()]);
        self
    }

    /// Adds XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS or XOR-RELAYED-ADDRESS.
    pub fn xor_address(&mut self, kind: u16, address: SocketAddr) -> &mut Self {
        let mut value = [0; 20];
        let length = write_xor_address(&mut value, address, self.transaction);
        self.attribute(kind, &value[..length])
    }

    /// Adds a 32-bit number.
    pub fn number(&mut self, kind: u16, number: u32) -> &mut Self {
        self.attribute(kind, &number.to_be_bytes())
    }

    /// Adds ERROR-CODE with a reason (RFC 8489 §14.8).
    pub fn error_code(&mut self, code: u16, reason: &str) -> &mut Self {
        let mut value = [0; 4 + 64];
        let reason = &reason.as_bytes()[..reason.len().min(64)];
        // Codes are 300 to 699, so both parts fit into a byte.
        value[2] = (code / 100) as u8;
        value[3] = (code % 100) as u8;
        value[4..4 + reason.len()].copy_from_slice(reason);
        self.attribute(attribute::ERROR_CODE, &value[..4 + reason.len()])
    }

    /// Signs what has been written so far.
    pub fn integrity(&mut self, key: &Key, algorithm: Algorithm) -> &mut Self {
        let mut signature = [0; 32];
        let signature = &mut signature[..algorithm.length()];
        if self.fits {
            key.sign(&self.buffer[..self.at], algorithm, signature);
        }
        self.attribute(algorithm.attribute(), signature)
    }

    /// Ends the message with FINGERPRINT and returns its length.
    ///
    /// # Errors
    /// [`Overflow`] when the buffer was too small; its content is then useless.
    pub fn finish_with_fingerprint(mut self) -> Result<usize, Overflow> {
        self.write_length(8);
        let value = if self.fits { fingerprint::value(&self.buffer[..self.at]) } else { 0 };
        self.number(attribute::FINGERPRINT, value);
        self.finish()
    }

    /// Ends the message and returns its length.
    ///
    /// # Errors
    /// [`Overflow`] when the buffer was too small; its content is then useless.
    pub fn finish(mut self) -> Result<usize, Overflow> {
        self.write_length(0);
        if self.fits { Ok(self.at) } else { Err(Overflow) }
    }

    /// Writes the length into the header, with `coming` bytes still to be written.
    fn write_length(&mut self, coming: usize) {
        match u16::try_from(self.at + coming - HEADER_LENGTH.min(self.at)) {
            Ok(length) if self.fits => self.buffer[2..4].copy_from_slice(&length.to_be_bytes()),
            _ => self.fits = false,
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        match self.buffer.get_mut(self.at..self.at + bytes.len()) {
            Some(place) if self.fits => {
                place.copy_from_slice(bytes);
                self.at += bytes.len();
            }
            _ => self.fits = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stun::{Message, PasswordAlgorithm};
    use proptest::prelude::*;

    #[test]
    fn a_buffer_that_is_too_small_is_reported_at_every_length() {
        let key = Key::short_term("password");
        let write = |buffer: &mut [u8]| {
            let mut writer = Writer::new(buffer, Class::Success, Method::Binding, TransactionId([3; 12]));
            writer.error_code(401, "Unauthenticated").integrity(&key, Algorithm::Sha256);
            writer.finish_with_fingerprint()
        };
        let length = write(&mut [0; 256]).unwrap();
        for short in 0..length {
            assert_eq!(write(&mut vec![0; short]), Err(Overflow), "{short}");
        }
        assert_eq!(write(&mut vec![0; length]), Ok(length));
    }

    /// CRC-32 detects every single flipped bit. If the flip hides FINGERPRINT itself (its type, or a length that includes it in another
    /// attribute), the signature must detect it, or must still be valid because everything it covers is intact.
    #[test]
    fn a_flipped_bit_is_always_noticed() {
        let key = Key::short_term("password");
        let mut buffer = [0; 128];
        let mut writer = Writer::new(&mut buffer, Class::Request, Method::Allocate, TransactionId([9; 12]));
        writer.attribute(attribute::USERNAME, b"12:visit:ana").integrity(&key, Algorithm::Sha256);
        let length = writer.finish_with_fingerprint().unwrap();
        let type_of_fingerprint = length - 8..length - 6;
        for place in 0..length {
            for bit in 0..8 {
                let mut flipped = buffer;
                flipped[place] ^= 1 << bit;
                let believed = Message::parse(&flipped[..length]).is_ok_and(|message| key.signed(&message, Algorithm::Sha256));
                assert_eq!(believed, type_of_fingerprint.contains(&place), "bit {bit} of octet {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(parts in prop::collection::vec((1u16..0x7000, prop::collection::vec(any::<u8>(), 0..40)), 0..8)) {
            let reserved = [attribute::MESSAGE_INTEGRITY, attribute::MESSAGE_INTEGRITY_SHA256];
            let parts: Vec<_> = parts.into_iter().filter(|(kind, _)| !reserved.contains(kind)).collect();
            let key = Key::long_term("user", "realm", "password", PasswordAlgorithm::Sha256);
            let mut buffer = [0; 1024];
            let mut writer = Writer::new(&mut buffer, Class::Request, Method::Refresh, TransactionId([9; 12]));
            parts.iter().for_each(|(kind, value)| { writer.attribute(*kind, value); });
            writer.integrity(&key, Algorithm::Sha1).integrity(&key, Algorithm::Sha256);
            let length = writer.finish_with_fingerprint().unwrap();
            let message = Message::parse(&buffer[..length]).unwrap();
            prop_assert_eq!((message.class(), message.method()), (Class::Request, Method::Refresh));
            let read: Vec<_> = message.covered().map(|attribute| (attribute.kind, attribute.value.to_vec())).collect();
            prop_assert_eq!(read, parts);
            prop_assert!(key.signed(&message, Algorithm::Sha1) && key.signed(&message, Algorithm::Sha256));
            prop_assert!(!Key::short_term("other").signed(&message, Algorithm::Sha1));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), begin_like_stun: bool) {
            let mut bytes = bytes;
            if begin_like_stun && bytes.len() >= 20 {
                let length = u16::try_from(bytes.len() - 20).unwrap();
                bytes[0] &= 0x3f;
                bytes[2..4].copy_from_slice(&length.to_be_bytes());
                bytes[4..8].copy_from_slice(&MAGIC_COOKIE.to_be_bytes());
            }
            if let Ok(message) = Message::parse(&bytes) {
                for attribute in message.attributes() {
                    let _ = attribute::xor_address(attribute.value, message.transaction());
                    let _ = attribute::error_code(attribute.value);
                }
                let _ = Key::short_term("x").signed(&message, Algorithm::Sha1);
            }
        }
    }
}
