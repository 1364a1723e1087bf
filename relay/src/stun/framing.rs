//! Finds the boundaries of messages in a stream (RFC 8489 §6.2.2, RFC 8656 §12.5).

use super::message::HEADER_LENGTH;

/// What the first bytes of a stream contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// A frame of this many bytes begins here, padding included.
    Length(usize),
    /// There are too few bytes to tell.
    Incomplete,
    /// Neither STUN nor ChannelData: the next frame cannot be found, so the connection must be closed.
    Foreign,
}

/// The length of the frame at the start of `bytes`.
pub fn frame_length(bytes: &[u8]) -> Framing {
    let [first, rest @ ..] = bytes else { return Framing::Incomplete };
    if *first >= 0x80 {
        return Framing::Foreign;
    }
    let [_, l0, l1, ..] = rest else { return Framing::Incomplete };
    let length = usize::from(u16::from_be_bytes([*l0, *l1]));
    match first {
        0x40.. => Framing::Length(4 + length.next_multiple_of(4)),
        _ if length.is_multiple_of(4) => Framing::Length(HEADER_LENGTH + length),
        _ => Framing::Foreign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_measured_by_their_first_four_bytes() {
        for (bytes, expected) in [
            (&b""[..], Framing::Incomplete),
            (b"\x00\x01\x00", Framing::Incomplete),
            (b"\x00\x01\x00\x08", Framing::Length(28)),
            (b"\x00\x01\x00\x09", Framing::Foreign),
            (b"\x40\x00\x00\x05", Framing::Length(12)),
            (b"\x7f\xff\xff\xff", Framing::Length(65_540)),
            (b"\x80", Framing::Foreign),
            (b"\x80\x60\x00\x00", Framing::Foreign),
        ] {
            assert_eq!(frame_length(bytes), expected, "{bytes:?}");
        }
    }
}
