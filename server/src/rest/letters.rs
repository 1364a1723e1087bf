//! Letters of doctors: referrals, sick notes, fit notes and summaries of visits.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    formats::PDF,
    payload::{Body, List, Query, one_of},
    problem::ErrorBody,
};
use crate::serve::AppState;
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    Domain,
    error::retry,
    records::{self, IssueLetter, ListLetters, WithdrawLetter, WriteLetter},
};
use jiff::{Timestamp, civil::Date};
use model::{
    ids::{EncounterId, LetterId, PatientId},
    records::{LetterKind, LetterLine, LetterState, LetterView, TypedLetter},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema, openapi::Object};
use uuid::Uuid;

fn kind() -> Object {
    one_of(LetterKind::ALL.iter().map(|kind| kind.as_str()))
}

fn state() -> Object {
    one_of(LetterState::ALL.iter().map(|state| state.as_str()))
}

/// A letter, as lists show it.
#[derive(Serialize, ToSchema)]
pub(super) struct LetterSummary {
    /// The id of the letter.
    id: Uuid,
    /// The number of the letter, as it is printed.
    #[schema(examples("LT-7K3-9QF-2X"))]
    number: String,
    /// What it is.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The state. Only its author can see a draft.
    #[schema(schema_with = state)]
    state: &'static str,
    /// The visit to which it belongs.
    visit_id: Uuid,
    /// The name of the patient.
    patient_name: String,
    /// The name of the doctor.
    doctor_name: String,
    /// When it was issued; for a draft, when it was begun.
    at: Timestamp,
}

/// A letter.
#[derive(Serialize, ToSchema)]
pub(super) struct DoctorLetter {
    /// The id of the letter.
    id: Uuid,
    /// The number of the letter, as it is printed.
    #[schema(examples("LT-7K3-9QF-2X"))]
    number: String,
    /// What it is.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The state. Only its author can see a draft.
    #[schema(schema_with = state)]
    state: &'static str,
    /// The visit to which it belongs.
    visit_id: Uuid,
    /// The id of the patient.
    patient_id: Uuid,
    /// The name of the patient.
    patient_name: String,
    /// The name of the doctor.
    doctor_name: String,
    /// The name of the clinic.
    clinic_name: String,
    /// To whom it is; null for a letter to whom it may concern.
    recipient: Option<String>,
    /// The first day of a sick note or a fit note; null for other kinds.
    from: Option<Date>,
    /// The last day of a sick note or a fit note; null for other kinds.
    until: Option<Date>,
    /// The text.
    text: String,
    /// When the draft was begun.
    created_at: Timestamp,
    /// When it was issued; null for a draft.
    issued_at: Option<Timestamp>,
    /// When it was withdrawn; null if it was not.
    withdrawn_at: Option<Timestamp>,
    /// Why it was withdrawn; null if it was not.
    withdraw_reason: Option<String>,
    /// The version of a draft. Send it to issue it.
    version: i64,
}

/// A letter as a PDF.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(super) struct LetterPaper(Vec<u8>);

impl IntoResponse for LetterPaper {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// Selects a page of the list.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LetterQuery {
    /// Only letters about this patient, whose record the caller reads.
    #[param(value_type = Uuid, required = false)]
    patient_id: Option<PatientId>,
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<LetterId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for LetterQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let patient_id = fields.optional("patient_id", fields::id);
        let (cursor, limit) = (fields.optional("cursor", fields::id), fields.optional("limit", fields::limit));
        Some(Self { patient_id, cursor, limit })
    }
}

/// The draft of a letter.
#[derive(Clone, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "visit_id": "019a0b6e-7c4d-7f00-8000-000000000001", "kind": "sick_note", "from": "2026-11-24", "until": "2026-11-27", "text": "Cannot work."
}))]
pub(super) struct NewLetter {
    /// The visit, whose doctor the caller is.
    #[schema(value_type = Uuid)]
    visit_id: EncounterId,
    /// What it is.
    #[schema(schema_with = kind)]
    kind: String,
    /// To whom it is. Needed for a referral.
    #[schema(max_length = 500)]
    recipient: Option<String>,
    /// The first day of a sick note or a fit note: at most two weeks before or after today.
    #[schema(value_type = Option<Date>)]
    from: Option<String>,
    /// The last day of a sick note or a fit note: at most thirteen weeks long.
    #[schema(value_type = Option<Date>)]
    until: Option<String>,
    /// The text.
    #[schema(max_length = 8_000)]
    text: String,
}

impl FromFields for NewLetter {
    fn read(fields: &mut Fields) -> Option<Self> {
        let visit_id = fields.required("visit_id", fields::id);
        let kind = fields.required("kind", fields::text);
        let [recipient, from, until] = ["recipient", "from", "until"].map(|name| fields.optional(name, fields::text));
        let text = fields.required("text", fields::text);
        Some(Self { visit_id: visit_id?, kind: kind?, recipient, from, until, text: text? })
    }
}

/// The version of a draft that was read.
#[derive(Clone, Copy, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 1 }))]
pub(super) struct LetterVersion {
    /// The version.
    version: i32,
}

impl FromFields for LetterVersion {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { version: fields.required_number("version")? })
    }
}

/// Why a letter is withdrawn.
#[derive(Clone, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "The wrong days" }))]
pub(super) struct LetterWithdrawal {
    /// The reason, which the patient reads.
    #[schema(max_length = 500)]
    reason: String,
}

impl FromFields for LetterWithdrawal {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { reason: fields.required("reason", fields::text)? })
    }
}

/// Lists letters, newest first.
///
/// Patients get those that were issued about them. Doctors get those that they wrote, drafts included, or with `patient_id` those of a patient whose record they read.
#[utoipa::path(
    get, path = "/letters", tag = "records", operation_id = "list_letters", params(LetterQuery),
    responses(
        (status = 200, description = "A page of letters.", body = List<LetterSummary>),
        (status = 403, description = "`access.forbidden`: the caller's role has no list of letters.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<LetterQuery>,
) -> Result<Json<List<LetterSummary>>, Problem> {
    let LetterQuery { patient_id: patient, cursor, limit: size } = query;
    let command = ListLetters { patient, cursor: cursor.map(|id| id.to_string()), size };
    Ok(Json(List::of(retry(|| records::letters(&domain, &access, command.clone())).await?)))
}

/// Writes the draft of a letter for a visit, as its doctor. Nobody else sees it until it is issued.
///
/// If the same request is sent again with the same key, nothing more happens. A key is kept for a day.
#[utoipa::path(
    post, path = "/letters", tag = "records", operation_id = "create_letter", request_body = NewLetter,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
        description = "A text that the caller chooses, different for each letter.")),
    responses(
        (status = 201, description = "The draft is written.", body = DoctorLetter),
        (status = 403, description = "`access.forbidden`: the caller is not the doctor of the visit.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such visit.", body = ErrorBody),
        (status = 409, description = "`visits.not_yet`, `visits.not_held`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn create(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(new): Body<NewLetter>,
) -> Result<(StatusCode, Json<DoctorLetter>), Problem> {
    let NewLetter { visit_id: encounter, kind, recipient, from, until, text } = new;
    let [recipient, from, until] = [recipient, from, until].map(Option::unwrap_or_default);
    let letter = TypedLetter { kind, recipient, from, until, text };
    let command = WriteLetter { encounter, letter, idempotency_key: Some(key.required()?) };
    let id = retry(|| records::write_letter(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(retry(|| records::letter(&domain, &access, id)).await?.into())))
}

/// Gets a letter.
#[utoipa::path(
    get, path = "/letters/{letter_id}", tag = "records", operation_id = "get_letter",
    params(("letter_id" = Uuid, Path, description = "The id of the letter.")),
    responses((status = 200, description = "The letter.", body = DoctorLetter))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<LetterId>,
) -> Result<Json<DoctorLetter>, Problem> {
    Ok(Json(retry(|| records::letter(&domain, &access, id)).await?.into()))
}

/// Issues a letter. After that it cannot be changed, and the patient is told.
///
/// If the same request is sent again with the same key, nothing more happens. A key is kept for a day.
#[utoipa::path(
    post, path = "/letters/{letter_id}/issue", tag = "records", operation_id = "issue_letter", request_body = LetterVersion,
    params(
        ("letter_id" = Uuid, Path, description = "The id of the letter."),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each letter."),
    ),
    responses(
        (status = 200, description = "The letter is issued.", body = DoctorLetter),
        (status = 403, description = "`access.forbidden`: the caller has not written the letter.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the draft was changed since that version. `records.letter_frozen`: it is issued already. \
            `records.letter_withdrawn`. `prescriptions.unlicensed`: the doctor has no valid licence. `prescriptions.patient_name_unprintable`, \
            `prescriptions.doctor_name_unprintable`: the document cannot show the name. `visits.not_held`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`: the days are too far away by now. \
            `request.idempotency_mismatch`: the key was already used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn issue(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<LetterId>,
    key: IdempotencyKey,
    Body(body): Body<LetterVersion>,
) -> Result<Json<DoctorLetter>, Problem> {
    let command = IssueLetter { letter: id, version: body.version.into(), idempotency_key: Some(key.required()?) };
    retry(|| records::issue_letter(&domain, &access, command.clone())).await?;
    Ok(Json(retry(|| records::letter(&domain, &access, id)).await?.into()))
}

/// Downloads an issued letter as a PDF.
///
/// A draft has no PDF: the answer is 404.
#[utoipa::path(
    get, path = "/letters/{letter_id}/pdf", tag = "records", operation_id = "get_letter_pdf",
    params(("letter_id" = Uuid, Path, description = "The id of the letter.")),
    responses((
        status = 200, description = "The letter as it is printed.", body = inline(LetterPaper), content_type = "application/pdf",
        headers(("Content-Disposition" = String, description = "A file name that contains no personal data."))
    ))
)]
pub(super) async fn pdf(
    State(state): State<AppState>,
    SignedIn(access): SignedIn,
    Id(id): Id<LetterId>,
) -> Result<([(HeaderName, String); 2], LetterPaper), Problem> {
    let (name, bytes) = retry(|| records::letter_pdf(&state.domain, &state.files, &access, id)).await?;
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, PDF.to_owned()), (header::CONTENT_DISPOSITION, disposition)], LetterPaper(bytes)))
}

/// Withdraws an issued letter, with the reason. The letter stays readable and is marked as withdrawn.
///
/// If the same request is sent again with the same key, nothing more happens. A key is kept for a day.
#[utoipa::path(
    post, path = "/letters/{letter_id}/withdraw", tag = "records", operation_id = "withdraw_letter", request_body = LetterWithdrawal,
    params(
        ("letter_id" = Uuid, Path, description = "The id of the letter."),
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each letter."),
    ),
    responses(
        (status = 204, description = "The letter is withdrawn."),
        (status = 403, description = "`access.forbidden`: the caller has not written the letter.", body = ErrorBody),
        (status = 409, description = "`records.letter_withdrawn`: that was done already.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn withdraw(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<LetterId>,
    key: IdempotencyKey,
    Body(body): Body<LetterWithdrawal>,
) -> Result<StatusCode, Problem> {
    let command = WithdrawLetter { letter: id, reason: body.reason, idempotency_key: Some(key.required()?) };
    retry(|| records::withdraw_letter(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<LetterLine> for LetterSummary {
    fn from(line: LetterLine) -> Self {
        Self {
            id: line.id.into(),
            number: line.number,
            kind: line.kind.as_str(),
            state: line.state.as_str(),
            visit_id: line.encounter.into(),
            patient_name: line.patient_name,
            doctor_name: line.doctor_name,
            at: line.at,
        }
    }
}

impl From<LetterView> for DoctorLetter {
    fn from(view: LetterView) -> Self {
        let content = view.content;
        Self {
            id: view.id.into(),
            number: view.number,
            kind: content.kind.as_str(),
            state: view.state.as_str(),
            visit_id: view.encounter.into(),
            patient_id: view.patient.into(),
            patient_name: view.patient_name,
            doctor_name: view.doctor_name,
            clinic_name: view.clinic_name,
            recipient: content.recipient,
            from: content.period.map(|period| period.from),
            until: content.period.map(|period| period.until),
            text: content.text,
            created_at: view.created_at,
            issued_at: view.issued_at,
            withdrawn_at: view.withdrawn_at,
            withdraw_reason: view.withdraw_reason,
            version: view.version,
        }
    }
}
