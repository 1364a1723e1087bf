//! What a caller wants with a CSV file.

use super::fields::Fields;
use model::errors::FieldFault;

/// What to do with the rows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportMode {
    /// Name what is wrong, and change nothing.
    Check,
    /// Take all rows if nothing is wrong.
    Import,
}

impl ImportMode {
    /// Reads `mode`: `check`, or the word that this interface has for the import.
    pub(super) fn read(fields: &mut Fields, import: &str) -> Option<Self> {
        fields.required("mode", |word| match word {
            "check" => Ok(Self::Check),
            word if word == import => Ok(Self::Import),
            _ => Err(FieldFault::UnknownChoice),
        })
    }
}
