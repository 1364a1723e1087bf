//! A doctor runs late.

use crate::errors::FieldFault;
use serde::{Deserialize, Serialize};

/// By how many minutes a doctor runs late. Doctors can only estimate it, so there are a few round numbers to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct LateBy(u16);

impl LateBy {
    /// The minutes to choose from.
    pub const CHOICES: [u16; 4] = [10, 20, 30, 45];

    /// Checks that the minutes are one of the choices.
    ///
    /// # Errors
    /// `UnknownChoice`.
    pub fn new(minutes: u16) -> Result<Self, FieldFault> {
        if Self::CHOICES.contains(&minutes) { Ok(Self(minutes)) } else { Err(FieldFault::UnknownChoice) }
    }

    /// The number of minutes.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for LateBy {
    type Error = &'static str;

    fn try_from(minutes: u16) -> Result<Self, Self::Error> {
        Self::new(minutes).map_err(|_| "the minutes are not one of the choices")
    }
}

impl From<LateBy> for u16 {
    fn from(by: LateBy) -> Self {
        by.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_choices_are_accepted() {
        assert_eq!(LateBy::new(20).map(LateBy::minutes), Ok(20));
        assert_eq!(LateBy::new(25), Err(FieldFault::UnknownChoice));
        assert_eq!(serde_json::to_string(&LateBy(45)).expect("json"), "45");
        assert!(serde_json::from_str::<LateBy>("0").is_err());
    }
}
