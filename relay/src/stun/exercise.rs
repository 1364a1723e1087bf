//! Parses arbitrary bytes and checks invariants. Used by the fuzzer and the tests.

use super::{Algorithm, ChannelData, Framing, Key, Message, attribute, frame_length};

/// Parses the bytes as STUN and as ChannelData.
///
/// # Panics
/// When the results contradict each other.
pub fn run(bytes: &[u8]) {
    if let Ok(message) = Message::parse(bytes) {
        assert_eq!(frame_length(bytes), Framing::Length(bytes.len()));
        assert!(message.covered().count() <= message.attributes().count());
        for attribute in message.attributes() {
            let end = attribute.value_offset() + attribute.value.len();
            assert_eq!(&bytes[attribute.value_offset()..end], attribute.value);
            let _ = attribute::xor_address(attribute.value, message.transaction());
            let _ = attribute::error_code(attribute.value);
        }
        let key = Key::short_term("password");
        let _ = key.signed(&message, Algorithm::Sha1) || key.signed(&message, Algorithm::Sha256);
        assert!(ChannelData::parse(bytes).is_none());
    }
    if let Some(data) = ChannelData::parse(bytes) {
        assert_eq!(frame_length(bytes), Framing::Length(4 + data.payload.len().next_multiple_of(4)));
    }
}
