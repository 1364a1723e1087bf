//! What the copies of a server tell each other and share for some seconds, kept in the database: messages, who is present where, and buckets of limits. It
//! is for a small number of copies; the server has another implementation with Redis (ADR 25).
//!
//! Invariants: nothing here is the truth about anything that lasts. What is lost is told again, or costs a limit some accuracy. No area is known here.

pub mod buckets;
pub mod messages;
pub mod presence;

use crate::randomness::Randomness;
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// One copy of the server, by a random number that it draws at its start. A copy that starts again is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CopyId(u128);

impl CopyId {
    /// Draws one.
    #[must_use]
    pub fn random(source: &dyn Randomness) -> Self {
        let mut bytes = [0; 16];
        source.fill(&mut bytes);
        Self(u128::from_be_bytes(bytes))
    }

    pub(crate) const fn uuid(self) -> Uuid {
        Uuid::from_u128(self.0)
    }

    pub(crate) const fn of(uuid: Uuid) -> Self {
        Self(uuid.as_u128())
    }
}

/// In hexadecimal.
impl fmt::Display for CopyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

impl FromStr for CopyId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}
