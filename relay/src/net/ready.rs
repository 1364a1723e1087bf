//! The event sources of a worker, and the queue of those that are ready.

use std::collections::VecDeque;

use mio::Token;

use crate::turn::Family;

/// A source of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Commands, or parcels from other workers.
    Mailbox,
    /// A listener, by its number.
    Listener(usize),
    /// A TCP or TLS connection, by its number.
    Connection(usize),
    /// The socket of an allocation.
    Relayed { slot: u32, family: Family },
}

impl Source {
    /// Encodes the source: the two lowest bits are the kind, the others the number.
    pub(super) fn token(self) -> Token {
        Token(match self {
            Self::Mailbox => 0,
            Self::Listener(number) => number << 2 | 1,
            Self::Connection(number) => number << 2 | 2,
            Self::Relayed { slot, family } => (slot as usize) << 3 | family.index() << 2 | 3,
        })
    }

    pub(super) fn of(Token(bits): Token) -> Self {
        match bits & 3 {
            0 => Self::Mailbox,
            1 => Self::Listener(bits >> 2),
            2 => Self::Connection(bits >> 2),
            _ => Self::Relayed { slot: (bits >> 3) as u32, family: if bits & 4 == 0 { Family::V4 } else { Family::V6 } },
        }
    }
}

/// The queue of sources that may have more to read, each at most once. The system reports new data only once (edge-triggered), so a source
/// that was not read until empty goes to the end of the queue. A flooded source, reported at each wait, still has only one place in the queue.
#[derive(Default)]
pub(super) struct Ready {
    row: VecDeque<Source>,
    /// One bit per token: whether it is in the queue. Tokens are small because slots and numbers are reused.
    queued: Vec<u64>,
}

impl Ready {
    /// Adds a source at the end, unless it is in the queue already.
    pub(super) fn push(&mut self, source: Source) {
        let (word, bit) = place(source);
        if self.queued.len() <= word {
            self.queued.resize(word + 1, 0);
        }
        if self.queued[word] & bit == 0 {
            self.queued[word] |= bit;
            self.row.push_back(source);
        }
    }

    /// Removes and returns the next source.
    pub(super) fn pop(&mut self) -> Option<Source> {
        let source = self.row.pop_front()?;
        let (word, bit) = place(source);
        self.queued[word] &= !bit;
        Some(source)
    }

    pub(super) fn len(&self) -> usize {
        self.row.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.row.is_empty()
    }
}

fn place(source: Source) -> (usize, u64) {
    let Token(bits) = source.token();
    (bits / 64, 1 << (bits % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_waits_once_and_has_its_turn_after_those_before_it() {
        let mut ready = Ready::default();
        let (flooded, quiet) = (Source::Listener(0), Source::Relayed { slot: 70_000, family: Family::V6 });
        for source in [flooded, quiet, flooded, quiet, flooded] {
            ready.push(source);
        }
        assert_eq!(ready.len(), 2);
        assert_eq!(ready.pop(), Some(flooded));
        ready.push(flooded);
        assert_eq!((ready.pop(), ready.pop(), ready.pop()), (Some(quiet), Some(flooded), None));
        assert!(ready.is_empty());
    }

    #[test]
    fn a_source_is_told_by_its_token() {
        for source in [
            Source::Mailbox,
            Source::Listener(0),
            Source::Listener(7),
            Source::Connection(0),
            Source::Connection(65_536),
            Source::Relayed { slot: 0, family: Family::V4 },
            Source::Relayed { slot: 0xff_ffff, family: Family::V6 },
        ] {
            assert_eq!(Source::of(source.token()), source);
        }
    }
}
