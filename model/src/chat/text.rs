//! The text of a chat message.

use crate::{
    errors::FieldFault,
    text::many_lines,
    wire::{redacted, text_value},
};

/// The longest message, in characters.
pub const LONGEST_MESSAGE: usize = 4_000;

/// The text of a message: one to [`LONGEST_MESSAGE`] characters, cleaned by [`many_lines`].
#[derive(Clone, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// Parses the text that the user typed.
    ///
    /// # Errors
    /// `Missing`, `TooLong`, `ForbiddenCharacter`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        many_lines(text, LONGEST_MESSAGE).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_value!(MessageText);
redacted!(MessageText);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_lines_and_has_a_length() {
        assert_eq!(MessageText::parse(" a\r\nb ").map(|text| text.as_str().to_owned()), Ok("a\nb".to_owned()));
        assert_eq!(MessageText::parse(" \n"), Err(FieldFault::Missing));
        assert_eq!(MessageText::parse("\u{202E}אב\u{2066}").map(|text| text.as_str().to_owned()), Ok("אב".to_owned()));
        assert_eq!(MessageText::parse("\u{200B}\u{AD}"), Err(FieldFault::Missing));
        assert_eq!(MessageText::parse("a\u{0}"), Err(FieldFault::ForbiddenCharacter));
        assert!(MessageText::parse(&"é".repeat(LONGEST_MESSAGE)).is_ok());
        assert_eq!(MessageText::parse(&"é".repeat(LONGEST_MESSAGE + 1)), Err(FieldFault::too_long(LONGEST_MESSAGE)));
        assert_eq!(format!("{:?}", MessageText::parse("secret").expect("a message")), "MessageText(…)");
    }
}
