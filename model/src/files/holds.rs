//! The files of a patient as an administrator sees them who decides about legal holds: without their names and their content.

use super::{FileKind, FilePurpose, Retention};
use crate::ids::{FileId, PatientId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The legal hold of a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldView {
    /// Why.
    pub reason: String,
    /// The name of who has set it.
    pub set_by: String,
    /// When.
    pub set_at: Timestamp,
}

/// A file of a patient that was not removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldFile {
    /// The file.
    pub id: FileId,
    /// What it is for.
    pub purpose: FilePurpose,
    /// Its type.
    pub kind: FileKind,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was added.
    pub added_at: Timestamp,
    /// How long it is kept.
    pub retention: Retention,
    /// Until when it is kept in any case, if it is a part of the clinic's records.
    pub kept_until: Option<Timestamp>,
    /// When it was marked as entered in error.
    pub withdrawn_at: Option<Timestamp>,
    /// Its legal hold.
    pub hold: Option<HoldView>,
}

/// The files of a patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientFiles {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The files, the newest first.
    pub items: Vec<HeldFile>,
}

/// Leaves out the reason, which may be about a person.
impl std::fmt::Debug for HoldView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HoldView").field("set_at", &self.set_at).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for PatientFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientFiles").field("patient", &self.patient).finish_non_exhaustive()
    }
}
