//! The medical record: the note of a visit, diagnoses, allergies, and the entries of the record.

mod allergy;
mod change;
mod drug_class;
mod entry;
mod note;
mod phrase;
mod search;
mod template;
mod timeline;
mod views;

pub use allergy::{Allergy, AllergySeverity};
pub use change::{ChangeKind, NoteChange, NoteChanges};
pub use drug_class::DrugClass;
pub use entry::{
    Entry, EntryField, EntryHistory, EntryKind, EntrySource, EntryVersionView, EntryView, PartialDate, PatientRecordView,
    ProblemState, Relative, SocialTopic, TypedEntry,
};
pub use note::SoapNote;
pub use phrase::{Phrase, PhraseBook, PhraseRow, PhrasesOf, abbreviation, expand_phrases, phrase_text, typed_phrase};
pub use search::{FoundIn, FoundText, RecordSearchView};
pub use template::{ManagedNoteTemplate, NoteHelps, NoteTemplateChoice, NoteTemplateRow, NoteTemplateVersion};
pub use timeline::{TimelineContent, TimelineItem, TimelineKind, TimelineView};
pub use views::{
    AllergyView, ConsultView, DiagnosisView, Icd10Code, MedicineTaken, NoteVersionView, NoteView, NotesMissing, PastDiagnosis,
    PastVisit, PatientSummary, PatientVisitSummary, SafetyView, SummaryPrescription, VisitRecordView,
};
