//! Tasks of a clinic's team.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    access::Access,
    error::retry,
    records::{self, AddTask, ListTasks, SettleTask, TaskOutcome},
};
use jiff::{Timestamp, civil::Date};
use model::{
    errors::FieldFault,
    ids::{PatientId, TaskId},
    team::{Assignee, TaskFilter, TaskView},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema, openapi::Object};
use uuid::Uuid;

/// Selects tasks.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TaskQuery {
    /// Open tasks, those that are overdue, or done ones. Without it, open ones.
    #[param(schema_with = states, required = false)]
    state: Option<TaskFilter>,
    /// Whether only those that are given to the caller, or to the caller's role.
    #[param(required = false)]
    own: Option<bool>,
    /// Only those about this patient.
    #[param(value_type = Uuid, required = false)]
    patient_id: Option<PatientId>,
}

fn states() -> Object {
    one_of(TaskFilter::ALL.iter().map(|state| state.as_str()))
}

fn truth(text: &str) -> Result<bool, FieldFault> {
    text.parse().map_err(|_| FieldFault::Malformed)
}

impl FromFields for TaskQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (state, own) = (fields.optional("state", TaskFilter::parse), fields.optional("own", truth));
        Some(Self { state, own, patient_id: fields.optional("patient_id", fields::id) })
    }
}

/// A task.
#[derive(Serialize, ToSchema)]
pub(super) struct TeamTask {
    /// The id.
    id: Uuid,
    /// What is to be done.
    text: String,
    /// The patient whom it is about; null if it is about none.
    patient_id: Option<Uuid>,
    /// The patient's name.
    patient_name: Option<String>,
    /// The day on which it is due, where the clinic is.
    due: Option<Date>,
    /// Whether it is not done and its day is over.
    overdue: bool,
    /// To whom it is given: `nurse`, `doctor`, `receptionist`, or the id of a user.
    assignee: String,
    /// The name of the person to whom it is given.
    assignee_name: Option<String>,
    /// The name of who gave it.
    given_by: String,
    /// When.
    given_at: Timestamp,
    /// The name of who did it; null while it is open.
    done_by: Option<String>,
    /// When it was done.
    done_at: Option<Timestamp>,
    /// The version. Send it when the task is done or opened again.
    version: i32,
}

impl From<TaskView> for TeamTask {
    fn from(view: TaskView) -> Self {
        let (patient_id, patient_name) = view.patient.map(|patient| (patient.id.uuid(), patient.name)).unzip();
        let (done_by, done_at) = view.done.map(|done| (done.by, done.at)).unzip();
        let assignee: Assignee = view.assignee;
        Self {
            id: view.id.uuid(),
            text: view.text,
            patient_id,
            patient_name,
            due: view.due,
            overdue: view.is_overdue,
            assignee: assignee.to_string(),
            assignee_name: view.assignee_name,
            given_by: view.given_by,
            given_at: view.given_at,
            done_by,
            done_at,
            version: view.version,
        }
    }
}

/// Lists tasks of the caller's team, at most 200: open ones by the day on which they are due, done ones with the newest first.
#[utoipa::path(
    get, path = "/tasks", tag = "team", operation_id = "list_tasks", params(TaskQuery),
    responses(
        (status = 200, description = "The tasks, on one page.", body = List<TeamTask>),
        (status = 403, description = "`access.forbidden`: the caller belongs to no team.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<TaskQuery>,
) -> Result<Json<List<TeamTask>>, Problem> {
    let TaskQuery { state, own, patient_id } = query;
    let query = ListTasks { filter: state.unwrap_or(TaskFilter::Open), own: own.unwrap_or(false), patient: patient_id };
    let found = retry(|| records::tasks(&domain, &access, query)).await?;
    Ok(Json(List::whole(found.items)))
}

/// A task to give.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "Call back about the result", "due": "2026-11-25", "assignee": "nurse" }))]
pub(super) struct NewTask {
    /// What is to be done.
    #[schema(max_length = 1_000)]
    text: String,
    /// The patient whom it is about.
    #[schema(value_type = Option<Uuid>)]
    patient_id: Option<PatientId>,
    /// The day on which it is due, where the clinic is.
    due: Option<Date>,
    /// To whom it is given: `nurse`, `doctor`, `receptionist`, or the id of a user of the team.
    assignee: String,
}

impl FromFields for NewTask {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (text, assignee) = (fields.required("text", fields::text), fields.required("assignee", fields::text));
        let (patient_id, due) = (fields.optional("patient_id", fields::id), fields.optional("due", fields::day));
        Some(Self { text: text?, patient_id, due, assignee: assignee? })
    }
}

/// The id of what was written for the team.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeForTeam {
    /// The id.
    id: Uuid,
}

impl MadeForTeam {
    pub(super) fn of(id: Uuid) -> Self {
        Self { id }
    }
}

/// Gives a task to a person of the caller's clinic, or to everybody with a role.
///
/// If the same request is sent again with the same key, nothing more happens. A key is kept for a day.
#[utoipa::path(
    post, path = "/tasks", tag = "team", operation_id = "add_task", request_body = NewTask,
    params(
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each task."),
    ),
    responses(
        (status = 201, description = "The task is given.", body = MadeForTeam),
        (status = 403, description = "`access.forbidden`: the caller belongs to no team, or works at all clinics.", body = ErrorBody),
        (status = 404, description = "`not_found`: the caller may not know the patient.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(new): Body<NewTask>,
) -> Result<(StatusCode, Json<MadeForTeam>), Problem> {
    let NewTask { text, patient_id, due, assignee } = new;
    let command = AddTask { text, patient: patient_id, due, assignee, idempotency_key: Some(key.required()?) };
    let id = retry(|| records::add_task(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(MadeForTeam::of(id.uuid()))))
}

/// The version of a task that was seen.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 1 }))]
pub(super) struct SeenTask {
    /// The version.
    version: i32,
}

impl FromFields for SeenTask {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { version: fields.required_number("version")? })
    }
}

async fn settled(
    domain: &Domain,
    access: &Access,
    task: TaskId,
    outcome: TaskOutcome,
    seen: SeenTask,
) -> Result<StatusCode, Problem> {
    let command = SettleTask { task, outcome, version: seen.version };
    retry(|| records::settle_task(domain, access, command)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says that a task is done. A repeat changes nothing.
#[utoipa::path(
    post, path = "/tasks/{task_id}/finish", tag = "team", operation_id = "finish_task", request_body = SeenTask,
    params(("task_id" = Uuid, Path, description = "The id of the task.")),
    responses(
        (status = 204, description = "The task is done."),
        (status = 409, description = "`request.stale`: the task has been done and opened again since that version.", body = ErrorBody),
    )
)]
pub(super) async fn finish(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(task): Id<TaskId>,
    Body(seen): Body<SeenTask>,
) -> Result<StatusCode, Problem> {
    settled(&domain, &access, task, TaskOutcome::Done, seen).await
}

/// Opens a task again that was done. A repeat changes nothing.
#[utoipa::path(
    post, path = "/tasks/{task_id}/reopen", tag = "team", operation_id = "reopen_task", request_body = SeenTask,
    params(("task_id" = Uuid, Path, description = "The id of the task.")),
    responses(
        (status = 204, description = "The task is open."),
        (status = 409, description = "`request.stale`: the task has been opened and done again since that version.", body = ErrorBody),
    )
)]
pub(super) async fn reopen(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(task): Id<TaskId>,
    Body(seen): Body<SeenTask>,
) -> Result<StatusCode, Problem> {
    settled(&domain, &access, task, TaskOutcome::Reopened, seen).await
}
