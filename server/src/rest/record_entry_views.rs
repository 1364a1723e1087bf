//! The entries of a patient's record, as programs see them.

use super::payload::one_of;
use jiff::Timestamp;
use model::records::{
    DiagnosisView, Entry, EntryKind, EntrySource, EntryVersionView, EntryView, ProblemState, Relative, SocialTopic,
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

pub(super) fn kind() -> Object {
    one_of(EntryKind::ALL.iter().map(|kind| kind.as_str()))
}

pub(super) fn source() -> Object {
    one_of(EntrySource::ALL.iter().map(|source| source.as_str()))
}

pub(super) fn state() -> Object {
    one_of(ProblemState::ALL.iter().map(|state| state.as_str()))
}

pub(super) fn relative() -> Object {
    one_of(Relative::ALL.iter().map(|relative| relative.as_str()))
}

pub(super) fn topic() -> Object {
    one_of(SocialTopic::ALL.iter().map(|topic| topic.as_str()))
}

/// What an entry says. Which members it has depends on its kind; the others are null.
#[derive(Serialize, ToSchema)]
struct RecordEntryContent {
    /// What it is about.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// Who or what it comes from.
    #[schema(schema_with = source)]
    source: &'static str,
    /// What it is called: the problem, the medicine, the vaccine, the procedure, the goal.
    name: Option<String>,
    /// The ICD-10-CM code of a problem.
    code: Option<String>,
    /// The description of the code.
    code_description: Option<String>,
    /// Whether the patient still has a problem: `active` or `resolved`.
    state: Option<String>,
    /// The relative, in the family history.
    relative: Option<String>,
    /// The relative's age in years when the illness began.
    age: Option<u8>,
    /// The topic, in the social history.
    topic: Option<String>,
    /// The strength of a medicine.
    strength: Option<String>,
    /// How a medicine is taken.
    dose: Option<String>,
    /// The number of the dose of a vaccine.
    dose_number: Option<u8>,
    /// The lot number of a vaccine.
    lot: Option<String>,
    /// When it began or was done: a year, a month or a day.
    since: Option<String>,
    /// When it ended, or when a care plan is looked at again: a year, a month or a day.
    until: Option<String>,
    /// Where it was done.
    place: Option<String>,
    /// Anything else; the steps of a care plan.
    text: Option<String>,
}

impl RecordEntryContent {
    fn of(entry: &Entry, source: EntrySource, code: Option<DiagnosisView>) -> Self {
        let typed = entry.typed(source);
        let given = |text: String| (!text.is_empty()).then_some(text);
        Self {
            kind: entry.kind().as_str(),
            source: source.as_str(),
            name: given(typed.name),
            code: given(typed.code),
            code_description: code.map(|code| code.description),
            state: given(typed.state),
            relative: given(typed.relative),
            age: typed.age.parse().ok(),
            topic: given(typed.topic),
            strength: given(typed.strength),
            dose: given(typed.dose),
            dose_number: typed.dose_number.parse().ok(),
            lot: given(typed.lot),
            since: given(typed.since),
            until: given(typed.until),
            place: given(typed.place),
            text: given(typed.text),
        }
    }
}

/// An entry of a record.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordEntry {
    /// The id of the entry.
    id: Uuid,
    /// The number of the newest version. Send it with a change.
    version: i64,
    /// What the newest version says.
    content: RecordEntryContent,
    /// The name of who wrote the newest version.
    author: String,
    /// When the first version was written.
    recorded_at: Timestamp,
    /// When the newest version was written.
    written_at: Timestamp,
}

impl From<EntryView> for RecordEntry {
    fn from(view: EntryView) -> Self {
        Self {
            id: view.id.into(),
            version: view.version,
            content: RecordEntryContent::of(&view.entry, view.source, view.code),
            author: view.author_name,
            recorded_at: view.recorded_at,
            written_at: view.written_at,
        }
    }
}

/// A version of an entry of a record.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordEntryVersion {
    /// The number, from 1.
    version: i64,
    /// What it says.
    content: RecordEntryContent,
    /// The name of who wrote it.
    author: String,
    /// When it was written.
    written_at: Timestamp,
    /// Why this version marks the entry as entered in error; null if it does not.
    error: Option<String>,
}

impl From<EntryVersionView> for RecordEntryVersion {
    fn from(view: EntryVersionView) -> Self {
        Self {
            version: view.version,
            content: RecordEntryContent::of(&view.entry, view.source, view.code),
            author: view.author_name,
            written_at: view.written_at,
            error: view.error,
        }
    }
}
