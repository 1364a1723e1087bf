//! For the staff of a clinic: who acts for a patient, letting a carer or a legal guardian act, and ending it.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    access::Access,
    directory::{self, LetAct, StopActing},
    error::retry,
};
use jiff::{Timestamp, civil::Date};
use model::{
    directory::{ActingForView, ActingRelation, ActingRow},
    files::DocumentView,
    ids::{FileId, PatientId, UserId},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn relation() -> Object {
    one_of(ActingRelation::ALL.iter().map(|relation| relation.as_str()))
}

/// A patient, and who acts for them. What has ended is left out.
#[derive(Serialize, ToSchema)]
pub(super) struct Representatives {
    /// The id of the patient.
    patient_id: Uuid,
    /// The full name of the patient.
    #[schema(examples("Mia Osei"))]
    name: String,
    /// The person number of the patient.
    number: String,
    /// Who acts for the patient.
    items: Vec<Representative>,
    /// Files that belong to no document yet, the newest first. One that is ready can be the `file_id` of a new right.
    waiting_files: Vec<PaperFile>,
}

/// A person who acts for a patient.
#[derive(Serialize, ToSchema)]
struct Representative {
    /// The id of the account.
    user_id: Uuid,
    /// The full name.
    #[schema(examples("Amara Osei"))]
    name: String,
    /// The e-mail address of the account.
    email: String,
    /// As what the person acts: `guardian` for a parent or a legal guardian, `helper` for a carer.
    #[schema(schema_with = relation)]
    relation: &'static str,
    /// Since when. It may lie ahead.
    since: Timestamp,
    /// Until when; null if no end is known.
    until: Option<Timestamp>,
    /// What the document is called that a clinic has seen; null for a parent who added the child.
    document: Option<String>,
    /// The day of the document.
    document_date: Option<Date>,
    /// Why no copy of the document is kept; null if there is one, or nobody has said why.
    no_copy: Option<String>,
    /// The id of the document, to upload it as an `acting_paper`; null for a parent who added the child.
    paper_id: Option<Uuid>,
    /// The document itself, the newest file first.
    files: Vec<PaperFile>,
}

/// A file that shows the document of a representative.
#[derive(Serialize, ToSchema)]
struct PaperFile {
    /// The id of the file.
    id: Uuid,
    /// Its name.
    #[schema(examples("power-of-attorney.pdf"))]
    name: String,
    /// The state: `checking`, `ready`, `refused` or `infected`.
    state: &'static str,
    /// When it was added.
    added_at: Timestamp,
}

impl From<DocumentView> for PaperFile {
    fn from(view: DocumentView) -> Self {
        Self { id: view.id.uuid(), name: view.name, state: view.state.as_str(), added_at: view.added_at }
    }
}

impl From<ActingForView> for Representatives {
    fn from(view: ActingForView) -> Self {
        Self {
            patient_id: view.patient.uuid(),
            name: view.name,
            number: view.number,
            items: view.acting.into_iter().map(Into::into).collect(),
            waiting_files: view.waiting.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ActingRow> for Representative {
    fn from(row: ActingRow) -> Self {
        Self {
            user_id: row.user.uuid(),
            name: row.name,
            email: row.email,
            relation: row.relation.as_str(),
            since: row.since,
            until: row.until,
            document: row.document,
            document_date: row.document_date,
            no_copy: row.no_copy,
            paper_id: row.paper.map(Into::into),
            files: row.files.into_iter().map(Into::into).collect(),
        }
    }
}

async fn shown(domain: &Domain, access: &Access, patient: PatientId) -> Result<Representatives, Problem> {
    Ok(retry(|| directory::acting_for(domain, access, patient)).await?.into())
}

/// Lists who acts for a patient, for a receptionist or an administrator of a clinic where the patient is cared for.
#[utoipa::path(
    get, path = "/patients/{patient_id}/representatives", tag = "people", operation_id = "list_representatives",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses((status = 200, description = "The patient, and who acts for them.", body = Representatives))
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
) -> Result<Json<Representatives>, Problem> {
    Ok(Json(shown(&domain, &access, patient).await?))
}

/// A right to act for a patient, with the document that was seen.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "amara@people.example", "relation": "helper", "document": "Power of attorney", "document_date": "2026-10-01", "until": "2027-10-01",
    "no_copy": "The patient keeps the only copy"
}))]
pub(super) struct NewRepresentative {
    /// The e-mail address of the account that will act.
    email: String,
    /// As what.
    #[schema(schema_with = relation)]
    relation: ActingRelation,
    /// What the document is called that was seen.
    #[schema(min_length = 1, max_length = 120)]
    document: String,
    /// The day of the document.
    document_date: Date,
    /// The last day of the right, where the patient lives.
    until: Date,
    /// The file that shows the document: an `acting_paper` of the patient that was uploaded before and belongs to no other right.
    #[schema(value_type = Option<Uuid>)]
    file_id: Option<FileId>,
    /// Why no copy of the document is kept. Needed when there is no file.
    no_copy: Option<String>,
}

impl FromFields for NewRepresentative {
    fn read(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", fields::text);
        let relation = fields.required("relation", ActingRelation::parse);
        let document = fields.required("document", fields::text);
        let document_date = fields.required("document_date", fields::day);
        let until = fields.required("until", fields::day);
        let (file_id, no_copy) = (fields.optional("file_id", fields::id), fields.optional("no_copy", fields::text));
        Some(Self {
            email: email?,
            relation: relation?,
            document: document?,
            document_date: document_date?,
            until: until?,
            file_id,
            no_copy,
        })
    }
}

/// Lets the owner of an account act for a patient, from now until the end of a day.
///
/// If the same request is sent again with the same key, nothing more happens. A key is kept for a day.
#[utoipa::path(
    post, path = "/patients/{patient_id}/representatives", tag = "people", operation_id = "add_representative",
    request_body = NewRepresentative,
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each right."),
    ),
    responses(
        (status = 201, description = "The patient, and who acts for them.", body = Representatives),
        (status = 409, description = "`directory.acts_already`: the account acts for the patient already.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    key: IdempotencyKey,
    Body(new): Body<NewRepresentative>,
) -> Result<(StatusCode, Json<Representatives>), Problem> {
    let NewRepresentative { email, relation, document, document_date, until, file_id, no_copy } = new;
    let (file_id, no_copy) = (file_id.map(|file| file.to_string()).unwrap_or_default(), no_copy.unwrap_or_default());
    let (relation, idempotency_key) = (relation.as_str().to_owned(), Some(key.required()?));
    let (document_date, until) = (parts(document_date), parts(until));
    let command = LetAct { patient, email, relation, document, document_date, file_id, no_copy, until, idempotency_key };
    retry(|| directory::let_act(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(shown(&domain, &access, patient).await?)))
}

/// The day, month and year of a date, as a form has them.
fn parts(date: Date) -> [String; 3] {
    [date.day().to_string(), date.month().to_string(), format!("{:04}", date.year())]
}

/// The right that ends.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RepresentativeEnd {
    /// The account that acts.
    #[schema(value_type = Uuid)]
    user_id: UserId,
    /// As what.
    #[schema(schema_with = relation)]
    relation: ActingRelation,
}

impl FromFields for RepresentativeEnd {
    fn read(fields: &mut Fields) -> Option<Self> {
        let user_id = fields.required("user_id", fields::id);
        let relation = fields.required("relation", ActingRelation::parse);
        Some(Self { user_id: user_id?, relation: relation? })
    }
}

/// Ends a right to act for a patient at once.
#[utoipa::path(
    post, path = "/patients/{patient_id}/representatives/ending", tag = "people", operation_id = "end_representative",
    request_body = RepresentativeEnd,
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses((status = 200, description = "The patient, and who still acts for them.", body = Representatives))
)]
pub(super) async fn end(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    Body(ended): Body<RepresentativeEnd>,
) -> Result<Json<Representatives>, Problem> {
    let command = StopActing { patient, user: ended.user_id, relation: ended.relation };
    retry(|| directory::stop_acting(&domain, &access, command.clone())).await?;
    Ok(Json(shown(&domain, &access, patient).await?))
}
