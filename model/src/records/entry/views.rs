//! What pages show of the entries of a record.

use super::{Entry, EntryKind, EntrySource};
use crate::{
    directory::OpenBreakGlass,
    ids::{PatientId, RecordEntryId},
    records::{AllergyView, DiagnosisView},
    wire::redacted,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The newest version of an entry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryView {
    /// The id.
    pub id: RecordEntryId,
    /// The number of the version, from 1.
    pub version: i64,
    /// The content.
    pub entry: Entry,
    /// The source.
    pub source: EntrySource,
    /// The code in words, if the entry has one.
    pub code: Option<DiagnosisView>,
    /// Who wrote this version.
    pub author_name: String,
    /// When the first version was written.
    pub recorded_at: Timestamp,
    /// When this version was written.
    pub written_at: Timestamp,
    /// Why it was marked as entered in error; none if it was not.
    pub error: Option<String>,
}

/// The entries of a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientRecordView {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// For the patient's side: the allergies, the most severe first. Staff see them elsewhere, and have none here.
    pub allergies: Vec<AllergyView>,
    /// The entries that count, the newest first.
    pub entries: Vec<EntryView>,
    /// Whether there are older ones, which are not among them.
    pub is_cut: bool,
    /// Whether the caller may add and change entries.
    pub may_record: bool,
    /// The access outside of the usual rules, if the caller reads it because of one.
    pub break_glass: Option<OpenBreakGlass>,
    /// For the patient's side: what is newer than this is new to the caller, who last looked then.
    pub new_since: Option<Timestamp>,
}

/// A version of an entry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryVersionView {
    /// The number, from 1.
    pub version: i64,
    /// The content.
    pub entry: Entry,
    /// The source.
    pub source: EntrySource,
    /// The code in words, if the entry has one.
    pub code: Option<DiagnosisView>,
    /// Who wrote it.
    pub author_name: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// Why the entry was marked as entered in error by this version; none if it was not.
    pub error: Option<String>,
}

/// An entry with all its versions.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryHistory {
    /// The id.
    pub id: RecordEntryId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The kind.
    pub kind: EntryKind,
    /// Every version, the newest first. There is at least one.
    pub versions: Vec<EntryVersionView>,
    /// Whether the caller may change the entry.
    pub may_record: bool,
    /// The access outside of the usual rules, if the caller reads it because of one.
    pub break_glass: Option<OpenBreakGlass>,
}

redacted!(EntryView);
redacted!(PatientRecordView);
redacted!(EntryVersionView);
redacted!(EntryHistory);
