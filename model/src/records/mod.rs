//! The medical record: the note of a visit, diagnoses, allergies.

mod allergy;
mod change;
mod note;
mod phrase;
mod template;
mod views;

pub use allergy::{Allergy, AllergySeverity};
pub use change::{ChangeKind, NoteChange, NoteChanges};
pub use note::SoapNote;
pub use phrase::{Phrase, PhraseBook, PhraseRow, PhrasesOf, abbreviation, expand_phrases, phrase_text, typed_phrase};
pub use template::{ManagedNoteTemplate, NoteHelps, NoteTemplateChoice, NoteTemplateRow, NoteTemplateVersion};
pub use views::{
    AllergyView, ConsultView, DiagnosisView, Icd10Code, MedicineTaken, NoteVersionView, NoteView, PastDiagnosis, PastVisit,
    PatientSummary, PatientVisitSummary, SafetyView, SummaryPrescription, VisitRecordView,
};
