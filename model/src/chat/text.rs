//! What somebody writes.

use crate::{
    errors::FieldFault,
    wire::{redacted, text_value},
};

/// The longest message, in characters.
pub const LONGEST_MESSAGE: usize = 4_000;

/// A message of one to [`LONGEST_MESSAGE`] characters; lines are kept, other control characters refused.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// Reads what was typed.
    ///
    /// # Errors
    /// `Missing`, `TooLong`, `ForbiddenCharacter`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.replace("\r\n", "\n");
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        if text.chars().count() > LONGEST_MESSAGE {
            return Err(FieldFault::TooLong);
        }
        if text.chars().any(|character| character.is_control() && character != '\n' && character != '\t') {
            return Err(FieldFault::ForbiddenCharacter);
        }
        Ok(Self(text.to_owned()))
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
        assert_eq!(MessageText::parse("a\u{0}"), Err(FieldFault::ForbiddenCharacter));
        assert!(MessageText::parse(&"é".repeat(LONGEST_MESSAGE)).is_ok());
        assert_eq!(MessageText::parse(&"é".repeat(LONGEST_MESSAGE + 1)), Err(FieldFault::TooLong));
        assert_eq!(format!("{:?}", MessageText::parse("secret").expect("a message")), "MessageText(…)");
    }
}
