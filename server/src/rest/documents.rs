//! The documents in a patient's record, and those that prove a doctor's licences and qualifications.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    Domain, directory,
    error::retry,
    records::{self, RestoreDocument, WithdrawDocument},
};
use jiff::Timestamp;
use model::{
    errors::Code,
    files::{CredentialView, DocumentView, EarlierVersion, WithdrawnDocument},
    ids::{DoctorId, PatientId},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The documents in a patient's record.
#[derive(Serialize, ToSchema)]
pub(super) struct PatientDocuments {
    /// The documents, the newest first.
    items: Vec<PatientDocument>,
    /// The documents that were marked as entered in error and that the caller may bring back.
    withdrawn: Vec<Withdrawn>,
}

/// A document that was marked as entered in error.
#[derive(Serialize, ToSchema)]
struct Withdrawn {
    /// The id of the file.
    id: Uuid,
    /// The name of the file.
    name: String,
    /// When it was marked.
    withdrawn_at: Timestamp,
    /// Until when it can be brought back.
    until: Timestamp,
}

impl From<WithdrawnDocument> for Withdrawn {
    fn from(view: WithdrawnDocument) -> Self {
        let WithdrawnDocument { id, name, withdrawn_at, until } = view;
        Self { id: id.into(), name, withdrawn_at, until }
    }
}

/// An earlier version of a document. It is read like every file.
#[derive(Serialize, ToSchema)]
struct Earlier {
    /// The id of the file.
    id: Uuid,
    /// The name of the file.
    name: String,
    /// When it was added.
    added_at: Timestamp,
}

impl From<EarlierVersion> for Earlier {
    fn from(view: EarlierVersion) -> Self {
        Self { id: view.id.into(), name: view.name, added_at: view.added_at }
    }
}

/// A document in a patient's record.
#[derive(Serialize, ToSchema)]
struct PatientDocument {
    /// The id of the file.
    id: Uuid,
    /// The name of the file.
    name: String,
    /// The type of the file.
    kind: Option<&'static str>,
    /// The size in bytes.
    bytes: u64,
    /// The state: `checking`, `ready`, `refused` or `infected`.
    state: &'static str,
    /// Why it was refused; null if it was not.
    trouble: Option<&'static str>,
    /// What the virus scanner has said: `not_scanned` or `clean`.
    scan: &'static str,
    /// The name of who added it.
    added_by: String,
    /// When it was added.
    added_at: Timestamp,
    /// Its earlier versions, the newest first.
    earlier: Vec<Earlier>,
}

impl From<DocumentView> for PatientDocument {
    fn from(view: DocumentView) -> Self {
        Self {
            id: view.id.into(),
            name: view.name,
            kind: view.kind.map(|kind| kind.as_str()),
            bytes: view.bytes,
            state: view.state.as_str(),
            trouble: view.trouble.map(|trouble| trouble.as_str()),
            scan: view.scan.as_str(),
            added_by: view.added_by,
            added_at: view.added_at,
            earlier: view.earlier.into_iter().map(Into::into).collect(),
        }
    }
}

/// Lists the documents in a patient's record.
#[utoipa::path(
    get, path = "/patients/{patient_id}/documents", tag = "files", operation_id = "list_patient_documents",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses((status = 200, description = "The documents.", body = PatientDocuments))
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<PatientId>,
) -> Result<Json<PatientDocuments>, Problem> {
    let found = retry(|| records::documents(&domain, &access, Some(id))).await?;
    let withdrawn = found.withdrawn.into_iter().map(Into::into).collect();
    Ok(Json(PatientDocuments { items: found.items.into_iter().map(Into::into).collect(), withdrawn }))
}

/// The documents of a doctor's licences and qualifications.
#[derive(Serialize, ToSchema)]
pub(super) struct Credentials {
    /// All documents, also the earlier ones; the newest first.
    items: Vec<Credential>,
}

/// A document that proves a doctor's licence or qualification.
#[derive(Serialize, ToSchema)]
struct Credential {
    /// The id of the file.
    id: Uuid,
    /// What it proves: `licence_document` or `qualification_document`.
    purpose: &'static str,
    /// The name of the file.
    name: String,
    /// The type of the file.
    kind: Option<&'static str>,
    /// The size in bytes.
    bytes: u64,
    /// The state: `checking`, `ready`, `refused` or `infected`.
    state: &'static str,
    /// Why it was refused; null if it was not.
    trouble: Option<&'static str>,
    /// What the virus scanner has said: `not_scanned` or `clean`.
    scan: &'static str,
    /// When it was added.
    added_at: Timestamp,
}

impl From<CredentialView> for Credential {
    fn from(CredentialView { purpose, document }: CredentialView) -> Self {
        Self {
            id: document.id.into(),
            purpose: purpose.as_str(),
            name: document.name,
            kind: document.kind.map(|kind| kind.as_str()),
            bytes: document.bytes,
            state: document.state.as_str(),
            trouble: document.trouble.map(|trouble| trouble.as_str()),
            scan: document.scan.as_str(),
            added_at: document.added_at,
        }
    }
}

/// Lists the documents of a doctor's licences and qualifications, for the doctor and for administrators.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/credentials", tag = "files", operation_id = "list_credentials",
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor.")),
    responses((status = 200, description = "The documents.", body = Credentials))
)]
pub(super) async fn credentials(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<DoctorId>,
) -> Result<Json<Credentials>, Problem> {
    let found = retry(|| directory::credentials(&domain, &access, Some(id))).await?;
    Ok(Json(Credentials { items: found.items.into_iter().map(Into::into).collect() }))
}

/// Why a document was entered in error.
#[derive(Clone, ToSchema)]
pub(super) struct Withdrawal {
    /// The reason.
    #[schema(value_type = String, examples("The report of another person"))]
    reason: String,
}

impl FromFields for Withdrawal {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { reason: fields.required("reason", fields::text)? })
    }
}

/// Marks a document as entered in error. Nobody sees it any more, and for 30 days it can be brought back. A repeat changes nothing.
#[utoipa::path(
    post, path = "/patients/{patient_id}/documents/{file_id}/withdraw", tag = "files", operation_id = "withdraw_patient_document",
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("file_id" = Uuid, Path, description = "The id of the file."),
    ),
    request_body = Withdrawal,
    responses(
        (status = 204, description = "The document is marked."),
        (status = 403, description = "`access.forbidden`: somebody else added it.", body = ErrorBody),
        (status = 409, description = "`files.held`: it is under a legal hold. `request.stale`: there is a newer version of it.", body = ErrorBody),
    )
)]
pub(super) async fn withdraw(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path((patient, document)): Path<(String, String)>,
    Body(withdrawal): Body<Withdrawal>,
) -> Result<StatusCode, Problem> {
    let command = WithdrawDocument {
        patient: patient.parse().map_err(|_| Code::NotFound)?,
        document: document.parse().map_err(|_| Code::NotFound)?,
        reason: withdrawal.reason,
    };
    retry(|| records::withdraw_document(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Brings back a document that was marked as entered in error in the last 30 days. A repeat changes nothing.
#[utoipa::path(
    post, path = "/patients/{patient_id}/documents/{file_id}/restore", tag = "files", operation_id = "restore_patient_document",
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("file_id" = Uuid, Path, description = "The id of the file."),
    ),
    responses(
        (status = 204, description = "The document is back."),
        (status = 403, description = "`access.forbidden`: somebody else added it.", body = ErrorBody),
        (status = 409, description = "`request.stale`: another version has taken its place.", body = ErrorBody),
        (status = 410, description = "`files.removed`: more than 30 days have passed.", body = ErrorBody),
    )
)]
pub(super) async fn restore(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path((patient, document)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let command = RestoreDocument {
        patient: patient.parse().map_err(|_| Code::NotFound)?,
        document: document.parse().map_err(|_| Code::NotFound)?,
    };
    retry(|| records::restore_document(&domain, &access, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}
