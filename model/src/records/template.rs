//! Templates of notes: the questions that a specialty asks, as text for the four parts of a note.

use super::{Phrase, SoapNote};
use crate::ids::NoteTemplateId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A template that a doctor can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteTemplateChoice {
    /// The template.
    pub id: NoteTemplateId,
    /// Its name.
    pub name: String,
}

/// What helps the writer of a note; empty for everybody who may not write it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteHelps {
    /// The templates for the doctor's specialties at the visit's clinic, then those for all specialties.
    pub templates: Vec<NoteTemplateChoice>,
    /// The phrases: the writer's own ones first, then those of the clinic and of the organisation.
    pub phrases: Vec<Phrase>,
}

/// A template in the list of an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteTemplateRow {
    /// The template.
    pub id: NoteTemplateId,
    /// Its name.
    pub name: String,
    /// The name of the specialty for which it is; `None` for all.
    pub specialty: Option<String>,
    /// The name of the clinic to which it belongs; `None` for a template of the organisation.
    pub clinic: Option<String>,
    /// Whether it is not offered any more.
    pub retired: bool,
    /// The version.
    pub version: i32,
    /// Whether the caller may change it.
    pub may_edit: bool,
}

/// A version of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteTemplateVersion {
    /// The number of the version.
    pub version: i32,
    /// The name.
    pub name: String,
    /// The slug of the specialty; `None` for all.
    pub specialty: Option<String>,
    /// The text of the four parts.
    pub note: SoapNote,
    /// Whether it was retired.
    pub retired: bool,
    /// The name of the administrator who made the version; `None` if it came with Bedside.
    pub by: Option<String>,
    /// When it was made; `None` if it came with Bedside.
    pub at: Option<Timestamp>,
}

/// A template with all its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedNoteTemplate {
    /// The template.
    pub id: NoteTemplateId,
    /// What it is now.
    pub newest: NoteTemplateVersion,
    /// All versions, newest first.
    pub history: Vec<NoteTemplateVersion>,
}
