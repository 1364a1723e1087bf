//! Searching the text of a patient's record. The words are medical, so they are in the body and not in the address.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    records::{self, SearchRecord},
};
use jiff::Timestamp;
use model::{
    ids::PatientId,
    records::{FoundIn, FoundText, RecordSearchView},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What to search for.
#[derive(Clone, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "query": "night cough" }))]
pub(super) struct RecordSearch {
    /// The words; a text that has all of them is found.
    #[schema(min_length = 1, max_length = 100)]
    query: String,
}

impl FromFields for RecordSearch {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { query: fields.required("query", fields::line)? })
    }
}

/// A text that was found. It is in a note, in an entry or in a letter; the other ids are null.
#[derive(Serialize, ToSchema)]
struct FoundInRecord {
    /// The id of the visit whose note has the text.
    visit_id: Option<Uuid>,
    /// The id of the entry that has the text.
    entry_id: Option<Uuid>,
    /// The id of the letter that has the text.
    letter_id: Option<Uuid>,
    /// When the text was written.
    at: Timestamp,
    /// The line that has one of the words.
    excerpt: String,
}

impl From<FoundText> for FoundInRecord {
    fn from(text: FoundText) -> Self {
        let empty = Self { visit_id: None, entry_id: None, letter_id: None, at: text.at, excerpt: text.excerpt };
        match text.place {
            FoundIn::Note(visit) => Self { visit_id: Some(visit.into()), ..empty },
            FoundIn::Entry(entry) => Self { entry_id: Some(entry.into()), ..empty },
            FoundIn::Letter(letter) => Self { letter_id: Some(letter.into()), ..empty },
        }
    }
}

/// What was found, and how much was searched.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordFound {
    /// The texts, the newest first; at most 100.
    items: Vec<FoundInRecord>,
    /// Whether more texts have the words.
    more: bool,
    /// How many notes were searched: the newest 500 at most. Null when the caller does not read notes.
    notes_searched: Option<usize>,
    /// Whether there are older notes, which were not searched.
    older_notes: bool,
    /// How many entries were searched: the newest 500 at most.
    entries_searched: usize,
    /// Whether there are older entries, which were not searched.
    older_entries: bool,
    /// How many letters were searched: the newest 500 at most, without those that were withdrawn.
    letters_searched: usize,
    /// Whether there are older letters, which were not searched.
    older_letters: bool,
}

impl From<RecordSearchView> for RecordFound {
    fn from(view: RecordSearchView) -> Self {
        Self {
            items: view.found.into_iter().map(Into::into).collect(),
            more: view.is_cut,
            notes_searched: view.notes,
            older_notes: view.has_older_notes,
            entries_searched: view.entries,
            older_entries: view.has_older_entries,
            letters_searched: view.letters,
            older_letters: view.has_older_letters,
        }
    }
}

/// Searches the newest notes, entries and letters of a patient's record, in the newest version of each.
#[utoipa::path(
    post, path = "/patients/{patient_id}/record/search", tag = "records", operation_id = "search_record", request_body = RecordSearch,
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 200, description = "What was found.", body = RecordFound),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn search(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<PatientId>,
    Body(request): Body<RecordSearch>,
) -> Result<Json<RecordFound>, Problem> {
    let query = SearchRecord { patient: Some(id), query: request.query };
    Ok(Json(retry(|| records::search(&domain, &access, query.clone())).await?.into()))
}
