//! Why staff books a visit at a time that is taken already.

use crate::{errors::FieldFault, text::single_line, wire::redacted};

/// A reason of one line. Staff and the doctor read it, the patient does not. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct OverbookingReason(String);

impl OverbookingReason {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 200;

    /// Parses the text that was typed, with [`single_line`].
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        single_line(text, Self::MAX_CHARS).map(Self)
    }

    /// Parses a text that may be empty; `None` when it is.
    ///
    /// # Errors
    /// `TooLong`; `ForbiddenCharacter`.
    pub fn parse_optional(text: &str) -> Result<Option<Self>, FieldFault> {
        match Self::parse(text) {
            Ok(reason) => Ok(Some(reason)),
            Err(FieldFault::Missing) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

redacted!(OverbookingReason);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_has_one_to_two_hundred_letters() {
        let read =
            |text: &str| OverbookingReason::parse_optional(text).map(|reason| reason.map(|reason| reason.as_str().to_owned()));
        assert_eq!(read(" \n "), Ok(None));
        assert_eq!(read(" Sent by the ward "), Ok(Some("Sent by the ward".to_owned())));
        assert!(read(&"ü".repeat(200)).is_ok());
        assert_eq!(read(&"ü".repeat(201)), Err(FieldFault::too_long(200)));
    }
}
