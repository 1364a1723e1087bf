//! Reads and writes STUN messages (RFC 8489) and TURN's ChannelData (RFC 8656 §12.4).
//!
//! Reading borrows: a [`Message`] or [`ChannelData`] is a view of the received bytes, and nothing is allocated. Writing goes into the
//! caller's buffer. There are no sockets, no clock and no state here, so any program that speaks STUN can use this module.
//!
//! # Invariants
//!
//! - A [`Message`] exists only for bytes whose header and attributes are all well-formed and whose FINGERPRINT, if present,
//!   is correct. So later reads from it cannot go out of bounds.
//! - No input makes this module panic.

pub mod attribute;

mod channel_data;
#[cfg(any(test, feature = "exercise"))]
#[doc(hidden)]
pub mod exercise;
mod fingerprint;
mod framing;
mod integrity;
mod message;
mod writer;

pub use channel_data::{CHANNELS, ChannelData, HEADER_LENGTH as CHANNEL_HEADER_LENGTH};
pub use framing::{Framing, frame_length};
pub use integrity::{Algorithm, Key, PasswordAlgorithm};
pub use message::{Attribute, Attributes, Class, HEADER_LENGTH, MAGIC_COOKIE, Malformed, Message, Method, TransactionId};
pub use writer::{Overflow, Writer};

#[cfg(test)]
mod vectors;
