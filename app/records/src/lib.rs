//! The medical record as doctor, nurse and patient see it: the panels next to the video, the patient's page, the summary of a visit.
//!
//! Addresses never contain medical text: searches travel in the body of a request or in a draft.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

words::catalogue!();

mod access_days;
mod accesses;
mod allergies;
mod break_glass;
mod changes;
mod cosignatures;
mod diagnoses;
mod documents;
mod end_visit;
mod find;
mod letters;
mod measurements;
mod notes;
mod panels;
mod patient;
mod phrases;
mod plain_names;
mod record;
mod safety;
mod search;
mod shared;
mod shares;
mod sign_notes;
mod summary;
mod team;
mod templates;
mod timeline;
mod visit_notes;
mod visit_summary;

pub use accesses::{
    AccessPage, AccessesPage, AskAboutAccess, AskAboutAccessValues, LoadAccess, LoadAccesses, ask_about_access, load_access,
    load_accesses,
};
pub use allergies::{AddAllergy, AllergyValues, EndAllergy, EndAllergyValues, add_allergy, end_allergy};
pub use break_glass::{
    BreakGlass, BreakGlassValues, EmergencyPage, EndBreakGlass, EndBreakGlassValues, break_glass, end_break_glass,
};
pub use cosignatures::{
    AnswerCosignature, AnswerCosignatureValues, CosignaturePage, CosignaturesPage, ListCosignatures, ReadCosignature,
    answer_cosignature, list_cosignatures, read_cosignature,
};
pub use diagnoses::{ChangeDiagnoses, DiagnosesValues, DiagnosisPicker, change_diagnoses};
pub use documents::{
    DoctorDocumentsPage, ListPatientDocuments, OwnDocumentsPage, RestoreDocument, RestoreDocumentValues, WithdrawDocument,
    WithdrawDocumentValues, list_patient_documents, restore_document, withdraw_document,
};
pub use end_visit::{EndVisit, EndVisitForm, EndVisitValues, end_visit_form};
pub use find::{FindDiagnosis, FindValues, FoundDiagnoses, SearchDiagnoses, find_diagnosis, search_diagnoses};
pub use letters::{
    ChangeLetter, ChangeLetterValues, DiscardLetter, DiscardLetterValues, DoctorLetterPage, DoctorLettersPage, EditLetterPage,
    IssueLetter, IssueLetterValues, LetterPage, LetterValues, ListLettersOf, LoadNewLetter, NewLetterPage, ReadLetter,
    WithdrawLetter, WithdrawLetterValues, WriteLetter, WriteLetterValues, change_letter, discard_letter, issue_letter,
    list_letters_of, load_new_letter, read_letter, withdraw_letter, write_letter,
};
pub use measurements::{
    AddMeasurements, DoctorMeasurementsPage, IntakePage, IntakesPage, ListMeasurements, LoadIntake, LoadIntakes,
    MeasurementValues, OwnMeasurementsPage, WardMeasurementsPage, WithdrawMeasurements, WithdrawMeasurementsValues,
    add_measurements, list_measurements, load_intake, load_intakes, withdraw_measurements,
};
pub use notes::{NotesEditor, NotesValues, ReadConsult, SaveNotes, read_consult, save_notes};
pub use panels::ConsultPanels;
pub use patient::{DoctorPatientPage, ReadSummary, SummaryOf, SummaryPanel, read_summary};
pub use phrases::{
    ClinicPhrasesPage, LoadPhrases, OwnPhrasesPage, PhraseValues, RemovePhrase, RemovePhraseValues, SavePhrase, load_phrases,
    remove_phrase, save_phrase,
};
pub use record::{
    AddEntry, ChangeEntry, DoctorEntryPage, DoctorRecordPage, EntryValues, NewEntryPage, OwnRecordPage, ReadEntry, ReadRecord,
    WithdrawEntry, WithdrawEntryValues, add_entry, change_entry, read_entry, read_record, withdraw_entry,
};
pub use record::{WardEntryPage, WardNewEntryPage, WardRecordPage};
pub use safety::{ReadSafety, SafetyPanel, read_safety};
pub use search::{
    FindInRecord, OwnSearchPage, RecordSearchPage, RecordSearchValues, SearchRecord, find_in_record, search_record,
};
pub use shared::{OpenShare, SharedPage, ShownItem, open_share};
pub use shares::{
    EndShare, EndShareValues, ListShares, NewSharePage, ShareItem, ShareValues, SharesPage, ShownShares, end_share, list_shares,
    share_item,
};
pub use sign_notes::{
    AddAddendum, AddendumValues, AskCosignature, AskCosignatureValues, SignNotes, SignNotesValues, add_addendum, ask_cosignature,
    sign_notes,
};
pub use team::{
    AddTask, DeskTasksPage, DoctorShiftNotesPage, DoctorTasksPage, ListShiftNotes, LoadTaskForm, LoadTasks, SeeShiftNote,
    SettleTask, ShiftNoteValues, TaskValues, WardShiftNotesPage, WardTasksPage, WriteShiftNote, add_task, list_shift_notes,
    load_task_form, load_tasks, see_shift_note, settle_task, write_shift_note,
};
pub use templates::{
    AddNoteTemplate, EditNoteTemplate, LoadNoteTemplate, LoadNoteTemplates, NewNoteTemplatePage, NoteTemplatePage,
    NoteTemplatesPage, TemplatePage, TemplateValues, add_note_template, edit_note_template, load_note_template,
    load_note_templates,
};
pub use timeline::{DoctorTimelinePage, OwnTimelinePage, ReadTimeline, TimelineAsked, WardTimelinePage, read_timeline};
pub use visit_notes::{ReadVisitRecord, VisitNotesPage, read_visit_record};
pub use visit_summary::{ReadVisitSummary, VisitSummaryPage, read_visit_summary};

#[cfg(feature = "ssr")]
use kit::forms::{FormReply, Posted};

/// Returns to the page of the form, without the draft that it may have shown.
#[cfg(feature = "ssr")]
pub(crate) fn same_page<V>(form: &Posted<V>) -> FormReply {
    FormReply::to(form.back().split(['?', '#']).next().unwrap_or("/"))
}
