//! What a worker waits for, and what is known to be ready.

use std::collections::VecDeque;

use mio::Token;

use crate::turn::Family;

/// A source of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Commands, or parcels of other workers.
    Mailbox,
    /// A listener, by its number.
    Listener(usize),
    /// A TCP or TLS connection, by its number.
    Connection(usize),
    /// The socket of an allocation.
    Relayed { slot: u32, family: Family },
}

impl Source {
    /// Two bits tell the kind, the others the number.
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

/// Sources from which more may be read. The system tells once that something came; what was not read to the end stays here.
pub(super) type Ready = VecDeque<Source>;

#[cfg(test)]
mod tests {
    use super::*;

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
