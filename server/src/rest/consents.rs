//! Documents to which people agree: their text, the caller's answers, and the versions that administrators publish.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    access::Access,
    directory,
    error::retry,
    identity::{self, AnswerDocument},
};
use jiff::{Timestamp, civil::Date};
use model::{
    identity::{ConsentRow, DocumentAnswer, DocumentText, DocumentVersionRow, LegalDocument, OwnConsents, TypedDocument},
    ids::{DocumentVersionId, PatientId},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn documents() -> Object {
    one_of(LegalDocument::ALL.iter().map(|document| document.as_str()))
}

fn answers() -> Object {
    one_of(DocumentAnswer::ALL.iter().map(|answer| answer.as_str()))
}

/// The version of a document that is in force for the caller, in their language.
#[derive(Serialize, ToSchema)]
pub(super) struct Document {
    /// The id of the version. An answer names it.
    version_id: Uuid,
    /// The document.
    #[schema(schema_with = documents)]
    document: &'static str,
    /// The tag of the language of the text.
    language: String,
    /// The number of the version.
    version: i32,
    /// The text; paragraphs are separated by empty lines.
    body: String,
    /// The day from which it counts, from midnight UTC on.
    counts_from: Date,
}

impl From<DocumentText> for Document {
    fn from(text: DocumentText) -> Self {
        Self {
            version_id: text.id.uuid(),
            document: text.document.as_str(),
            language: text.language,
            version: text.version,
            body: text.body,
            counts_from: text.counts_from,
        }
    }
}

/// Gets the version of a document that is in force, in the caller's language if there is one.
#[utoipa::path(
    get, path = "/documents/{document}", tag = "people", operation_id = "get_document",
    params(("document" = String, Path, description = "`terms`, `privacy` or `remote_care`.")),
    responses((status = 200, description = "The version in force.", body = Document))
)]
pub(super) async fn text(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(document): Id<LegalDocument>,
) -> Result<Json<Document>, Problem> {
    let language = retry(|| identity::account(&domain, &access)).await?.language;
    Ok(Json(retry(|| identity::document(&domain, document, &language)).await?.into()))
}

/// An answer to a document.
#[derive(Serialize, ToSchema)]
struct Consent {
    /// The document.
    #[schema(schema_with = documents)]
    document: &'static str,
    /// The number of its version; null for terms that were agreed to before versions were kept.
    version: Option<i32>,
    /// The tag of the language of the text that was read; null with the version.
    language: Option<String>,
    /// When the caller agreed; null if they declined.
    agreed_at: Option<Timestamp>,
    /// When the caller withdrew or declined.
    withdrawn_at: Option<Timestamp>,
}

impl From<ConsentRow> for Consent {
    fn from(row: ConsentRow) -> Self {
        let ConsentRow { document, version, language, given_at, withdrawn_at } = row;
        Self { document: document.as_str(), version, language, agreed_at: given_at, withdrawn_at }
    }
}

/// What the caller has agreed to.
#[derive(Serialize, ToSchema)]
pub(super) struct Consents {
    /// The answers, newest first.
    answers: Vec<Consent>,
    /// Whether the patient for whom the caller acts agrees to visits on video and by phone; null if the caller acts for none.
    remote_care: Option<bool>,
    /// The versions that wait for an answer. Until they have one, changes are refused with `identity.consent_needed`.
    waiting: Vec<Document>,
}

async fn consents_of(domain: &Domain, access: &Access) -> Result<Json<Consents>, Problem> {
    let OwnConsents { given, remote_care, waiting } = retry(|| identity::own_consents(domain, access)).await?;
    let language = retry(|| identity::account(domain, access)).await?.language;
    let mut texts = Vec::with_capacity(waiting.len());
    for document in waiting {
        texts.push(retry(|| identity::document(domain, document, &language)).await?.into());
    }
    Ok(Json(Consents {
        answers: given.into_iter().map(Into::into).collect(),
        remote_care: remote_care.map(|care| care.agreed),
        waiting: texts,
    }))
}

/// Gets what the caller has agreed to, and what waits for an answer.
#[utoipa::path(
    get, path = "/me/consents", tag = "people", operation_id = "get_consents",
    responses((status = 200, description = "The answers.", body = Consents))
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Consents>, Problem> {
    consents_of(&domain, &access).await
}

/// An answer to a document.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version_id": "01930000-0000-7000-8000-000000000003", "answer": "agree" }))]
pub(super) struct Answer {
    /// The version that the person has read.
    version_id: Uuid,
    /// The answer. Only remote care can be declined.
    #[schema(schema_with = answers)]
    answer: String,
}

impl FromFields for Answer {
    fn read(fields: &mut Fields) -> Option<Self> {
        let version_id = fields.required("version_id", fields::id);
        let answer = fields.required("answer", |text| DocumentAnswer::parse(text).map(|answer| answer.as_str().to_owned()));
        Some(Self { version_id: version_id?, answer: answer? })
    }
}

/// Agrees to a document, or declines remote care; an agreement that was given before is then withdrawn. The same answer again changes nothing.
#[utoipa::path(
    post, path = "/me/consents", tag = "people", operation_id = "answer_document", request_body = Answer,
    responses(
        (status = 200, description = "The answers.", body = Consents),
        (status = 403, description = "`access.forbidden`: remote care, and the caller does not act for a patient.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such version.", body = ErrorBody),
        (status = 409, description = "`request.stale`: another version is in force by now.", body = ErrorBody),
    )
)]
pub(super) async fn answer(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(answer): Body<Answer>,
) -> Result<Json<Consents>, Problem> {
    let command = AnswerDocument { version: DocumentVersionId::from(answer.version_id), answer: answer.answer };
    retry(|| identity::answer_document(&domain, &access, command.clone())).await?;
    consents_of(&domain, &access).await
}

/// A version of a document.
#[derive(Serialize, ToSchema)]
pub(super) struct DocumentVersion {
    /// The id of the version.
    version_id: Uuid,
    /// The document.
    #[schema(schema_with = documents)]
    document: &'static str,
    /// The tag of the language of the text.
    language: String,
    /// The number of the version.
    version: i32,
    /// The day from which it counts, from midnight UTC on.
    counts_from: Date,
    /// Whether people are asked to agree to it.
    asks: bool,
    /// The name of the administrator who published it; null for what came with the software.
    published_by: Option<String>,
}

impl From<DocumentVersionRow> for DocumentVersion {
    fn from(row: DocumentVersionRow) -> Self {
        Self {
            version_id: row.id.uuid(),
            document: row.document.as_str(),
            language: row.language,
            version: row.version,
            counts_from: row.counts_from,
            asks: row.asks,
            published_by: row.published_by,
        }
    }
}

/// Lists the versions of all documents, newest first.
#[utoipa::path(
    get, path = "/documents", tag = "organisation", operation_id = "list_documents",
    responses(
        (status = 200, description = "The versions, on one page.", body = List<DocumentVersion>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<DocumentVersion>>, Problem> {
    Ok(Json(List::whole(retry(|| identity::document_versions(&domain, &access)).await?)))
}

/// A new version of a document.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "document": "terms", "language": "en", "counts_from": "2027-01-01", "body": "The text.", "asks": true }))]
pub(super) struct NewDocument {
    /// The document.
    #[schema(schema_with = documents)]
    document: String,
    /// The tag of the language of the text. Script and region are dropped.
    language: String,
    /// The day from which it counts: today or later, and after the version before it.
    counts_from: Date,
    /// The text; paragraphs are separated by empty lines.
    #[schema(max_length = 20_000)]
    body: String,
    /// Whether people are asked to agree to it; left out for no.
    asks: Option<bool>,
}

impl FromFields for NewDocument {
    fn read(fields: &mut Fields) -> Option<Self> {
        let document =
            fields.required("document", |text| LegalDocument::parse(text).map(|document| document.as_str().to_owned()));
        let language = fields.required("language", fields::text);
        let counts_from = fields.required("counts_from", fields::day);
        let body = fields.required("body", fields::text);
        let asks = fields.optional_bool("asks");
        Some(Self { document: document?, language: language?, counts_from: counts_from?, body: body?, asks })
    }
}

impl From<NewDocument> for TypedDocument {
    fn from(new: NewDocument) -> Self {
        let day = new.counts_from;
        Self {
            document: new.document,
            language: new.language,
            body: new.body,
            counts_from_day: day.day().to_string(),
            counts_from_month: day.month().to_string(),
            counts_from_year: format!("{:04}", day.year()),
            asks: new.asks.unwrap_or_default().to_string(),
        }
    }
}

/// The version that was published.
#[derive(Serialize, ToSchema)]
pub(super) struct Published {
    /// The id of the version.
    version_id: Uuid,
}

/// Publishes a version of a document. A published version is never changed.
#[utoipa::path(
    post, path = "/documents", tag = "organisation", operation_id = "publish_document", request_body = NewDocument,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
        description = "A text that the caller chooses, different for each version.")),
    responses(
        (status = 201, description = "The version, published by this request or by an earlier one with the same key.", body = Published),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator of the whole organisation.", body = ErrorBody),
        (status = 409, description = "`request.stale`: somebody else has published a version at the same moment.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn publish(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(new): Body<NewDocument>,
) -> Result<(StatusCode, Json<Published>), Problem> {
    let (typed, key) = (TypedDocument::from(new), key.required()?);
    let id = retry(|| identity::publish_document(&domain, &access, typed.clone(), Some(&key))).await?;
    Ok((StatusCode::CREATED, Json(Published { version_id: id.uuid() })))
}

/// What a patient has agreed to.
#[derive(Serialize, ToSchema)]
pub(super) struct PatientConsents {
    /// The answers, newest first: those of the patient's own account, and those to remote care.
    answers: Vec<Consent>,
    /// Whether the patient agrees to visits on video and by phone.
    remote_care: bool,
}

/// Gets what a patient has agreed to. It leaves an entry in the audit log.
#[utoipa::path(
    get, path = "/patients/{patient_id}/consents", tag = "patients", operation_id = "get_patient_consents",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 200, description = "The consents.", body = PatientConsents),
        (status = 403, description = "`access.forbidden`: the caller's clinic does not keep the record.", body = ErrorBody),
    )
)]
pub(super) async fn of_patient(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
) -> Result<Json<PatientConsents>, Problem> {
    let found = retry(|| directory::consents_of_patient(&domain, &access, patient)).await?;
    let answers = found.given.into_iter().map(Into::into).collect();
    Ok(Json(PatientConsents { answers, remote_care: found.remote_care.agreed }))
}
