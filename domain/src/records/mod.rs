//! The medical record: notes, diagnoses, allergies, documents, and the summaries that are read from it.
//!
//! Invariants
//! - A note is never overwritten: each change is a new version with its author, also after the visit. A write names the version that the writer saw.
//! - Diagnoses are ICD-10-CM codes that can be recorded; they may change until the visit ends, and not afterwards. A change is a new version too.
//! - Every read of a patient's data here is audited before the answer is sent.
//! - Notes, diagnoses and allergies are encrypted with the patient's key. How many diagnoses a visit has is not: that decides whether it may end.
//!
//! Boundary: `visits` ends the visit; `prescriptions` knows what was prescribed.

mod allergies;
mod clear_diagnoses;
mod consult;
mod diagnoses;
mod documents;
mod holds;
mod icd10cm;
mod lay_words;
mod notes;
mod plain_names;
mod rules;
mod safety;
mod store;
mod subjects;
mod summary;
mod visit_record;
mod visit_summary;

pub use allergies::{AddAllergy, EndAllergy, add_allergy, end_allergy};
pub use clear_diagnoses::encrypt_clear_diagnoses;
pub use consult::consult;
pub use diagnoses::{ReplaceDiagnoses, replace_diagnoses};
pub use documents::{RestoreDocument, WithdrawDocument, documents, restore_document, withdraw_document};
pub use holds::{HoldFiles, LiftHold, hold_files, lift_hold, patient_files};
pub use icd10cm::{load_icd10cm, search_icd10cm};
pub use notes::{SaveNote, save_note};
pub use safety::{safety, safety_of_many};
pub use summary::{summary, summary_at};
pub use visit_record::visit_record;
pub use visit_summary::visit_summary;

pub(crate) use documents::{check_replaces, permit_to_add_document, permit_to_read_documents};
pub(crate) use store::{seal_codes, seal_version};
