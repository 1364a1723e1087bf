//! The tasks of a team: a list with open, overdue and done ones. The buttons are plain forms that load the page again.

use super::task_form::{NewTask, load_task_form, part_name, task_form};
use kit::address;
use kit::failure::Failure;
use kit::forms::FormReply;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{Choice, Detail, EmptyState, Moment, PageTitle, SelectField, Tag, TagKind, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use model::format;
use model::ids::TaskId;
use model::live::LiveKind;
use model::team::{Assignee, TaskDone, TaskFilter, TaskList, TaskView};
use server_fn::ServerFn as _;
use words::{Locale, plural, say};

/// The value of the address that asks for the user's own tasks.
const OWN: &str = "own";

/// Which tasks the address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    state: Option<String>,
    whose: Option<String>,
    patient: Option<String>,
}

impl Asked {
    fn in_address(query: &ParamsMap) -> Self {
        let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
        Self { state: given("state"), whose: given("whose"), patient: given("patient") }
    }

    fn address(&self, page: &str) -> String {
        let Self { state, whose, patient } = self;
        let pairs = [("state", state.as_deref()), ("whose", whose.as_deref()), ("patient", patient.as_deref())];
        format!("{page}{}", address::query(&pairs))
    }

    fn filter(&self) -> TaskFilter {
        self.state.as_deref().and_then(|state| TaskFilter::parse(state).ok()).unwrap_or(TaskFilter::Open)
    }

    fn own(&self) -> bool {
        self.whose.as_deref() == Some(OWN)
    }
}

/// Loads tasks of the user's team.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for those who belong to no team; `NotFound` for what is not the id of a patient.
#[server(prefix = "/do", endpoint = "load-tasks")]
pub async fn load_tasks(
    /// `open`, `overdue` or `done`; open ones if it is none of them.
    state: String,
    /// Whether only those that are given to the user, or to the user's role.
    own: bool,
    /// The id of the patient whom they are about, as it comes from an address.
    patient: Option<String>,
) -> Result<TaskList, Failure> {
    let request = kit::request::RequestContext::require()?;
    let patient = patient.map(|patient| kit::request::id(&patient)).transpose()?;
    let filter = TaskFilter::parse(&state).unwrap_or(TaskFilter::Open);
    let query = domain::records::ListTasks { filter, own, patient };
    kit::request::call(|| domain::records::tasks(&request.domain, &request.access, query)).await
}

/// Says that a task is done, or opens it again.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "settle-task")]
pub async fn settle_task(
    /// The task.
    task: TaskId,
    /// `done`, or anything else to open it again.
    outcome: String,
    /// The version that the page showed.
    shown: i32,
    /// The page to which to return.
    page: String,
) -> Result<FormReply, Failure> {
    use domain::records::{SettleTask, TaskOutcome};
    use model::errors::Code;

    let request = kit::request::RequestContext::require()?;
    let outcome = if outcome == "done" { TaskOutcome::Done } else { TaskOutcome::Reopened };
    let command = SettleTask { task, outcome, version: shown };
    let settled = domain::error::retry(|| domain::records::settle_task(&request.domain, &request.access, command)).await;
    // Somebody else was faster: the page shows what has become of it.
    let settled = settled.or_else(|error| if error.code() == Code::Stale { Ok(()) } else { Err(error) });
    Ok(kit::request::back_to(super::page_of(&page), settled))
}

/// The page `/ward/tasks`.
#[component]
pub fn WardTasksPage() -> impl IntoView {
    page("/ward")
}

/// The page `/doctor/tasks`.
#[component]
pub fn DoctorTasksPage() -> impl IntoView {
    page("/doctor")
}

/// The page `/desk/tasks`.
#[component]
pub fn DeskTasksPage() -> impl IntoView {
    page("/desk")
}

/// `home` is the portal, below which the pages of patients are.
fn page(home: &'static str) -> AnyView {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Team);
    let asked = Memo::new(move |_| query.with(Asked::in_address));
    let form = task_form();
    let offered = Resource::new_blocking(move || asked.with(|asked| asked.patient.clone()), load_task_form);
    let found = Resource::new_blocking(
        move || (asked.get(), changes.get(), form.done().get()),
        |(asked, ..)| load_tasks(asked.filter().to_string(), asked.own(), asked.patient),
    );
    view! {
        <PageTitle text=say!(l, team.tasks.title)/>
        <div class="lead">
            <h1>{say!(l, team.tasks.title)}</h1>
            <p>{say!(l, team.tasks.lead)}</p>
        </div>
        {loaded(offered, move |offered| (!offered.members.is_empty()).then(|| view! { <NewTask form offered/> }))}
        {loaded(found, move |list| view! { <Tasks list asked=asked.get_untracked() home/> })}
    }
    .into_any()
}

#[component]
fn Tasks(list: TaskList, asked: Asked, home: &'static str) -> impl IntoView {
    let l = use_locale();
    let TaskList { items, is_cut } = list;
    let here = format!("{home}/tasks");
    let back = asked.address(&here);
    let of_patient = asked.patient.is_some().then(|| {
        view! { <p>{say!(l, team.tasks.of_patient)} " " <a href=here.clone()>{say!(l, team.tasks.all)}</a></p> }
    });
    let n = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let heading = plural(n, say!(l, team.tasks.count_singular, n = n), say!(l, team.tasks.count_plural, n = n));
    let shown = if items.is_empty() {
        view! { <EmptyState title=say!(l, team.tasks.empty_title) text=say!(l, team.tasks.empty)/> }.into_any()
    } else {
        let lines: Vec<_> = items.into_iter().map(|task| view! { <li><Task task home back=back.clone()/></li> }).collect();
        view! { <section class="card"><h2>{heading}</h2><ul class="list">{lines}</ul></section> }.into_any()
    };
    view! {
        {of_patient}
        <Filter asked here/>
        {shown}
        {is_cut.then(|| view! { <p class="quiet">{say!(l, team.tasks.cut)}</p> })}
    }
    .into_any()
}

/// The form that narrows the list. What it sends is in the address.
#[component]
fn Filter(asked: Asked, here: String) -> impl IntoView {
    let l = use_locale();
    let choice = |value: &str, label: &'static str| Choice { value: value.to_owned(), label: label.to_owned(), hint: None };
    let states: Vec<Choice> = TaskFilter::ALL.iter().map(|filter| choice(filter.as_str(), filter_name(l, *filter))).collect();
    let whose = vec![choice("", say!(l, team.tasks.everybody)), choice(OWN, say!(l, team.tasks.own))];
    let preset = if asked.own() { OWN } else { "" };
    let patient = asked.patient.clone().map(|patient| view! { <input type="hidden" name="patient" value=patient/> });
    view! {
        <form class="form no-print" method="get" action=here>
            {patient}
            <div class="filters">
                <SelectField name="state" label=say!(l, team.tasks.state) choices=states preset=asked.filter().to_string()/>
                <SelectField name="whose" label=say!(l, team.tasks.whose) choices=whose preset/>
                <div class="row"><button type="submit" class="button plain">{say!(l, team.tasks.show)}</button></div>
            </div>
        </form>
    }
    .into_any()
}

fn filter_name(l: Locale, filter: TaskFilter) -> &'static str {
    match filter {
        TaskFilter::Open => say!(l, team.tasks.open),
        TaskFilter::Overdue => say!(l, team.tasks.overdue),
        TaskFilter::Done => say!(l, team.tasks.done),
    }
}

#[component]
fn Task(task: TaskView, home: &'static str, back: String) -> impl IntoView {
    let l = use_locale();
    let names = names(l);
    let TaskView { id, text, patient, due, is_overdue, assignee, assignee_name, given_by, given_at, done, version } = task;
    let about = patient.map(|patient| {
        let href = format!("{home}/patients/{}", patient.id);
        view! { <p>{say!(l, team.tasks.about)} " " <a href=href>{said(patient.name)}</a></p> }
    });
    let who = match (assignee, assignee_name) {
        (Assignee::Role(role), _) => part_name(l, role).into_any(),
        (Assignee::Person(_), name) => said(name.unwrap_or_default()),
    };
    let due = due.map(|due| {
        let late = is_overdue.then(|| view! { " " <Tag kind=TagKind::Bad text=say!(l, team.tasks.late)/> });
        view! { " · " {say!(l, team.tasks.due)} " " {format::date_long(due, names)} {late} }
    });
    let (outcome, button, label) = if done.is_some() {
        ("open", say!(l, team.tasks.reopen), say!(l, team.tasks.reopen_of, task = text.clone()))
    } else {
        ("done", say!(l, team.tasks.finish), say!(l, team.tasks.finish_of, task = text.clone()))
    };
    let done = done.map(|TaskDone { by, at }| {
        view! { <p>{say!(l, team.tasks.done_by)} " " {said(by)} " · " <Moment at detail=Detail::Short/></p> }
    });
    view! {
        <div class="row">
            <div class="grow">
                <blockquote class="said" dir="auto">{text}</blockquote>
                {about}
                <p>{say!(l, team.tasks.given_to)} " " {who} {due}</p>
                {done}
                <p class="quiet">{say!(l, team.tasks.given_by)} " " {said(given_by)} " · " <Moment at=given_at detail=Detail::Short/></p>
            </div>
            <form class="end" method="post" action=SettleTask::url()>
                <input type="hidden" name="task" value=id.to_string()/>
                <input type="hidden" name="outcome" value=outcome/>
                <input type="hidden" name="shown" value=version.to_string()/>
                <input type="hidden" name="page" value=back/>
                <button type="submit" class="button plain" aria-label=label>{button}</button>
            </form>
        </div>
    }
    .into_any()
}
