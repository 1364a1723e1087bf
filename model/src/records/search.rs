//! What a search in the text of a record finds.

use crate::{
    ids::{EncounterId, LetterId, PatientId, RecordEntryId},
    wire::redacted,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a text was found.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundIn {
    /// In the note of this visit.
    Note(EncounterId),
    /// In this entry of the record.
    Entry(RecordEntryId),
    /// In this letter.
    Letter(LetterId),
}

/// A text that has all words of the search.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundText {
    /// Where it is.
    pub place: FoundIn,
    /// When the text was written.
    pub at: Timestamp,
    /// The line that has one of the words, cut if it is long.
    pub excerpt: String,
}

/// What a search has found, and how much it has searched.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSearchView {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The words that were searched for, as they were typed; empty when nothing was searched for.
    pub query: String,
    /// The texts, the newest first.
    pub found: Vec<FoundText>,
    /// Whether more texts have the words than are listed.
    pub is_cut: bool,
    /// How many notes were searched, the newest ones; none when the caller does not read notes.
    pub notes: Option<usize>,
    /// Whether there are older notes, which were not searched.
    pub has_older_notes: bool,
    /// How many entries were searched, the newest ones.
    pub entries: usize,
    /// Whether there are older entries, which were not searched.
    pub has_older_entries: bool,
    /// How many issued letters were searched, the newest ones.
    pub letters: usize,
    /// Whether there are older letters, which were not searched.
    pub has_older_letters: bool,
}

redacted!(FoundIn);
redacted!(FoundText);
redacted!(RecordSearchView);
