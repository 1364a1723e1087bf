//! Searching people. The search text is a person's name or e-mail address, so it never appears in the page's address: it is posted and
//! stored encrypted for half an hour, and the page's address contains only a random id.

use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Choice, Column, PageTitle, Paging, SelectField, Table, Tag, TagKind, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::access::Role;
use model::directory::{PersonRole, PersonRow};
use model::page::Page;
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use words::{Locale, role_name, say};

/// The search.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FindPeopleValues {
    /// Part of a name or e-mail address, or a person number.
    pub text: String,
    /// Only this role.
    pub role: String,
}

impl FormValues for FindPeopleValues {
    const FORM: &'static str = "admin.find_people";
    const KEEP: Keep = Keep::Nowhere;
}

/// The search and its results.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPeople {
    /// The search.
    pub wanted: FindPeopleValues,
    /// The people found.
    pub page: Page<PersonRow>,
}

/// Stores the search and redirects to its results.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "find-people")]
pub async fn find_people(
    /// The posted form.
    #[server(flatten)]
    form: Posted<FindPeopleValues>,
) -> Result<FormReply, Failure> {
    let outcome = keep(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
async fn keep(wanted: &FindPeopleValues) -> Result<FormReply, Failure> {
    use domain::access::ResourceKind;
    let request = kit::request::RequestContext::require()?;
    request.access.scope(ResourceKind::Account)?;
    if *wanted == FindPeopleValues::default() {
        return Ok(FormReply::to("/admin/people"));
    }
    let content = serde_json::to_string(wanted).map_err(|_| model::errors::Code::Internal)?;
    let id = domain::drafts::save(&request.domain, SEARCH, &content).await?;
    Ok(FormReply::to(format!("/admin/people{}", query(&[("search", Some(&id))]))))
}

/// The name under which searches are stored.
#[cfg(feature = "ssr")]
const SEARCH: &str = "admin.search";

/// Loads the people found, by name.
///
/// # Errors
/// `SignInNeeded`. A user who is neither administrator nor support finds only their own account.
#[server(prefix = "/do", endpoint = "load-people")]
pub async fn load_people(
    /// The id of a stored search; without one, or when it has expired, everybody is listed.
    search: Option<String>,
    /// The cursor: the last person of the previous page.
    after: Option<String>,
) -> Result<FoundPeople, Failure> {
    let request = kit::request::RequestContext::require()?;
    let kept = match search {
        Some(id) => kit::request::call(|| domain::drafts::load(&request.domain, SEARCH, &id)).await?,
        None => None,
    };
    let wanted: FindPeopleValues = kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default();
    let search = domain::directory::PeopleSearch {
        text: wanted.text.clone(),
        role: Role::parse(&wanted.role),
        after: after.and_then(|after| after.parse().ok()),
    };
    let page = kit::request::call(|| domain::directory::search_people(&request.domain, &request.access, &search)).await?;
    Ok(FoundPeople { wanted, page })
}

/// The search form and its results.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| address.with(|address| (address.get("search"), address.get("after"))));
    let found = Resource::new_blocking(move || asked.get(), |(search, after)| load_people(search, after));
    let form = use_form::<FindPeople, FindPeopleValues>()
        .field("text", say!(l, admin.people.text))
        .field("role", say!(l, admin.people.role));
    view! {
        <PageTitle text=say!(l, admin.people.title)/>
        <h1>{say!(l, admin.people.title)}</h1>
        {loaded(found, move |FoundPeople { wanted, page }| {
            let form = form.filled(&wanted);
            let (search, after) = asked.get_untracked();
            view! {
                <Form form class="card">
                    <TextField name="text" hint=say!(l, admin.people.text_hint) kind="search" inputmode="search"/>
                    <SelectField name="role" choices=role_choices(l) preset=""/>
                    <div class="row">
                        <SubmitButton label=say!(l, admin.people.submit)/>
                        <a href="/admin/people">{say!(l, admin.people.clear)}</a>
                    </div>
                </Form>
                <Rows page search after/>
            }
        })}
    }
}

fn role_choices(l: Locale) -> Vec<Choice> {
    let any = Choice { value: String::new(), label: say!(l, admin.people.any_role).to_owned(), hint: None };
    let role = |role: Role| Choice { value: role.as_str().to_owned(), label: role_name(l, role).to_owned(), hint: None };
    std::iter::once(any).chain(Role::ALL.into_iter().map(role)).collect()
}

#[component]
fn Rows(page: Page<PersonRow>, search: Option<String>, after: Option<String>) -> impl IntoView {
    let l = use_locale();
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/people{}", query(&[("search", search.as_deref()), ("after", after)]))
    });
    let columns = vec![
        Column::name(say!(l, admin.applications.name), move |person: &PersonRow| {
            let closed = person.suspended.then(|| view! { <Tag kind=TagKind::Bad text=say!(l, admin.person.closed)/> });
            view! { <a href=format!("/admin/people/{}", person.user)>{said(&person.name)}</a> " " {closed} }
        }),
        Column::text(say!(l, common.person.email), |person: &PersonRow| person.email.clone()),
        Column::number(say!(l, admin.person.number), |person: &PersonRow| person.number.clone()),
        Column::text(say!(l, admin.person.roles), move |person: &PersonRow| roles_text(l, &person.roles)),
    ];
    view! {
        <Table
            columns
            rows=page.items
            caption=say!(l, admin.people.found)
            frame=say!(l, admin.people.title)
            paging
            empty_title=say!(l, admin.people.empty_title)
            empty_text=say!(l, admin.people.empty)
        />
    }
}

/// Roles on one line: "doctor (Riverside Clinic), patient".
pub(super) fn roles_text(l: Locale, roles: &[PersonRole]) -> String {
    let one = |held: &PersonRole| match &held.clinic {
        Some(clinic) => format!("{} ({})", role_name(l, held.role), isolated(clinic)),
        None => role_name(l, held.role).to_owned(),
    };
    roles.iter().map(one).collect::<Vec<_>>().join(", ")
}
