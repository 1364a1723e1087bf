//! A datagram with spare room before and after it.

use std::ops::Range;

/// The room in bytes that a frame needs before its payload: for the header of a Data indication from an IPv6 peer.
pub const HEADROOM: usize = 48;

/// The room in bytes that a frame needs after its payload: for the padding of an attribute, or of ChannelData in a stream.
pub const TAILROOM: usize = 3;

/// A datagram within a larger buffer, so that headers can be removed and added in place.
#[derive(Debug)]
pub struct Frame<'a> {
    space: &'a mut [u8],
    range: Range<usize>,
}

impl<'a> Frame<'a> {
    /// The datagram at `range` of `space`. `None` when the range is out of bounds.
    pub fn new(space: &'a mut [u8], range: Range<usize>) -> Option<Self> {
        space.get(range.clone())?;
        Some(Self { space, range })
    }

    /// The bytes of the datagram.
    pub fn bytes(&self) -> &[u8] {
        &self.space[self.range.clone()]
    }

    /// The position of the datagram in the whole buffer.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// Narrows the frame to `length` bytes from `offset`.
    pub(super) fn narrow(&mut self, offset: usize, length: usize) {
        let start = (self.range.start + offset).min(self.range.end);
        self.range = start..(start + length).min(self.range.end);
    }

    /// Adds `header` before the frame; `false` when there is no room.
    pub(super) fn prepend(&mut self, header: &[u8]) -> bool {
        let Some(start) = self.range.start.checked_sub(header.len()) else { return false };
        self.space[start..self.range.start].copy_from_slice(header);
        self.range.start = start;
        true
    }

    /// Appends zeroes until the length is a multiple of four; `false` when there is no room.
    pub(super) fn pad(&mut self) -> bool {
        let end = self.range.start + self.range.len().next_multiple_of(4);
        let Some(padding) = self.space.get_mut(self.range.end..end) else { return false };
        padding.fill(0);
        self.range.end = end;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_off_and_go_on_in_place() {
        let mut space = *b"....headpayload....";
        let mut frame = Frame::new(&mut space, 4..15).unwrap();
        frame.narrow(4, 7);
        assert_eq!(frame.bytes(), b"payload");
        assert!(frame.prepend(b"HD") && frame.pad());
        assert_eq!(frame.bytes(), b"HDpayload\0\0\0");
        assert_eq!(frame.range(), 6..18);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut space = [0; 8];
        assert!(Frame::new(&mut space, 4..9).is_none());
        let mut frame = Frame::new(&mut space, 2..7).unwrap();
        assert!(!frame.prepend(&[1; 3]));
        let mut frame = Frame::new(&mut space, 3..8).unwrap();
        assert!(!frame.pad());
    }
}
