//! The medical record: notes, diagnoses, allergies, documents, and the summaries that are read from it.
//!
//! Invariants
//! - A note is never overwritten: each change is a new version with its author, also after the visit. A write names the version that the writer saw.
//! - Diagnoses are ICD-10-CM codes that can be recorded; they may change until the visit ends, and not afterwards. A change is a new version too.
//! - Templates of notes and phrases are about no patient. They are versioned too, and what they say is copied into a note.
//! - Every read of a patient's data here is audited before the answer is sent.
//! - Notes, diagnoses and allergies are encrypted with the patient's key. How many diagnoses a visit has is not: that decides whether it may end.
//!
//! Boundary: `visits` ends the visit; `prescriptions` knows what was prescribed.

mod allergies;
mod changes;
mod clear_diagnoses;
mod consult;
mod diagnoses;
mod documents;
mod icd10cm;
mod lay_words;
mod notes;
mod phrases;
mod plain_names;
mod rules;
mod safety;
mod spelling;
mod store;
mod subjects;
mod summary;
mod templates;
mod visit_record;
mod visit_summary;

pub use allergies::{AddAllergy, EndAllergy, add_allergy, end_allergy};
pub use clear_diagnoses::encrypt_clear_diagnoses;
pub use consult::consult;
pub use diagnoses::{ReplaceDiagnoses, replace_diagnoses};
pub use documents::{WithdrawDocument, documents, withdraw_document};
pub use icd10cm::{load_icd10cm, search_icd10cm};
pub use notes::{SaveNote, save_note, save_note_with_template};
pub use phrases::{RemovePhrase, SavePhrase, phrases, remove_phrase, save_phrase};
pub use safety::{safety, safety_of_many};
pub use summary::{summary, summary_at};
pub use templates::{
    AddNoteTemplate, EditNoteTemplate, TypedNoteTemplate, add_note_template, edit_note_template, note_template, note_templates,
};
pub use visit_record::visit_record;
pub use visit_summary::visit_summary;

pub(crate) use documents::{permit_to_add_document, permit_to_read_documents};
pub(crate) use store::{seal_codes, seal_version};
