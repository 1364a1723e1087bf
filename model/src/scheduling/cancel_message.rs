//! What the person who cancels an appointment tells the other side.

use crate::{errors::FieldFault, text::many_lines, wire::redacted};

/// A message about a cancellation, of one or several lines. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct CancelMessage(String);

impl CancelMessage {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 1_000;

    /// Parses the text that was typed, with [`many_lines`].
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

redacted!(CancelMessage);
