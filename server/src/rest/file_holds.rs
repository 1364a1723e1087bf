//! The files of a patient and their legal holds, for administrators of the whole organisation.

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
    records::{self, HoldFiles, LiftHold},
};
use jiff::Timestamp;
use model::{
    files::HeldFile,
    ids::{FileId, PatientId},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The files of a patient.
#[derive(Serialize, ToSchema)]
pub(super) struct KeptFiles {
    /// The files that were not removed, the newest first.
    items: Vec<KeptFile>,
}

/// A file of a patient, without its name and its content.
#[derive(Serialize, ToSchema)]
struct KeptFile {
    /// The id of the file.
    id: Uuid,
    /// What the file is for: `patient_document`, `patient_photo`, `insurance_card_front`, `insurance_card_back` or `acting_paper`.
    purpose: &'static str,
    /// The type of the file.
    kind: &'static str,
    /// The size in bytes.
    bytes: u64,
    /// When it was added.
    added_at: Timestamp,
    /// How long it is kept: `record`, `personal` or `permanent`.
    retention: &'static str,
    /// Until when it is kept in any case; null unless it is a `record`.
    kept_until: Option<Timestamp>,
    /// When it was marked as entered in error; null if it was not.
    withdrawn_at: Option<Timestamp>,
    /// Why it is under a legal hold; null if it is not.
    hold_reason: Option<String>,
    /// Since when.
    held_since: Option<Timestamp>,
}

impl From<HeldFile> for KeptFile {
    fn from(file: HeldFile) -> Self {
        Self {
            id: file.id.into(),
            purpose: file.purpose.as_str(),
            kind: file.kind.as_str(),
            bytes: file.bytes,
            added_at: file.added_at,
            retention: file.retention.as_str(),
            kept_until: file.kept_until,
            withdrawn_at: file.withdrawn_at,
            held_since: file.hold.as_ref().map(|hold| hold.set_at),
            hold_reason: file.hold.map(|hold| hold.reason),
        }
    }
}

/// Lists the files of a patient and their legal holds, for administrators of the whole organisation.
#[utoipa::path(
    get, path = "/patients/{patient_id}/files", tag = "files", operation_id = "list_patient_files",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 200, description = "The files.", body = KeptFiles),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
) -> Result<Json<KeptFiles>, Problem> {
    let found = retry(|| records::patient_files(&domain, &access, patient)).await?;
    Ok(Json(KeptFiles { items: found.items.into_iter().map(Into::into).collect() }))
}

/// Which files, and why.
#[derive(Clone, ToSchema)]
pub(super) struct HoldRequest {
    /// The file; without one, all files of the patient.
    #[schema(value_type = Option<Uuid>)]
    file_id: Option<FileId>,
    /// Why.
    #[schema(value_type = String, examples("A lawsuit about the visit in May"))]
    reason: String,
}

impl FromFields for HoldRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let file_id = fields.optional("file_id", fields::id);
        Some(Self { file_id, reason: fields.required("reason", fields::text)? })
    }
}

/// How many files were changed.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangedHolds {
    /// The number of files.
    files: u32,
}

/// Puts a file of a patient under a legal hold, or all that there are now. A file under a hold is neither withdrawn nor removed. A repeat changes nothing.
#[utoipa::path(
    post, path = "/patients/{patient_id}/files/hold", tag = "files", operation_id = "hold_patient_files", request_body = HoldRequest,
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 200, description = "How many files were not under a hold before.", body = ChangedHolds),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn hold(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    Body(HoldRequest { file_id: file, reason }): Body<HoldRequest>,
) -> Result<Json<ChangedHolds>, Problem> {
    let command = HoldFiles { patient, file, reason };
    let files = retry(|| records::hold_files(&domain, &access, command.clone())).await?;
    Ok(Json(changed(files)))
}

/// Lifts the legal hold of a file of a patient, or of all of them. A repeat changes nothing.
#[utoipa::path(
    post, path = "/patients/{patient_id}/files/lift-hold", tag = "files", operation_id = "lift_hold_of_patient_files",
    request_body = HoldRequest, params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 200, description = "How many files were under a hold.", body = ChangedHolds),
        (status = 403, description = "`access.forbidden`: the caller is no administrator of the whole organisation.", body = ErrorBody),
    )
)]
pub(super) async fn lift(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    Body(HoldRequest { file_id: file, reason }): Body<HoldRequest>,
) -> Result<Json<ChangedHolds>, Problem> {
    let command = LiftHold { patient, file, reason };
    let files = retry(|| records::lift_hold(&domain, &access, command.clone())).await?;
    Ok(Json(changed(files)))
}

fn changed(files: usize) -> ChangedHolds {
    ChangedHolds { files: u32::try_from(files).unwrap_or(u32::MAX) }
}
