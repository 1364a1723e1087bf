//! Files for programs: uploads in parts, reading in ranges, and removing a photo.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use crate::{
    serve::AppState,
    uploads::{digest_of, sent, sum_of},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use domain::{
    Domain, directory,
    error::retry,
    files::{self, Shown},
    filing::{self, BeginUpload},
};
use jiff::Timestamp;
use model::{
    errors::{Code, FieldFault},
    files::UploadView,
    ids::{ActingPaperId, ClinicId, FileId, PatientId, ThreadId},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A file to upload.
#[derive(Clone, ToSchema)]
pub(super) struct NewUpload {
    /// What the file is for: `patient_document`, or, for the doctor as whom the caller acts, `licence_document`,
    /// `qualification_document` or `doctor_photo`; for the patient as whom the caller acts, `patient_photo`, `insurance_card_front` or
    /// `insurance_card_back`; or `clinic_logo`; or `acting_paper`; or `message_attachment`.
    #[schema(value_type = String, examples("patient_document"))]
    purpose: String,
    /// The patient whose file it is. Needed for a `patient_document` and an `acting_paper`, and ignored for everything else.
    #[schema(value_type = Option<Uuid>)]
    patient_id: Option<PatientId>,
    /// The clinic whose file it is. Needed for a `clinic_logo`, and ignored for everything else.
    #[schema(value_type = Option<Uuid>)]
    clinic_id: Option<ClinicId>,
    /// The document of a representative that an `acting_paper` shows; left out for a right that is given later. Ignored for everything else.
    #[schema(value_type = Option<Uuid>)]
    paper_id: Option<ActingPaperId>,
    /// The conversation with one of whose messages it is sent. Needed for a `message_attachment`, and ignored for everything else.
    #[schema(value_type = Option<Uuid>)]
    thread_id: Option<ThreadId>,
    /// The document of which it is a newer version. Only a `patient_document` has versions; ignored for everything else.
    #[schema(value_type = Option<Uuid>)]
    replaces_id: Option<FileId>,
    /// The name of the file.
    #[schema(value_type = String, examples("report.pdf"))]
    name: String,
    /// The type of the file: `application/pdf`, `image/jpeg`, `image/png`, `image/webp` or `text/plain`.
    #[schema(value_type = String, examples("application/pdf"))]
    kind: String,
    /// The size of the file in bytes.
    bytes: i32,
    /// The SHA-256 of the whole file, in hexadecimal, to be compared when all of it is there.
    #[schema(value_type = Option<String>)]
    sha256: Option<[u8; 32]>,
}

impl FromFields for NewUpload {
    fn read(fields: &mut Fields) -> Option<Self> {
        let purpose = fields.required("purpose", fields::text);
        let patient_id = fields.optional("patient_id", fields::id);
        let clinic_id = fields.optional("clinic_id", fields::id);
        let paper_id = fields.optional("paper_id", fields::id);
        let thread_id = fields.optional("thread_id", fields::id);
        let replaces_id = fields.optional("replaces_id", fields::id);
        let name = fields.required("name", fields::text);
        let kind = fields.required("kind", fields::text);
        let bytes = fields.required_number("bytes");
        let sha256 = fields.optional("sha256", |text| sum_of(text).map_err(|_| FieldFault::Malformed));
        Some(Self {
            purpose: purpose?,
            patient_id,
            clinic_id,
            paper_id,
            thread_id,
            replaces_id,
            name: name?,
            kind: kind?,
            bytes: bytes?,
            sha256,
        })
    }
}

/// How far an upload is.
#[derive(Serialize, ToSchema)]
pub(super) struct Upload {
    /// The id of the upload, and later of the file.
    id: Uuid,
    /// The size of each part but the last, in bytes.
    part_bytes: u32,
    /// The numbers of the parts that have arrived, from 1. Empty once the upload is completed.
    parts: Vec<u32>,
    /// The state: `uploading`, `checking`, `ready`, `refused` or `infected`.
    state: &'static str,
    /// Why the file was refused; null if it was not.
    trouble: Option<&'static str>,
    /// When an upload that is not completed is deleted.
    expires_at: Timestamp,
}

impl From<UploadView> for Upload {
    fn from(view: UploadView) -> Self {
        Self {
            id: view.id.into(),
            part_bytes: view.part_bytes,
            parts: view.parts,
            state: view.state.as_str(),
            trouble: view.trouble.map(|trouble| trouble.as_str()),
            expires_at: view.expires_at,
        }
    }
}

/// The bytes of a file or of a part.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[allow(dead_code, reason = "only described")]
struct Raw(Vec<u8>);

/// Begins to upload a file.
///
/// Send it in parts of the size that the answer names, in any order, then complete the upload. An upload that is not completed within a day is deleted.
#[utoipa::path(
    post, path = "/uploads", tag = "files", operation_id = "begin_upload", request_body = NewUpload,
    responses(
        (status = 201, description = "The upload.", body = Upload),
        (status = 403, description = "`access.forbidden`: the documents of a doctor, and the caller does not act as one.", body = ErrorBody),
        (status = 404, description = "`not_found`: the caller may not know the patient, or does not manage the clinic.", body = ErrorBody),
        (status = 409, description = "`files.quota`: there is no room left. `request.stale`: there is a newer version of the document already.",
            body = ErrorBody),
        (status = 413, description = "`request.too_large`: no file of this purpose may be so large.", body = ErrorBody),
    )
)]
pub(super) async fn begin(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(new): Body<NewUpload>,
) -> Result<(StatusCode, Json<Upload>), Problem> {
    let command = BeginUpload {
        purpose: new.purpose,
        patient: new.patient_id,
        clinic: new.clinic_id,
        paper: new.paper_id,
        thread: new.thread_id,
        replaces: new.replaces_id,
        name: new.name,
        kind: new.kind,
        bytes: u64::try_from(new.bytes).unwrap_or_default(),
        sha256: new.sha256,
    };
    let view = retry(|| filing::begin(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// Gets how far an upload is: which parts have arrived, and what became of the file.
#[utoipa::path(
    get, path = "/uploads/{upload_id}", tag = "files", operation_id = "get_upload",
    params(("upload_id" = Uuid, Path, description = "The id of the upload.")),
    responses((status = 200, description = "The upload.", body = Upload))
)]
pub(super) async fn progress(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<FileId>,
) -> Result<Json<Upload>, Problem> {
    Ok(Json(files::progress(&domain, &access, id).await?.into()))
}

/// Sends a part of a file. The same part may be sent again.
///
/// With the header `Content-Digest: sha-256=:…:` (RFC 9530) the part is refused if it did not arrive as it was sent.
#[utoipa::path(
    put, path = "/uploads/{upload_id}/parts/{part}", tag = "files", operation_id = "put_part",
    params(
        ("upload_id" = Uuid, Path, description = "The id of the upload."),
        ("part" = u32, Path, description = "The number of the part, from 1."),
    ),
    request_body(content = inline(Raw), content_type = "application/octet-stream"),
    responses(
        (status = 204, description = "The part is stored."),
        (status = 400, description = "`files.part_wrong`: another number, size or digest than the part must have.", body = ErrorBody),
        (status = 409, description = "`files.upload_over`: the upload is completed.", body = ErrorBody),
        (status = 503, description = "`files.storage_unavailable`", body = ErrorBody),
    )
)]
pub(super) async fn put(
    State(state): State<AppState>,
    SignedIn(access): SignedIn,
    Path((id, part)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let id: FileId = id.parse().map_err(|_| Code::NotFound)?;
    let part: u32 = part.parse().map_err(|_| Code::NotFound)?;
    let (said, body) = (digest_of(&headers)?, body.map_err(|_| Code::BodyMalformed)?);
    files::put_part(&state.domain, &state.files, &access, (id, part), &body, said).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Completes an upload whose parts have all arrived. The file is then checked, and can be read when that has ended well. A repeat changes nothing.
#[utoipa::path(
    post, path = "/uploads/{upload_id}/complete", tag = "files", operation_id = "complete_upload",
    params(("upload_id" = Uuid, Path, description = "The id of the upload.")),
    responses(
        (status = 200, description = "The upload.", body = Upload),
        (status = 403, description = "`access.forbidden`: the caller may no longer add files here.", body = ErrorBody),
        (status = 409, description = "`files.incomplete`: parts are missing. `request.stale`: another newer version of the document was completed \
            before.", body = ErrorBody),
    )
)]
pub(super) async fn complete(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<FileId>,
) -> Result<Json<Upload>, Problem> {
    Ok(Json(retry(|| filing::complete(&domain, &access, id)).await?.into()))
}

/// Deletes an upload that is not completed.
#[utoipa::path(
    delete, path = "/uploads/{upload_id}", tag = "files", operation_id = "abandon_upload",
    params(("upload_id" = Uuid, Path, description = "The id of the upload.")),
    responses(
        (status = 204, description = "The upload is deleted."),
        (status = 409, description = "`files.upload_over`: the upload is completed.", body = ErrorBody),
    )
)]
pub(super) async fn abandon(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<FileId>,
) -> Result<StatusCode, Problem> {
    retry(|| filing::abandon(&domain, &access, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Downloads a file, whole or one range of its bytes.
#[utoipa::path(
    get, path = "/files/{file_id}", tag = "files", operation_id = "get_file",
    params(("file_id" = Uuid, Path, description = "The id of the file.")),
    responses(
        (status = 200, description = "The file.", body = inline(Raw), content_type = "application/octet-stream"),
        (status = 206, description = "The range of the header `Range`.", body = inline(Raw), content_type = "application/octet-stream"),
        (status = 409, description = "`files.not_ready` or `files.not_scanned`.", body = ErrorBody),
        (status = 416, description = "`files.range`: the file has no such bytes.", body = ErrorBody),
        (status = 503, description = "`files.storage_unavailable`", body = ErrorBody),
    )
)]
pub(super) async fn content(
    State(state): State<AppState>,
    SignedIn(access): SignedIn,
    Id(id): Id<FileId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let opened = retry(|| filing::open(&state.domain, &state.files, &access, id, Shown::Content)).await?;
    Ok(sent(opened, &headers)?)
}

/// Removes the photo of the doctor or the patient as whom the caller acts, with all earlier ones. A repeat changes nothing.
#[utoipa::path(
    delete, path = "/me/photo", tag = "files", operation_id = "remove_photo",
    responses(
        (status = 204, description = "There is no photo."),
        (status = 403, description = "`access.forbidden`: the caller acts neither as a doctor nor as a patient.", body = ErrorBody),
        (status = 409, description = "`files.held`: a photo is under a legal hold.", body = ErrorBody),
    )
)]
pub(super) async fn remove_photo(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<StatusCode, Problem> {
    if access.acting().is_ok_and(|acting| acting.patient.is_some()) {
        retry(|| directory::remove_patient_photo(&domain, &access)).await?;
    } else {
        retry(|| directory::remove_photo(&domain, &access)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Removes the photos of the insurance card of the patient as whom the caller acts, with all earlier ones. A repeat changes nothing.
#[utoipa::path(
    delete, path = "/me/insurance-card", tag = "files", operation_id = "remove_insurance_card",
    responses(
        (status = 204, description = "There is no insurance card."),
        (status = 403, description = "`access.forbidden`: the caller does not act as a patient.", body = ErrorBody),
        (status = 409, description = "`files.held`: a photo is under a legal hold.", body = ErrorBody),
    )
)]
pub(super) async fn remove_insurance_card(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<StatusCode, Problem> {
    retry(|| directory::remove_insurance_card(&domain, &access)).await?;
    Ok(StatusCode::NO_CONTENT)
}
