//! The medical record: notes, diagnoses, allergies, and the summaries that are read from it.
//!
//! Invariants
//! - A note is never overwritten: each change is a new version with its author. A write names the version it saw.
//! - Diagnoses are codes of ICD-10-CM that can be recorded; they change until the visit ends, and not after.
//! - Whatever is read of a patient here is audited before the answer leaves.
//! - Notes and allergies are encrypted with the patient's key; diagnoses are codes and stand in the clear.
//!
//! Boundary: ending the visit is `visits`'; what was prescribed is `prescriptions`'.

mod allergies;
mod consult;
mod diagnoses;
mod icd10cm;
mod notes;
mod rules;
mod store;
mod subjects;
mod summary;
mod visit_summary;

pub use allergies::{AddAllergy, EndAllergy, add_allergy, end_allergy};
pub use consult::consult;
pub use diagnoses::{ReplaceDiagnoses, replace_diagnoses};
pub use icd10cm::{load_icd10cm, search_icd10cm};
pub use notes::{SaveNote, save_note};
pub use summary::{summary, summary_at};
pub use visit_summary::visit_summary;

pub(crate) use store::seal_version;
