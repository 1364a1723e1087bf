//! FINGERPRINT: a checksum that distinguishes STUN from other protocols on the same port (RFC 8489 §14.7).

/// XORed into the checksum, so that a CRC of another protocol does not match.
const MASK: u32 = 0x5354_554e;

/// The fingerprint of everything before the attribute. The length in the header must already include the attribute.
pub(super) fn value(before: &[u8]) -> u32 {
    crc32fast::hash(before) ^ MASK
}

/// Whether the fingerprint is correct in a message whose last attribute is FINGERPRINT.
pub(super) fn holds(message: &[u8]) -> bool {
    let Some((before, attribute)) = message.split_last_chunk::<8>() else { return false };
    let [_, _, l0, l1, value @ ..] = attribute;
    u16::from_be_bytes([*l0, *l1]) == 4 && u32::from_be_bytes(*value) == self::value(before)
}
