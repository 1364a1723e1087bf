//! Access to a record outside of the usual rules: break-glass.

use crate::{
    access::Role,
    errors::FieldFault,
    ids::{BreakGlassId, PatientId},
    text::many_lines,
    wire::{redacted, words},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why somebody opens a record outside of the usual rules. An admin reads it. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct BreakGlassReason(String);

impl BreakGlassReason {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 500;

    /// Parses the text as it was typed.
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

redacted!(BreakGlassReason);

words! {
    /// What an admin finds when they review an access outside of the usual rules.
    BreakGlassVerdict {
        /// It was right to open the record.
        Justified = "justified",
        /// It was not.
        Unjustified = "unjustified",
    }
}

/// An access outside of the usual rules, for the admins who review it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlassRow {
    /// Its id.
    pub id: BreakGlassId,
    /// Who opened the record.
    pub by: String,
    /// The role in which they acted.
    pub role: Role,
    /// The clinic in which they acted; none for a role in all clinics.
    pub clinic: Option<String>,
    /// The person number of the patient.
    pub patient_number: String,
    /// The reason; none when the patient's data was erased.
    pub reason: Option<String>,
    /// When the record was opened.
    pub opened_at: Timestamp,
    /// When the access ended or will end.
    pub until: Timestamp,
    /// What the review found; none while nobody has reviewed it.
    pub verdict: Option<BreakGlassVerdict>,
    /// Who reviewed it.
    pub reviewed_by: Option<String>,
    /// Whether the caller may review it.
    pub may_review: bool,
}

redacted!(BreakGlassRow);

/// An access outside of the usual rules while it lasts, for the page that it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBreakGlass {
    /// The patient whose record is open.
    pub patient: PatientId,
    /// Until when.
    pub until: Timestamp,
}
