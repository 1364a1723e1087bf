//! The medical record: the note of a visit, diagnoses, allergies, and the entries of the record.

mod allergy;
mod change;
mod drug_class;
mod entry;
mod letter;
mod note;
mod phrase;
mod search;
mod share;
mod signature;
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
pub use letter::{
    LetterKind, LetterLine, LetterPeriod, LetterState, LetterText, LetterView, MAX_LETTER_TEXT, NewLetter, PatientLetters,
    TypedLetter, letter_number,
};
pub use note::SoapNote;
pub use phrase::{Phrase, PhraseBook, PhraseRow, PhrasesOf, abbreviation, expand_phrases, phrase_text, typed_phrase};
pub use search::{FoundIn, FoundText, RecordSearchView};
pub use share::{OPENINGS_SHOWN, SHARES_SHOWN, ShareLife, ShareRow, ShareState, SharedContent, SharedItem};
pub use signature::{
    AddendumView, Colleague, CosignAnswer, CosignatureRow, CosignatureView, NoteCosignature, NoteSignature, NoteSigning,
};
pub use template::{ManagedNoteTemplate, NoteHelps, NoteTemplateChoice, NoteTemplateRow, NoteTemplateVersion};
pub use timeline::{TimelineContent, TimelineItem, TimelineKind, TimelineView};
pub use views::{
    AllergyView, ConsultView, DiagnosisView, EndedAllergy, Icd10Code, KnownCodes, MedicineTaken, NoteVersionView, NoteView,
    NotesMissing, PastDiagnosis, PastVisit, PatientSummary, PatientVisitSummary, SafetyView, SummaryPrescription,
    VisitRecordView,
};
