//! Tasks of a clinic's team: giving one, listing them, and saying that one is done.

use super::{super::notices::Event, TeamOf, named_patient, own_clinic, store};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    idempotency::{self, Claimed},
};
use jiff::civil::Date;
use model::{
    errors::{Code, FieldFault},
    ids::{ClinicId, PatientId, TaskId},
    team::{Assignee, TaskFilter, TaskForm, TaskList},
    text::many_lines,
};
use serde::Serialize;
use std::fmt;

/// The longest text of a task, in characters.
const LONGEST_TEXT: usize = 1000;

/// Which tasks to list.
#[derive(Debug, Clone, Copy)]
pub struct ListTasks {
    /// Open, overdue or done ones.
    pub filter: TaskFilter,
    /// Only those that are given to the caller, or to the caller's role.
    pub own: bool,
    /// Only those about this patient.
    pub patient: Option<PatientId>,
}

/// Gives a task.
#[derive(Clone, Serialize)]
pub struct AddTask {
    /// What is to be done: up to 1,000 characters.
    pub text: String,
    /// The patient whom it is about.
    pub patient: Option<PatientId>,
    /// The day on which it is due, where the clinic is.
    pub due: Option<Date>,
    /// To whom it is given: a role of the team, or the id of a user.
    pub assignee: String,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Leaves out the text, which may be medical.
impl fmt::Debug for AddTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddTask").field("assignee", &self.assignee).finish_non_exhaustive()
    }
}

/// What becomes of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskOutcome {
    /// It is done.
    Done,
    /// It is open again.
    Reopened,
}

/// Says what becomes of a task.
#[derive(Debug, Clone, Copy)]
pub struct SettleTask {
    /// The task.
    pub task: TaskId,
    /// What becomes of it.
    pub outcome: TaskOutcome,
    /// The version that was seen.
    pub version: i32,
}

/// The tasks of the caller's team; those about a patient only if the caller may see them.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for those who belong to no team.
pub async fn tasks(domain: &Domain, access: &Access, query: ListTasks) -> Result<TaskList> {
    let clinic = access.scope(ResourceKind::Team)?.clinic;
    let mut tx = domain.begin_reading("records.tasks", access).await?;
    let list = store::team::tasks(&mut tx, clinic, query).await?;
    let patients: Vec<_> = list.items.iter().filter_map(|task| task.patient.as_ref().map(|patient| patient.id)).collect();
    if patients.is_empty() {
        tx.close().await?;
    } else {
        tx.commit(Audit::read(AuditAction::RecordsTasksListed).patients(patients)).await?;
    }
    Ok(list)
}

/// What the form for a new task offers: the patient, if it will be about one, and those to whom it can be given: nobody, if the
/// caller works at all clinics and so gives no tasks.
///
/// # Errors
/// `not_found` for a patient whom the caller may not know; `access.forbidden` for those who belong to no team.
pub async fn task_form(domain: &Domain, access: &Access, patient: Option<PatientId>) -> Result<TaskForm> {
    let Some(clinic) = access.scope(ResourceKind::Team)?.clinic else {
        return Ok(TaskForm { patient: None, members: Vec::new() });
    };
    let mut tx = domain.begin_reading("records.task_form", access).await?;
    let patient = match patient {
        Some(patient) => Some(named_patient(&mut tx, patient).await?),
        None => None,
    };
    let members = store::team::members(&mut tx, clinic).await?;
    match &patient {
        Some(patient) => tx.commit(Audit::read(AuditAction::RecordsTasksListed).patient(patient.id)).await?,
        None => tx.close().await?,
    }
    Ok(TaskForm { patient, members })
}

/// Gives a task to a person or to a role. They are told by the bell.
///
/// # Errors
/// `request.fields_invalid` with the fields `text`, `due`, `assignee`; `not_found` for a patient whom the caller may not know; `request.idempotency_mismatch`;
/// `access.forbidden` for those who belong to no team, and for those who work at all clinics.
pub async fn add_task(domain: &Domain, access: &Access, command: AddTask) -> Result<TaskId> {
    let clinic = own_clinic(access)?;
    let mut faults = Faults::default();
    let text = faults.take("text", many_lines(&command.text, LONGEST_TEXT));
    let assignee = faults.take("assignee", Assignee::parse(&command.assignee));
    let (Some(text), Some(assignee)) = (text, assignee) else { return Err(first(faults)) };
    let mut tx = domain.begin("records.add_task", access).await?;
    match add(&mut tx, clinic, &command, &text, assignee).await {
        Ok((id, true)) => {
            let entry = Audit::of(AuditAction::RecordsTaskGiven).on(ResourceKind::Team, id).with("to", kind_of(assignee));
            let entry = match command.patient {
                Some(patient) => entry.patient(patient),
                None => entry,
            };
            tx.commit(entry).await?;
            Ok(id)
        }
        Ok((id, false)) => {
            tx.close().await?;
            Ok(id)
        }
        Err(error) => {
            tx.abandon().await?;
            Err(error)
        }
    }
}

/// The id, and whether it is new.
async fn add(tx: &mut Tx, clinic: ClinicId, command: &AddTask, text: &str, assignee: Assignee) -> Result<(TaskId, bool)> {
    let permit = tx.permit(Create, TeamOf(clinic)).await?;
    if let Some(patient) = command.patient {
        let _may_know = named_patient(tx, patient).await?;
    }
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(tx, "records.add_task", key, command).await? {
        return Ok((done.into(), false));
    }
    let mut faults = Faults::default();
    let today = store::team::today_at(tx, clinic).await?;
    if command.due.is_some_and(|due| due < today) {
        faults.add("due", FieldFault::NotFuture);
    }
    if let Assignee::Person(user) = assignee
        && !store::team::is_member(tx, clinic, user).await?
    {
        faults.add("assignee", FieldFault::UnknownChoice);
    }
    faults.check()?;
    let id = store::team::insert_task(tx, &permit, (text, command.patient), command.due, assignee).await?;
    tx.emit(Event::TaskGiven { task: id }).await?;
    idempotency::finish(tx, key, id.uuid()).await?;
    Ok((id, true))
}

fn first(faults: Faults) -> Error {
    faults.check().err().unwrap_or_else(|| Error::internal("a task that was not parsed"))
}

const fn kind_of(assignee: Assignee) -> &'static str {
    match assignee {
        Assignee::Person(_) => "person",
        Assignee::Role(role) => role.as_str(),
    }
}

/// Says that a task is done, or opens it again. A repeat changes nothing, also when somebody else was faster.
///
/// # Errors
/// `not_found`; `request.stale` when the task was done and opened again in between; `access.forbidden`.
pub async fn settle_task(domain: &Domain, access: &Access, command: SettleTask) -> Result<()> {
    let SettleTask { task, outcome, version } = command;
    let mut tx = domain.begin("records.settle_task", access).await?;
    let permit = tx.permit(Write, task).await?;
    let is_done = outcome == TaskOutcome::Done;
    let now = store::team::state_of(&mut tx, &permit).await?;
    if now.is_done == is_done {
        return tx.close().await;
    }
    if now.version != version {
        tx.close().await?;
        return Err(Code::Stale.into());
    }
    store::team::settle(&mut tx, &permit, is_done).await?;
    tx.emit(Event::TaskSettled { task }).await?;
    let state = |done| if done { "done" } else { "open" };
    let entry = Audit::of(AuditAction::RecordsTaskSettled).on(ResourceKind::Team, task);
    let entry = entry.with("state_before", state(now.is_done)).with("state", state(is_done));
    let entry = match permit.facts().patient {
        Some(patient) => entry.patient(patient),
        None => entry,
    };
    tx.commit(entry).await
}
