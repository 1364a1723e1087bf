//! The buffers of a worker: a row of slots, each with room for one datagram and for the headers that a [`Frame`] adds.

use std::net::SocketAddr;
use std::ops::Range;

use crate::turn::{Frame, HEADROOM, TAILROOM};

/// How many datagrams a worker holds at once, and the most that one system call reads or writes.
pub(super) const SLOTS: usize = 64;

/// The largest frame: ChannelData with a payload of 65 535 bytes.
pub(super) const LARGEST_FRAME: usize = 65_540;

/// The distance between slots in bytes. It is not a multiple of the page size, so that the starts of slots do not compete for the same cache lines.
const STRIDE: usize = HEADROOM + LARGEST_FRAME + TAILROOM + 41;

/// The memory of all slots. The system provides pages as datagrams touch them: 4 MiB are reserved, a few hundred KiB are used.
pub(super) struct Arena {
    bytes: Box<[u8]>,
}

/// A datagram in the arena that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub(super) to: SocketAddr,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Outgoing {
    pub(super) fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    #[cfg(target_os = "linux")]
    pub(super) fn length(&self) -> usize {
        self.range().len()
    }
}

impl Arena {
    pub(super) fn new() -> Self {
        Self { bytes: vec![0; SLOTS * STRIDE].into_boxed_slice() }
    }

    /// The whole memory, into which the ranges of [`Outgoing`] point.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The parts of these slots into which datagrams are received.
    pub(super) fn places(&mut self, slots: Range<usize>) -> impl Iterator<Item = &mut [u8]> {
        let (start, end) = (slots.start.min(SLOTS) * STRIDE, slots.end.min(SLOTS) * STRIDE);
        self.bytes[start..end].chunks_exact_mut(STRIDE).map(|slot| &mut slot[HEADROOM..HEADROOM + LARGEST_FRAME])
    }

    /// The datagram of `length` bytes in a slot.
    pub(super) fn frame(&mut self, slot: usize, length: usize) -> Option<Frame<'_>> {
        let bytes = self.bytes.get_mut(slot * STRIDE..(slot + 1) * STRIDE)?;
        Frame::new(bytes, HEADROOM..HEADROOM + length.min(LARGEST_FRAME))
    }

    /// Copies a datagram into a slot.
    pub(super) fn fill(&mut self, slot: usize, datagram: &[u8]) -> Option<Frame<'_>> {
        let bytes = self.bytes.get_mut(slot * STRIDE..(slot + 1) * STRIDE)?;
        let range = HEADROOM..HEADROOM + datagram.len();
        bytes.get_mut(range.clone())?.copy_from_slice(datagram);
        Frame::new(bytes, range)
    }

    /// Describes a part of a slot as a datagram to send.
    pub(super) fn outgoing(slot: usize, range: Range<usize>, to: SocketAddr) -> Outgoing {
        let at = slot * STRIDE;
        // The arena is far below 4 GiB.
        Outgoing { to, start: (at + range.start) as u32, end: (at + range.end) as u32 }
    }

    /// Copies an answer into a slot, over the request.
    pub(super) fn answer(&mut self, slot: usize, answer: &[u8], to: SocketAddr) -> Option<Outgoing> {
        let range = self.fill(slot, answer)?.range();
        Some(Self::outgoing(slot, range, to))
    }
}
