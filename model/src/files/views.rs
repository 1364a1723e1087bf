//! Files as pages and programs see them.

use super::{FileKind, FilePurpose, FileState, FileTrouble, Scan};
use crate::ids::{DoctorId, FileId, PatientId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An upload: what has arrived so far, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadView {
    /// The upload, and later the file.
    pub id: FileId,
    /// What the file is for.
    pub purpose: FilePurpose,
    /// The size of the whole file, in bytes.
    pub bytes: u64,
    /// The size of each part but the last, in bytes.
    pub part_bytes: u32,
    /// The parts that have arrived, by number from 1.
    pub parts: Vec<u32>,
    /// The state.
    pub state: FileState,
    /// Why it was refused.
    pub trouble: Option<FileTrouble>,
    /// When an upload that is not completed is deleted.
    pub expires_at: Timestamp,
}

/// A document in a patient's record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentView {
    /// The file.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// Its type; none while it is not known.
    pub kind: Option<FileKind>,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many pages a PDF has.
    pub pages: Option<u32>,
    /// Whether it has a small picture of itself.
    pub has_thumbnail: bool,
    /// The state.
    pub state: FileState,
    /// Why it was refused.
    pub trouble: Option<FileTrouble>,
    /// What the virus scanner has said.
    pub scan: Scan,
    /// The name of who added it.
    pub added_by: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// Whether the viewer may mark it as entered in error.
    pub may_withdraw: bool,
    /// Its earlier versions, the newest first.
    pub earlier: Vec<EarlierVersion>,
}

/// An earlier version of a document, which can still be read.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierVersion {
    /// The file.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub added_at: Timestamp,
}

/// A document that was marked as entered in error and can be brought back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawnDocument {
    /// The file.
    pub id: FileId,
    /// Its name.
    pub name: String,
    /// When it was marked.
    pub withdrawn_at: Timestamp,
    /// Until when it can be brought back.
    pub until: Timestamp,
}

/// The documents in a patient's record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientDocuments {
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// Whether the viewer may add documents.
    pub may_add: bool,
    /// The documents that are not marked as entered in error, the newest first.
    pub items: Vec<DocumentView>,
    /// Those that the viewer may bring back.
    pub withdrawn: Vec<WithdrawnDocument>,
}

/// A document of a doctor's licence or qualifications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialView {
    /// What it proves.
    pub purpose: FilePurpose,
    /// The file.
    pub document: DocumentView,
}

/// The documents of a doctor's licences and qualifications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialsView {
    /// The doctor.
    pub doctor: DoctorId,
    /// Whether the viewer may add documents.
    pub may_add: bool,
    /// All of them, also the earlier ones; the newest first.
    pub items: Vec<CredentialView>,
}

/// The photo of a doctor or a patient as they see it, or the logo of a clinic as its administrators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPhoto {
    /// The photo that others see, if there is one.
    pub photo: Option<FileId>,
    /// A newer one that is being checked, or was refused.
    pub newer: Option<DocumentView>,
}

/// The insurance card of a patient, as the patient sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnInsuranceCard {
    /// Its front.
    pub front: OwnPhoto,
    /// Its back.
    pub back: OwnPhoto,
}

impl CredentialsView {
    /// The documents of one purpose.
    #[must_use]
    pub fn of(&self, purpose: FilePurpose) -> Vec<DocumentView> {
        self.items.iter().filter(|item| item.purpose == purpose).map(|item| item.document.clone()).collect()
    }
}

impl std::fmt::Debug for DocumentView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DocumentView").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for EarlierVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EarlierVersion").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for WithdrawnDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WithdrawnDocument").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for PatientDocuments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatientDocuments").field("patient", &self.patient).finish_non_exhaustive()
    }
}
