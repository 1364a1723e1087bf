//! The reason for a visit, in the patient's own words.

use crate::{errors::FieldFault, text::many_lines, wire::redacted};

/// A reason for a visit, of one or several lines. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct VisitReason(String);

impl VisitReason {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 1_000;

    /// Parses the text that the patient typed, with [`many_lines`].
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter` for control characters other than line breaks and tabs.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        many_lines(text, Self::MAX_CHARS).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

redacted!(VisitReason);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_and_nothing_else_is_hidden_in_them() {
        let reason = VisitReason::parse(" Sore throat\r\nsince Thursday \n").expect("a reason");
        assert_eq!(reason.as_str(), "Sore throat\nsince Thursday");
        assert_eq!(format!("{reason:?}"), "VisitReason(…)");
        assert_eq!(VisitReason::parse(" \n "), Err(FieldFault::Missing));
        assert_eq!(VisitReason::parse("\u{202E}cough\u{200B}").expect("a reason").as_str(), "cough");
        assert_eq!(VisitReason::parse("\u{3164}"), Err(FieldFault::Missing));
        assert_eq!(VisitReason::parse("a\u{0}b"), Err(FieldFault::ForbiddenCharacter));
        assert!(VisitReason::parse(&"ü".repeat(1_000)).is_ok());
        assert_eq!(VisitReason::parse(&"ü".repeat(1_001)), Err(FieldFault::too_long(1_000)));
    }
}
