//! Why a prescription was taken back.

use crate::{errors::FieldFault, text::many_lines, wire::redacted};

/// Some lines of text for patient and doctor. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct CancelReason(String);

impl CancelReason {
    /// The most characters that it may have.
    pub const MAX_CHARS: usize = 500;

    /// Reads what was typed.
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter` for what cannot be seen.
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
        assert_eq!(CancelReason::parse(&"x".repeat(501)), Err(FieldFault::TooLong));
    }
}
