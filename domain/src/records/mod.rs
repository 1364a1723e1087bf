//! The medical record: notes, diagnoses, allergies, measurements, documents, entries, and the summaries that are read from it; and what the team of a clinic tells each
//! other about patients (`team`).
//!
//! Invariants
//! - A note is never overwritten: each change is a new version with its author, also after the visit. A write names the version that the writer saw.
//! - A signed note has no further versions; the database refuses them. What is new is an addendum, which is only added. A colleague who is asked may co-sign the note, or send
//!   it back with words, and reads nothing else of the record because of that.
//! - Diagnoses are ICD-10-CM codes that can be recorded; they may change until the visit ends, and not afterwards. A change is a new version too.
//! - Entries (problems, history, medication from elsewhere, and the like) grow by versions as notes do, and are never deleted: a wrong one is marked as entered in error.
//! - The text of one record is searched in memory, because the database sees only ciphertext: the newest 500 notes and entries, and the answer says how many.
//! - Templates of notes and phrases are about no patient. They are versioned too, and what they say is copied into a note.
//! - An item is shared by a link with 128 bits of which only the hash is kept; it shows nothing else, and each opening is counted and audited before it is answered.
//! - A letter is a draft until its doctor issues it, and is frozen then (`letters`).
//! - Every read of a patient's data here is audited before the answer is sent.
//! - Notes, diagnoses, allergies, entries and measurements are encrypted with the patient's key. How many diagnoses a visit has is not: that decides whether it may end.
//!
//! Boundary: `visits` ends the visit; `prescriptions` knows what was prescribed.

mod allergies;
mod changes;
mod choices;
mod clear_diagnoses;
mod consult;
mod cosignatures;
mod diagnoses;
mod documents;
mod entries;
mod growth;
mod holds;
mod icd10cm;
mod intake;
mod lay_words;
mod letters;
mod looks;
mod measurements;
mod notes;
mod notes_missing;
mod notices;
mod phrases;
mod plain_names;
mod record;
mod rules;
mod safety;
mod search;
mod shares;
mod signatures;
mod spelling;
mod store;
mod subjects;
mod summary;
mod team;
mod templates;
mod timeline;
mod timeline_parts;
mod visit_record;
mod visit_summary;

pub use allergies::{AddAllergy, EndAllergy, add_allergy, end_allergy};
pub use choices::{MarkCode, known_codes, mark_code};
pub use clear_diagnoses::encrypt_clear_diagnoses;
pub use consult::consult;
pub use cosignatures::{AnswerCosignature, AskCosignature, answer_cosignature, ask_cosignature, cosignature, cosignatures};
pub use diagnoses::{ReplaceDiagnoses, replace_diagnoses};
pub use documents::{RestoreDocument, WithdrawDocument, documents, restore_document, withdraw_document};
pub use entries::{AddEntry, ChangeEntry, WithdrawEntry, add_entry, change_entry, withdraw_entry};
pub use holds::{HoldFiles, LiftHold, hold_files, lift_hold, patient_files};
pub use icd10cm::{load_icd10cm, search_icd10cm};
pub use intake::{intake, intakes};
pub use letters::{
    ChangeLetter, DiscardLetter, IssueLetter, ListLetters, WithdrawLetter, WriteLetter, change_letter, discard_letter,
    issue_letter, letter, letter_pdf, letters, letters_of_patient, new_letter, withdraw_letter, write_letter,
};
pub use measurements::{AddMeasurements, WithdrawMeasurements, add_measurements, measurements, withdraw_measurements};
pub use notes::{SaveNote, save_note, save_note_with_template};
pub use notes_missing::notes_missing;
pub use notices::{MailContent, MailKind};
pub use phrases::{RemovePhrase, SavePhrase, phrases, remove_phrase, save_phrase};
pub use record::{ReadRecord, entry_history, record};
pub use safety::{safety, safety_of_many};
pub use search::{SearchRecord, search};
pub use shares::{ShareItem, end_share, open_share, share_item, shares};
pub use signatures::{AddAddendum, SignNote, add_addendum, sign_note};
pub use summary::{summary, summary_at};
pub use team::{
    AddTask, ListShiftNotes, ListTasks, SettleTask, TaskOutcome, TypedShiftLine, WriteShiftNote, add_task, see_shift_note,
    settle_task, shift_notes, task_form, tasks, write_shift_note,
};
pub use templates::{
    AddNoteTemplate, EditNoteTemplate, TypedNoteTemplate, add_note_template, edit_note_template, note_template, note_templates,
};
pub use timeline::{ReadTimeline, timeline};
pub use visit_record::visit_record;
pub use visit_summary::visit_summary;

pub(crate) use documents::{check_replaces, permit_to_add_document, permit_to_read_documents};
pub(crate) use notices::Event;
pub(crate) use shares::{expire_links, shared_file};
pub(crate) use store::{EntryBody, seal_codes, seal_entry, seal_version};
