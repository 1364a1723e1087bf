//! Searching patients. The search text is a name or a number of a person, so it is posted and kept encrypted for half an hour, and the page's address contains
//! only a random id.

use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::{date_of_birth, names};
use kit::parts::{Column, DateFields, Notice, NoticeKind, PageTitle, Paging, Table, Tag, TagKind, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{PatientRow, PatientsFound};
use serde::{Deserialize, Serialize};
use words::say;

/// The search as it is posted.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FindPatientsValues {
    /// A name, a person number or a phone number.
    pub text: String,
    /// The day of the month of birth.
    pub date_of_birth_day: String,
    /// The month.
    pub date_of_birth_month: String,
    /// The year.
    pub date_of_birth_year: String,
}

impl FormValues for FindPatientsValues {
    const FORM: &'static str = "directory.find_patients";
    const KEEP: Keep = Keep::Nowhere;
}

/// The search as the address has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientsAsked {
    /// The id of the kept search; without one, or when it has expired, all patients are listed.
    pub search: Option<String>,
    /// The cursor of the list.
    pub after: Option<String>,
}

/// The search and its results.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPatients {
    /// The search.
    pub values: FindPatientsValues,
    /// The patients found.
    pub found: PatientsFound,
}

/// Keeps the search and redirects to its results.
///
/// # Errors
/// Wrong fields; `Forbidden` for roles without a list of patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "find-patients")]
pub async fn find_patients(
    /// The posted form.
    #[server(flatten)]
    form: Posted<FindPatientsValues>,
) -> Result<FormReply, Failure> {
    let outcome = ssr::keep(&form).await;
    form.answer(outcome).await
}

/// Loads the patients whom a search found, or a page of all patients.
///
/// # Errors
/// `Forbidden` for roles without a list of patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-patients")]
pub async fn load_patients(
    /// The search. Without any limits a browser sends nothing.
    #[server(default)]
    asked: PatientsAsked,
) -> Result<FoundPatients, Failure> {
    ssr::load(asked).await
}

#[cfg(feature = "ssr")]
mod ssr {
    use super::{Failure, FindPatientsValues, FormReply, FormValues, FoundPatients, PatientsAsked, Posted};
    use domain::directory::{self, ListPatients, PatientSearch};
    use kit::request::{RequestContext, call};
    use model::directory::PatientsFound;

    pub(super) fn search_of(values: &FindPatientsValues) -> PatientSearch {
        let FindPatientsValues { text, date_of_birth_day, date_of_birth_month, date_of_birth_year } = values.clone();
        PatientSearch { text, date_of_birth: [date_of_birth_day, date_of_birth_month, date_of_birth_year] }
    }

    /// The search is carried out once here, so that a wrong date is named in the form, and its results are read by the page that it leads to.
    pub(super) async fn keep(form: &Posted<FindPatientsValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let search = search_of(&form.values);
        domain::error::retry(|| directory::find_patients(&request.domain, &request.access, &search)).await?;
        let id = request.keep(FindPatientsValues::FORM, &form.values).await?;
        let page = form.back().split(['?', '#']).next().unwrap_or("/").to_owned();
        Ok(FormReply::to(format!("{page}?search={id}")))
    }

    pub(super) async fn load(asked: PatientsAsked) -> Result<FoundPatients, Failure> {
        let request = RequestContext::require()?;
        let kept = match &asked.search {
            Some(id) => call(|| domain::drafts::load(&request.domain, FindPatientsValues::FORM, id)).await?,
            None => None,
        };
        if let Some(values) = kept.and_then(|kept| serde_json::from_str::<FindPatientsValues>(&kept).ok()) {
            let search = search_of(&values);
            let found = call(|| directory::find_patients(&request.domain, &request.access, &search)).await?;
            return Ok(FoundPatients { values, found });
        }
        let after = asked.after.as_deref().and_then(|after| after.parse().ok());
        let command = ListPatients { after, limit: None };
        let page = call(|| directory::list_patients(&request.domain, &request.access, command)).await?;
        Ok(FoundPatients { values: FindPatientsValues::default(), found: PatientsFound { page, more: false } })
    }
}

/// The page `/desk/patients`.
#[component]
pub fn DeskPatientsPage() -> impl IntoView {
    page("/desk")
}

/// The page `/ward/patients`.
#[component]
pub fn WardPatientsPage() -> impl IntoView {
    page("/ward")
}

fn page(home: &'static str) -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let register =
        (home == "/desk").then(|| view! { <a class="button end" href="/desk/register">{say!(l, directory.desk.register)}</a> });
    let asked = Memo::new(move |_| {
        address.with(|address| {
            let given = |name: &str| address.get(name).filter(|value| !value.is_empty());
            PatientsAsked { search: given("search"), after: given("after") }
        })
    });
    let found = Resource::new_blocking(move || asked.get(), load_patients);
    let form = use_form::<FindPatients, FindPatientsValues>()
        .field("text", say!(l, directory.desk.text), say!(l, directory.desk.text_missing))
        .optional_date("date_of_birth", say!(l, common.person.date_of_birth));
    view! {
        <PageTitle text=say!(l, common.nav.patients)/>
        <div class="row">
            <h1>{say!(l, common.nav.patients)}</h1>
            {register}
        </div>
        {loaded(found, move |FoundPatients { values, found }| {
            let asked = asked.get_untracked();
            view! {
                <Search form values/>
                <Rows found asked home/>
            }
        })}
        {(home == "/desk").then(|| view! { <p><a href="/desk/deleted">{say!(l, directory.deleted.title)}</a></p> })}
    }
    .into_any()
}

#[component]
fn Search(form: FormHandle, values: FindPatientsValues) -> impl IntoView {
    let l = use_locale();
    let form = form.filled(&values);
    view! {
        <Form form class="card">
            <TextField name="text" kind="search" inputmode="search" hint=say!(l, directory.desk.text_hint)/>
            <DateFields name="date_of_birth" hint=say!(l, directory.desk.born_hint)/>
            <div class="row"><SubmitButton label=say!(l, directory.desk.search)/></div>
        </Form>
    }
    .into_any()
}

#[component]
fn Rows(found: PatientsFound, asked: PatientsAsked, home: &'static str) -> impl IntoView {
    let l = use_locale();
    let PatientsFound { page, more } = found;
    let paging = Paging::new(asked.after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("{home}/patients{}", query(&[("after", after)]))
    });
    let columns = vec![
        Column::name(say!(l, directory.desk.name), move |row: &PatientRow| {
            view! { <a href=format!("{home}/patients/{}", row.id)>{said(&row.name)}</a> }
        }),
        Column::text(say!(l, common.person.date_of_birth), move |row: &PatientRow| date_of_birth(names(l), row.date_of_birth)),
        Column::number(say!(l, directory.desk.number), |row: &PatientRow| row.number.clone()),
        Column::text(say!(l, directory.desk.account), move |row: &PatientRow| {
            let (kind, text) = if row.has_account {
                (TagKind::Good, say!(l, directory.desk.has_account))
            } else {
                (TagKind::Plain, say!(l, directory.desk.no_account))
            };
            view! { <Tag kind text/> }
        }),
    ];
    let searched = asked.search.is_some();
    let (caption, title, text) = if searched {
        (say!(l, directory.desk.found), say!(l, directory.desk.none_found_title), say!(l, directory.desk.none_found))
    } else {
        (say!(l, directory.desk.all), say!(l, directory.desk.empty_title), say!(l, directory.desk.empty))
    };
    view! {
        {searched.then(|| view! { <p><a href=format!("{home}/patients")>{say!(l, directory.desk.clear)}</a></p> })}
        {more.then(|| view! { <Notice kind=NoticeKind::Info title=say!(l, directory.desk.more)/> })}
        <Table columns rows=page.items caption dense=true paging empty_title=title empty_text=text/>
    }
    .into_any()
}
