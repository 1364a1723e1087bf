//! The reason why a prescription was cancelled.

use crate::{errors::FieldFault, text::many_lines, wire::redacted};

/// A text of several lines for patient and doctor. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct CancelReason(String);

impl CancelReason {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 500;

    /// Parses the text that the doctor typed.
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter` for control characters and others that cannot be read.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        many_lines(text, Self::MAX_CHARS).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

redacted!(CancelReason);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_given() {
        assert_eq!(CancelReason::parse(" Wrong\r\nstrength ").expect("a reason").as_str(), "Wrong\nstrength");
        assert_eq!(CancelReason::parse("\n"), Err(FieldFault::Missing));
        assert_eq!(CancelReason::parse(&"x".repeat(501)), Err(FieldFault::too_long(500)));
    }
}
