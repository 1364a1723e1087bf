//! What a doctor writes for themselves next to a blocked time.

use crate::{errors::FieldFault, text::single_line};

/// A note of one line. Only the doctor reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockNote(String);

impl BlockNote {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 120;

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
            Ok(note) => Ok(Some(note)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_note_is_none() {
        let read = |text| BlockNote::parse_optional(text).map(|note| note.map(|note| note.as_str().to_owned()));
        assert_eq!(read("  "), Ok(None));
        assert_eq!(read(" Dentist "), Ok(Some("Dentist".to_owned())));
        assert_eq!(read(&"x".repeat(121)), Err(FieldFault::too_long(120)));
    }
}
