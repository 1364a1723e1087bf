//! Phrases for notes: a doctor's own ones, and those of a clinic.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    payload::{Body, List},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    access::Access,
    error::retry,
    records::{self, RemovePhrase, SavePhrase},
};
use model::records::{PhraseRow, PhrasesOf};
use serde::Serialize;
use utoipa::ToSchema;

/// A phrase: in a note, its short word with a dot in front stands for the text.
#[derive(Serialize, ToSchema)]
pub(super) struct NotePhrase {
    /// The short word, without the dot.
    #[schema(examples("cough"))]
    abbreviation: String,
    /// The text for which it stands.
    text: String,
    /// The version. Send it with a change.
    version: i32,
}

impl From<PhraseRow> for NotePhrase {
    fn from(row: PhraseRow) -> Self {
        let PhraseRow { abbreviation, text, version } = row;
        Self { abbreviation, text, version }
    }
}

/// A phrase to add or to change.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "abbreviation": "cough", "text": "Dry cough, no sputum.", "version": 0 }))]
pub(super) struct PhraseChange {
    /// The short word: small Latin letters, digits and hyphens, a letter first.
    #[schema(max_length = 31)]
    pub(super) abbreviation: String,
    /// The text for which it stands.
    #[schema(max_length = 2_000)]
    pub(super) text: String,
    /// The version that the change is based on; 0 for a new phrase.
    pub(super) version: i32,
}

impl FromFields for PhraseChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let abbreviation = fields.required("abbreviation", fields::text);
        let text = fields.required("text", fields::text);
        let version = fields.required_number("version");
        Some(Self { abbreviation: abbreviation?, text: text?, version: version? })
    }
}

/// A phrase to remove.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "abbreviation": "cough", "version": 1 }))]
pub(super) struct PhraseRemoval {
    /// The short word.
    pub(super) abbreviation: String,
    /// The version that was seen.
    pub(super) version: i32,
}

impl FromFields for PhraseRemoval {
    fn read(fields: &mut Fields) -> Option<Self> {
        let abbreviation = fields.required("abbreviation", fields::text);
        let version = fields.required_number("version");
        Some(Self { abbreviation: abbreviation?, version: version? })
    }
}

async fn listed(domain: &Domain, access: &Access, of: PhrasesOf) -> Result<Json<List<NotePhrase>>, Problem> {
    Ok(Json(List::whole(retry(|| records::phrases(domain, access, of)).await?.phrases)))
}

async fn saved(domain: &Domain, access: &Access, of: PhrasesOf, change: PhraseChange) -> Result<Json<List<NotePhrase>>, Problem> {
    let PhraseChange { abbreviation, text, version } = change;
    let command = SavePhrase { of, abbreviation, text, version };
    retry(|| records::save_phrase(domain, access, command.clone())).await?;
    listed(domain, access, of).await
}

async fn removed(
    domain: &Domain,
    access: &Access,
    of: PhrasesOf,
    removal: PhraseRemoval,
) -> Result<Json<List<NotePhrase>>, Problem> {
    let PhraseRemoval { abbreviation, version } = removal;
    let command = RemovePhrase { of, abbreviation, version };
    retry(|| records::remove_phrase(domain, access, command.clone())).await?;
    listed(domain, access, of).await
}

/// Lists the calling doctor's own phrases.
#[utoipa::path(
    get, path = "/me/phrases", tag = "doctors", operation_id = "list_own_phrases",
    responses(
        (status = 200, description = "The phrases, on one page.", body = List<NotePhrase>),
        (status = 403, description = "`access.forbidden`: the caller is not a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn list_own(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<NotePhrase>>, Problem> {
    listed(&domain, &access, PhrasesOf::Own).await
}

/// Adds a phrase of the calling doctor, or changes its text.
#[utoipa::path(
    put, path = "/me/phrases", tag = "doctors", operation_id = "save_own_phrase", request_body = PhraseChange,
    responses(
        (status = 200, description = "All phrases of the doctor.", body = List<NotePhrase>),
        (status = 403, description = "`access.forbidden`: the caller is not a doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the phrase has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn save_own(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(change): Body<PhraseChange>,
) -> Result<Json<List<NotePhrase>>, Problem> {
    saved(&domain, &access, PhrasesOf::Own, change).await
}

/// Removes a phrase of the calling doctor. Notes in which it was written keep its text.
#[utoipa::path(
    post, path = "/me/phrases/remove", tag = "doctors", operation_id = "remove_own_phrase", request_body = PhraseRemoval,
    responses(
        (status = 200, description = "The phrases that are left.", body = List<NotePhrase>),
        (status = 403, description = "`access.forbidden`: the caller is not a doctor.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such phrase.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the phrase has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn remove_own(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(removal): Body<PhraseRemoval>,
) -> Result<Json<List<NotePhrase>>, Problem> {
    removed(&domain, &access, PhrasesOf::Own, removal).await
}

/// Lists the phrases of the calling administrator's clinic, or of the organisation.
#[utoipa::path(
    get, path = "/organisation/phrases", tag = "organisation", operation_id = "list_phrases",
    responses(
        (status = 200, description = "The phrases, on one page.", body = List<NotePhrase>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn list(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<List<NotePhrase>>, Problem> {
    listed(&domain, &access, PhrasesOf::Clinic).await
}

/// Adds a phrase of the clinic or of the organisation, or changes its text.
#[utoipa::path(
    put, path = "/organisation/phrases", tag = "organisation", operation_id = "save_phrase", request_body = PhraseChange,
    responses(
        (status = 200, description = "All phrases of the clinic or of the organisation.", body = List<NotePhrase>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the phrase has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn save(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(change): Body<PhraseChange>,
) -> Result<Json<List<NotePhrase>>, Problem> {
    saved(&domain, &access, PhrasesOf::Clinic, change).await
}

/// Removes a phrase of the clinic or of the organisation. Notes in which it was written keep its text.
#[utoipa::path(
    post, path = "/organisation/phrases/remove", tag = "organisation", operation_id = "remove_phrase", request_body = PhraseRemoval,
    responses(
        (status = 200, description = "The phrases that are left.", body = List<NotePhrase>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such phrase.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the phrase has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn remove(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(removal): Body<PhraseRemoval>,
) -> Result<Json<List<NotePhrase>>, Problem> {
    removed(&domain, &access, PhrasesOf::Clinic, removal).await
}
