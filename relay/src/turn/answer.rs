//! The answers of the server. All are small, and none grows with the size of the request.

use std::net::SocketAddr;

use super::gate::{PASSWORD_ALGORITHMS, Proof};
use super::nonce::Nonce;
use crate::stun::{Class, Message, Writer, attribute};

/// The size of the buffer in bytes. The largest answers are a challenge with a realm of 128 bytes and a list of unknown attributes.
const LARGEST: usize = 512;

/// How many unknown attributes are listed at most.
const NAMED: usize = 32;

/// The error codes that this server sends (RFC 8489 §14.8, RFC 8656 §19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    BadRequest,
    Unauthenticated,
    Forbidden,
    UnknownAttribute,
    AllocationMismatch,
    StaleNonce,
    AddressFamilyNotSupported,
    WrongCredentials,
    UnsupportedTransport,
    PeerAddressFamilyMismatch,
    AllocationQuotaReached,
    InsufficientCapacity,
}

impl Code {
    pub(super) fn number(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::UnknownAttribute => 420,
            Self::AllocationMismatch => 437,
            Self::StaleNonce => 438,
            Self::AddressFamilyNotSupported => 440,
            Self::WrongCredentials => 441,
            Self::UnsupportedTransport => 442,
            Self::PeerAddressFamilyMismatch => 443,
            Self::AllocationQuotaReached => 486,
            Self::InsufficientCapacity => 508,
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::BadRequest => "Bad Request",
            Self::Unauthenticated => "Unauthenticated",
            Self::Forbidden => "Forbidden",
            Self::UnknownAttribute => "Unknown Attribute",
            Self::AllocationMismatch => "Allocation Mismatch",
            Self::StaleNonce => "Stale Nonce",
            Self::AddressFamilyNotSupported => "Address Family not Supported",
            Self::WrongCredentials => "Wrong Credentials",
            Self::UnsupportedTransport => "Unsupported Transport Protocol",
            Self::PeerAddressFamilyMismatch => "Peer Address Family Mismatch",
            Self::AllocationQuotaReached => "Allocation Quota Reached",
            Self::InsufficientCapacity => "Insufficient Capacity",
        }
    }
}

/// The answer that is being written, and then the one to send.
pub(super) struct Answer {
    buffer: [u8; LARGEST],
    length: usize,
}

impl Answer {
    pub(super) fn new() -> Self {
        Self { buffer: [0; LARGEST], length: 0 }
    }

    /// The bytes of the answer.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// Sets the answer to bytes that were sent before.
    pub(super) fn repeat(&mut self, bytes: &[u8]) {
        self.length = bytes.len().min(LARGEST);
        self.buffer[..self.length].copy_from_slice(&bytes[..self.length]);
    }

    /// Writes a success with the attributes that `fill` adds, signed if the request was.
    pub(super) fn success(&mut self, request: &Message<'_>, proof: Option<&Proof>, fill: impl FnOnce(&mut Writer<'_>)) {
        self.write(request, Class::Success, proof, fill);
    }

    /// Writes an error, signed if the request was (RFC 8489 §9.2.4).
    pub(super) fn error(&mut self, request: &Message<'_>, proof: Option<&Proof>, code: Code) {
        self.write(request, Class::Error, proof, |writer| {
            writer.error_code(code.number(), code.reason());
        });
    }

    /// Writes a challenge for a credential: 401, or 438 when only the nonce was not accepted.
    pub(super) fn challenge(&mut self, request: &Message<'_>, code: Code, realm: &str, nonce: Nonce) {
        self.write(request, Class::Error, None, |writer| {
            writer.error_code(code.number(), code.reason());
            writer.attribute(attribute::NONCE, &nonce).attribute(attribute::REALM, realm.as_bytes());
            writer.attribute(attribute::PASSWORD_ALGORITHMS, &PASSWORD_ALGORITHMS);
        });
    }

    /// Writes the error 420, with the comprehension-required attributes that are unknown (RFC 8489 §6.3.1).
    pub(super) fn unknown(&mut self, request: &Message<'_>, proof: Option<&Proof>, unknown: impl Iterator<Item = u16>) {
        let mut value = [0; NAMED * 2];
        let mut length = 0;
        for (place, kind) in value.chunks_mut(2).zip(unknown) {
            place.copy_from_slice(&kind.to_be_bytes());
            length += 2;
        }
        self.write(request, Class::Error, proof, |writer| {
            writer.error_code(Code::UnknownAttribute.number(), Code::UnknownAttribute.reason());
            writer.attribute(attribute::UNKNOWN_ATTRIBUTES, &value[..length]);
        });
    }

    /// Writes the answer to a Binding request (RFC 8489 §6.3.2).
    pub(super) fn binding(&mut self, request: &Message<'_>, client: SocketAddr) {
        self.write(request, Class::Success, None, |writer| {
            writer.xor_address(attribute::XOR_MAPPED_ADDRESS, client);
        });
    }

    /// Writes an answer. It has a FINGERPRINT if the request had one (RFC 8489 §7.3).
    fn write(&mut self, request: &Message<'_>, class: Class, proof: Option<&Proof>, fill: impl FnOnce(&mut Writer<'_>)) {
        let mut writer = Writer::new(&mut self.buffer, class, request.method(), request.transaction());
        fill(&mut writer);
        if let Some(proof) = proof {
            writer.integrity(&proof.key, proof.algorithm);
        }
        let fingerprint = request.attributes().any(|attribute| attribute.kind == attribute::FINGERPRINT);
        let written = if fingerprint { writer.finish_with_fingerprint() } else { writer.finish() };
        // Every part is bounded and the largest answer fits. If one did not fit, no answer would be sent, which UDP permits.
        self.length = written.unwrap_or(0);
    }
}
