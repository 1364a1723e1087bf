//! FINGERPRINT: a checksum that tells STUN from whatever else arrives on the port (RFC 8489 §14.7).

/// XORed into the checksum, so that the CRC of an inner protocol does not pass.
const MASK: u32 = 0x5354_554e;

/// The value over everything before the attribute. The header's length must count the attribute already.
pub(super) fn value(before: &[u8]) -> u32 {
    crc32fast::hash(before) ^ MASK
}

/// Whether a message whose last attribute is FINGERPRINT carries the right one.
pub(super) fn holds(message: &[u8]) -> bool {
    let Some((before, attribute)) = message.split_last_chunk::<8>() else { return false };
    let [_, _, l0, l1, value @ ..] = attribute;
    u16::from_be_bytes([*l0, *l1]) == 4 && u32::from_be_bytes(*value) == self::value(before)
}
