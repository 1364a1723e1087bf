//! What one version of a note changes in the one before it.

use crate::wire::{redacted, words};
use serde::{Deserialize, Serialize};

words! {
    /// What happened to a piece of text.
    ChangeKind {
        /// It is in both versions.
        Kept = "kept",
        /// It is in the later version only.
        Added = "added",
        /// It is in the earlier version only.
        Removed = "removed",
    }
}

/// A piece of the text of a part: whole words, with the white space next to them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteChange {
    /// What happened to it.
    pub kind: ChangeKind,
    /// The text.
    pub text: String,
}

/// The changes of the four parts. The list of a part that is the same in both versions is empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteChanges {
    /// What the patient reports.
    pub subjective: Vec<NoteChange>,
    /// What was observed and measured.
    pub objective: Vec<NoteChange>,
    /// The doctor's assessment.
    pub assessment: Vec<NoteChange>,
    /// The next steps.
    pub plan: Vec<NoteChange>,
}

redacted!(NoteChange);
redacted!(NoteChanges);
