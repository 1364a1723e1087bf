//! What a user calls a passkey.

use crate::{errors::FieldFault, text::single_line};

/// The name of a passkey, one line: "My phone".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyName(String);

impl PasskeyName {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 60;

    /// Parses the text that was typed, with [`single_line`].
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        single_line(text, Self::MAX_CHARS).map(Self)
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
    fn a_name_is_one_line_of_at_most_60_characters() {
        let read = |text| PasskeyName::parse(text).map(|name| name.as_str().to_owned());
        assert_eq!(read("  My \n phone "), Ok("My phone".to_owned()));
        assert_eq!(read(" "), Err(FieldFault::Missing));
        assert_eq!(read(&"x".repeat(61)), Err(FieldFault::too_long(60)));
    }
}
