//! The form for a new task.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, shows_refused, use_form};
use kit::parts::{Choice, DateFields, SelectField, TextArea, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::team::{Assignee, NamedPatient, TaskForm, TeamMember, TeamRole};
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use words::{Locale, role_name, say};

/// A task as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskValues {
    /// What is to be done.
    pub text: String,
    /// The id of the patient; empty if it is about none.
    pub patient: String,
    /// To whom it is given: a role or the id of a user.
    pub assignee: String,
    /// The day of the month on which it is due.
    pub due_day: String,
    /// Its month.
    pub due_month: String,
    /// Its year.
    pub due_year: String,
}

impl FormValues for TaskValues {
    const FORM: &'static str = "records.add_task";
    // A draft on the server belongs to a patient, and most tasks are about none.
    const KEEP: Keep = Keep::InPage;
}

/// Loads what the form for a new task offers. Nobody to whom it can be given: the user works at all clinics, and gives none.
///
/// # Errors
/// `NotFound` for a patient whom the user may not know; `Forbidden`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-task-form")]
pub async fn load_task_form(
    /// The patient's id, as it comes from an address; none for a task about no patient.
    patient: Option<String>,
) -> Result<TaskForm, Failure> {
    let request = kit::request::RequestContext::require()?;
    let patient = patient.map(|patient| kit::request::id(&patient)).transpose()?;
    kit::request::call(|| domain::records::task_form(&request.domain, &request.access, patient)).await
}

/// Gives a task.
///
/// # Errors
/// Wrong fields; `NotFound` for a patient whom the user may not know; `Forbidden`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "add-task")]
pub async fn add_task(
    /// The posted form.
    #[server(flatten)]
    form: Posted<TaskValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, TaskValues};
    use crate::same_page;
    use domain::{error::retry, records};
    use kit::request::{RequestContext, posted_id};
    use model::identity::DateFields;

    pub(super) async fn add(form: &Posted<TaskValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let TaskValues { text, patient, assignee, due_day, due_month, due_year } = form.values.clone();
        let patient = if patient.is_empty() { None } else { Some(posted_id(&patient)?) };
        let due = if [&due_day, &due_month, &due_year].iter().all(|part| part.trim().is_empty()) {
            None
        } else {
            let fields = DateFields { day: &due_day, month: &due_month, year: &due_year };
            let parsed = fields.parse();
            Some(parsed.map_err(|wrong| Failure::fields(wrong.into_iter().map(|fault| fault.under("due")).collect()))?)
        };
        let key = Some(form.idempotency_key.clone());
        let command = records::AddTask { text, patient, due, assignee, idempotency_key: key };
        retry(|| records::add_task(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }
}

/// Creates the form. Create it at the top of the page.
pub(super) fn task_form() -> FormHandle {
    let l = use_locale();
    use_form::<AddTask, TaskValues>()
        .field("text", say!(l, team.tasks.text), say!(l, team.tasks.text_missing))
        .noun(say!(l, team.tasks.text_noun))
        .choice("assignee", say!(l, team.tasks.assignee), say!(l, team.tasks.assignee_missing))
        .noun(say!(l, team.tasks.assignee_noun))
        .optional_date("due", say!(l, team.tasks.due_label))
}

/// The name of a part of the team.
pub(super) fn part_name(l: Locale, role: TeamRole) -> &'static str {
    match role {
        TeamRole::Nurse => say!(l, team.tasks.nurses),
        TeamRole::Doctor => say!(l, team.tasks.doctors),
        TeamRole::Receptionist => say!(l, team.tasks.reception),
    }
}

/// The form, folded unless it is about a patient from whose page the user comes.
#[component]
pub(super) fn NewTask(form: FormHandle, offered: TaskForm) -> impl IntoView {
    let l = use_locale();
    let TaskForm { patient, members } = offered;
    let role =
        |role: &TeamRole| Choice { value: Assignee::Role(*role).to_string(), label: part_name(l, *role).to_owned(), hint: None };
    let person = |member: TeamMember| Choice {
        value: Assignee::Person(member.user).to_string(),
        label: format!("{} ({})", isolated(&member.name), role_name(l, member.role.role())),
        hint: None,
    };
    let choices: Vec<Choice> = TeamRole::ALL.iter().map(role).chain(members.into_iter().map(person)).collect();
    let is_open = patient.is_some() || shows_refused();
    let id = patient.as_ref().map(|patient| patient.id.to_string()).unwrap_or_default();
    let summary = match patient {
        Some(NamedPatient { name, .. }) => view! { {say!(l, team.tasks.new_about)} " " {said(name)} }.into_any(),
        None => say!(l, team.tasks.new_title).into_any(),
    };
    view! {
        <details class="card" open=is_open>
            <summary>{summary}</summary>
            <Form form>
                <input type="hidden" name="patient" value=id.clone()/>
                <TextArea name="text" rows=3 hint=say!(l, team.tasks.text_hint)/>
                <SelectField name="assignee" choices=choices.clone()/>
                <DateFields name="due" hint=say!(l, team.tasks.due_hint)/>
                <div class="row"><SubmitButton label=say!(l, team.tasks.give)/></div>
            </Form>
        </details>
    }
    .into_any()
}
