//! Who looked at a patient's record, the patient's questions about that, and the answers of administrators.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query, one_of},
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{
    Domain,
    directory::{self, AnswerAccessQuestion, AskAboutAccess, ListAccesses},
    error::retry,
};
use jiff::Timestamp;
use model::{
    access::Role,
    directory::{AccessKind, AccessQuestionRow, AccessQuestionView, AccessReason, AccessView, AccessedPart},
    errors::Code,
    ids::{AccessQuestionId, AuditEventId, PatientId},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema, openapi::Object};
use uuid::Uuid;

fn part() -> Object {
    one_of(AccessedPart::ALL.iter().map(|part| part.as_str()))
}

fn kind() -> Object {
    one_of(AccessKind::ALL.iter().map(|kind| kind.as_str()))
}

fn reason() -> Object {
    one_of(AccessReason::ALL.iter().map(|reason| reason.as_str()))
}

/// Selects a page of accesses.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AccessQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = String, required = false)]
    cursor: Option<String>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for AccessQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::text), limit: fields.optional("limit", fields::limit) })
    }
}

/// Something that somebody else did with a patient's record.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordAccess {
    /// The id of its row in the audit log.
    access_id: Uuid,
    /// When it happened.
    at: Timestamp,
    /// What it was about.
    #[schema(schema_with = part)]
    part: &'static str,
    /// Whether that was read or changed.
    #[schema(schema_with = kind)]
    kind: &'static str,
    /// The name of who did it.
    by: String,
    /// The role in which they acted.
    #[schema(value_type = Option<String>)]
    role: Option<&'static str>,
    /// Why they were allowed to: they act for the patient, treat the patient, work at a clinic of the patient, or opened the record in an emergency.
    #[schema(schema_with = reason)]
    reason: &'static str,
    /// The question of the patient's side about it.
    question: Option<QuestionAboutAccess>,
}

/// A question about an access, with its answer.
#[derive(Serialize, ToSchema)]
pub(super) struct QuestionAboutAccess {
    /// Its id.
    question_id: Uuid,
    /// The text.
    text: String,
    /// When it was asked.
    asked_at: Timestamp,
    /// The answer; null while it waits for one.
    answer: Option<String>,
    /// Who answered.
    answered_by: Option<String>,
    /// When it was answered.
    answered_at: Option<Timestamp>,
}

impl From<AccessQuestionView> for QuestionAboutAccess {
    fn from(view: AccessQuestionView) -> Self {
        let (answered_at, (answer, answered_by)) = match view.answer {
            Some(answer) => (Some(answer.at), (Some(answer.text), Some(answer.by))),
            None => (None, (None, None)),
        };
        Self { question_id: view.id.uuid(), text: view.question, asked_at: view.asked_at, answer, answered_by, answered_at }
    }
}

impl From<AccessView> for RecordAccess {
    fn from(view: AccessView) -> Self {
        Self {
            access_id: view.id.uuid(),
            at: view.at,
            part: view.part.as_str(),
            kind: view.kind.as_str(),
            by: view.by,
            role: view.role.map(Role::as_str),
            reason: view.reason.as_str(),
            question: view.question.map(Into::into),
        }
    }
}

/// A question that waits for an answer.
#[derive(Serialize, ToSchema)]
pub(super) struct WaitingQuestion {
    /// Its id.
    question_id: Uuid,
    /// The person number of the patient.
    patient_number: String,
    /// The text; null when the patient's data was erased.
    text: Option<String>,
    /// When it was asked.
    asked_at: Timestamp,
    /// The name of who read or changed the record.
    accessed_by: String,
    /// The role in which they acted.
    #[schema(value_type = Option<String>)]
    role: Option<&'static str>,
    /// What they did, as an action of the audit log.
    #[schema(examples("records.summary_read"))]
    action: String,
    /// When they did it.
    accessed_at: Timestamp,
    /// Whether the caller may answer: nobody answers about themselves.
    may_answer: bool,
}

impl From<AccessQuestionRow> for WaitingQuestion {
    fn from(row: AccessQuestionRow) -> Self {
        Self {
            question_id: row.id.uuid(),
            patient_number: row.patient_number,
            text: row.question,
            asked_at: row.asked_at,
            accessed_by: row.accessed_by,
            role: row.role.map(Role::as_str),
            action: row.action,
            accessed_at: row.accessed_at,
            may_answer: row.may_answer,
        }
    }
}

/// A question to ask.
#[derive(Clone, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "question": "Why was this needed? I was not at the clinic that day." }))]
pub(super) struct AccessQuestion {
    /// What the patient wants to know.
    #[schema(min_length = 1, max_length = 1_000)]
    question: String,
}

impl FromFields for AccessQuestion {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { question: fields.required("question", fields::text)? })
    }
}

/// The id of a question that was asked.
#[derive(Serialize, ToSchema)]
pub(super) struct AskedQuestion {
    /// The id.
    question_id: Uuid,
}

/// An answer.
#[derive(Clone, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "answer": "The nurse prepared your visit of the next day." }))]
pub(super) struct AccessAnswer {
    /// The text, for the patient.
    #[schema(min_length = 1, max_length = 1_000)]
    answer: String,
}

impl FromFields for AccessAnswer {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { answer: fields.required("answer", fields::text)? })
    }
}

/// Selects a page of questions.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct QuestionQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<AccessQuestionId>,
}

impl FromFields for QuestionQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id) })
    }
}

/// Lists what others did with the record of a patient for whom the caller acts, the newest first, with the questions about it.
#[utoipa::path(
    get, path = "/patients/{patient_id}/accesses", tag = "records", operation_id = "list_accesses",
    params(("patient_id" = Uuid, Path, description = "The id of the patient."), AccessQuery),
    responses(
        (status = 200, description = "A page of accesses.", body = List<RecordAccess>),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    Query(query): Query<AccessQuery>,
) -> Result<Json<List<RecordAccess>>, Problem> {
    let command = ListAccesses { patient: Some(patient), after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| directory::accesses(&domain, &access, command.clone())).await?)))
}

/// Asks about one access to the record of a patient for whom the caller acts. Each access is asked about once.
#[utoipa::path(
    post, path = "/patients/{patient_id}/accesses/{access_id}/question", tag = "records", operation_id = "ask_about_access",
    request_body = AccessQuestion,
    params(
        ("patient_id" = Uuid, Path, description = "The id of the patient."),
        ("access_id" = Uuid, Path, description = "The id of the access."),
    ),
    responses(
        (status = 201, description = "The question waits for an administrator.", body = AskedQuestion),
        (status = 409, description = "`request.stale`: somebody has asked about it already.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn ask(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Path((patient, row)): Path<(String, String)>,
    Body(request): Body<AccessQuestion>,
) -> Result<(StatusCode, Json<AskedQuestion>), Problem> {
    let patient: PatientId = patient.parse().map_err(|_| Code::NotFound)?;
    let row: AuditEventId = row.parse().map_err(|_| Code::NotFound)?;
    let command = AskAboutAccess { patient: Some(patient), access: row, question: request.question };
    let id = retry(|| directory::ask_about_access(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(AskedQuestion { question_id: id.uuid() })))
}

/// Lists the questions about accesses that wait for an answer of the caller's clinic or organisation, the oldest first.
#[utoipa::path(
    get, path = "/access-questions", tag = "organisation", operation_id = "list_access_questions", params(QuestionQuery),
    responses(
        (status = 200, description = "A page of questions.", body = List<WaitingQuestion>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn questions(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<QuestionQuery>,
) -> Result<Json<List<WaitingQuestion>>, Problem> {
    Ok(Json(List::of(retry(|| directory::access_questions(&domain, &access, query.cursor)).await?)))
}

/// Answers a question about an access. Those who act for the patient are told that there is an answer.
#[utoipa::path(
    post, path = "/access-questions/{question_id}/answer", tag = "organisation", operation_id = "answer_access_question",
    request_body = AccessAnswer,
    params(("question_id" = Uuid, Path, description = "The id of the question.")),
    responses(
        (status = 204, description = "It is answered."),
        (status = 403, description = "`access.forbidden`: the question is about the caller. `directory.account_above`: it is about somebody of a higher rank.", body = ErrorBody),
        (status = 409, description = "`request.stale`: it was answered before.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn answer(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(question): Id<AccessQuestionId>,
    Body(request): Body<AccessAnswer>,
) -> Result<StatusCode, Problem> {
    let command = AnswerAccessQuestion { question, answer: request.answer };
    retry(|| directory::answer_access_question(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}
