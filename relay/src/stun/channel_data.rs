//! ChannelData: a payload with a header of four bytes (RFC 8656 §12.4).

use std::ops::RangeInclusive;

/// The valid channel numbers. RFC 8656 §12 allows clients 0x4000 to 0x4fff. Clients of RFC 5766, coturn's among them, also use numbers
/// up to 0x7fff; these conflict with nothing else on a relay's port.
pub const CHANNELS: RangeInclusive<u16> = 0x4000..=0x7fff;

/// The length of the header in bytes.
pub const HEADER_LENGTH: usize = 4;

/// A payload and its channel, borrowed from the received bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelData<'a> {
    /// The channel, in [`CHANNELS`].
    pub number: u16,
    /// The bytes to relay.
    pub payload: &'a [u8],
}

impl<'a> ChannelData<'a> {
    /// Parses a message that fills `bytes`, with or without padding: a stream requires it, a datagram may have it (RFC 8656 §12.5).
    /// `None` for anything else.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let [n0, n1, l0, l1, rest @ ..] = bytes else { return None };
        let number = u16::from_be_bytes([*n0, *n1]);
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        let fits = rest.len() >= length && rest.len() <= length.next_multiple_of(4);
        (CHANNELS.contains(&number) && fits).then(|| Self { number, payload: &rest[..length] })
    }

    /// The four header bytes for a payload of `length` bytes.
    pub fn header(number: u16, length: u16) -> [u8; HEADER_LENGTH] {
        let ([n0, n1], [l0, l1]) = (number.to_be_bytes(), length.to_be_bytes());
        [n0, n1, l0, l1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_read_with_and_without_padding() {
        let expected = Some(ChannelData { number: 0x4001, payload: b"abcde" });
        assert_eq!(ChannelData::parse(b"\x40\x01\0\x05abcde"), expected);
        assert_eq!(ChannelData::parse(b"\x40\x01\0\x05abcde\0\0\0"), expected);
        assert_eq!(ChannelData::parse(b"\x40\x01\0\0"), Some(ChannelData { number: 0x4001, payload: b"" }));
    }

    #[test]
    fn what_is_cut_or_too_long_or_no_channel_is_refused() {
        for wrong in
            [&b"\x40\x01\0\x05abcd"[..], b"\x40\x01\0\x05abcde\0\0\0\0", b"\x80\x00\0\0", b"\x3f\xff\0\0", b"\x40\x01\0", b""]
        {
            assert_eq!(ChannelData::parse(wrong), None, "{wrong:?}");
        }
    }
}
