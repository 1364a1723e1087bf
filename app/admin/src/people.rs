//! Searching people. The search text is a person's name or e-mail address, so it never appears in the page's address: it is posted and
//! stored encrypted for half an hour, and the page's address contains only a random id.

use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{
    Card, Choice, Column, Detail, Moment, PageTitle, Paging, SelectField, Table, Tag, TagKind, TextField, loaded, said,
};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::access::Role;
use model::directory::{AccountState, MOST_COUNTED, PeopleFound, PeopleOrder, PersonRole, PersonRow};
use model::format;
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use words::{Locale, plural, role_name, say};

/// The search as it is posted.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FindPeopleValues {
    /// Part of a name or e-mail address, or a person number.
    pub text: String,
    /// Only this role.
    pub role: String,
    /// Only accounts in this state.
    pub state: String,
    /// The order.
    pub order: String,
}

impl FormValues for FindPeopleValues {
    const FORM: &'static str = "admin.find_people";
    const KEEP: Keep = Keep::Nowhere;
}

/// The search as the address has it: all but the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleAsked {
    /// The id of the stored text; without one, or when it has expired, everybody is listed.
    pub search: Option<String>,
    /// Only this role.
    pub role: Option<String>,
    /// Only accounts in this state.
    pub state: Option<String>,
    /// The order. Without one, people are listed by name.
    pub order: Option<String>,
    /// The cursor: the last person of the previous page.
    pub after: Option<String>,
}

impl PeopleAsked {
    fn address(&self, after: Option<&str>) -> String {
        let pairs = [
            ("search", self.search.as_deref()),
            ("role", self.role.as_deref()),
            ("state", self.state.as_deref()),
            ("order", self.order.as_deref()),
            ("after", after),
        ];
        format!("/admin/people{}", query(&pairs))
    }
}

/// The search and its results.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundPeople {
    /// The text of the search.
    pub text: String,
    /// The people found.
    pub found: PeopleFound,
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
    let search = if wanted.text.trim().is_empty() {
        None
    } else {
        Some(domain::drafts::save(&request.domain, SEARCH, &wanted.text).await?)
    };
    let order = Some(wanted.order.clone()).filter(|order| order.as_str() != PeopleOrder::Name.as_str());
    let (role, state) = (Some(wanted.role.clone()), Some(wanted.state.clone()));
    let asked = PeopleAsked { search, role, state, order, after: None };
    Ok(FormReply::to(asked.address(None)))
}

/// The name under which searches are stored.
#[cfg(feature = "ssr")]
const SEARCH: &str = "admin.search";

/// Loads the people found. Values of the address that cannot be parsed are ignored.
///
/// # Errors
/// `SignInNeeded`. A user who is neither administrator nor support finds only their own account.
#[server(prefix = "/do", endpoint = "load-people")]
pub async fn load_people(
    /// The search. Without any limits a browser sends nothing.
    #[server(default)]
    asked: PeopleAsked,
) -> Result<FoundPeople, Failure> {
    let request = kit::request::RequestContext::require()?;
    let kept = match &asked.search {
        Some(id) => kit::request::call(|| domain::drafts::load(&request.domain, SEARCH, id)).await?,
        None => None,
    };
    let text = kept.unwrap_or_default();
    let search = domain::directory::PeopleSearch {
        text: text.clone(),
        role: asked.role.as_deref().and_then(Role::parse),
        state: asked.state.as_deref().and_then(|state| AccountState::parse(state).ok()),
        order: asked.order.as_deref().and_then(|order| PeopleOrder::parse(order).ok()).unwrap_or(PeopleOrder::Name),
        after: asked.after.as_deref().and_then(|after| after.parse().ok()),
        limit: None,
    };
    let found = kit::request::call(|| domain::directory::search_people(&request.domain, &request.access, &search)).await?;
    Ok(FoundPeople { text, found })
}

/// The search form and its results.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| {
        address.with(|address| {
            let given = |name: &str| address.get(name).filter(|value| !value.is_empty());
            PeopleAsked {
                search: given("search"),
                role: given("role"),
                state: given("state"),
                order: given("order"),
                after: given("after"),
            }
        })
    });
    let found = Resource::new_blocking(move || asked.get(), load_people);
    let form = use_form::<FindPeople, FindPeopleValues>()
        .optional("text", say!(l, admin.people.text))
        .optional("role", say!(l, admin.people.role))
        .optional("state", say!(l, admin.people.state))
        .optional("order", say!(l, admin.people.order));
    let who = use_viewer().who;
    let may_import = who.as_ref().is_some_and(|who| who.role == Role::Admin);
    let of_all = who.filter(|who| who.clinic_name.is_none()).map(|who| who.role);
    let keeps_all = of_all == Some(Role::Admin);
    let sees_deliveries = matches!(of_all, Some(Role::Admin | Role::Support));
    view! {
        <PageTitle text=say!(l, admin.people.title)/>
        <h1>{say!(l, admin.people.title)}</h1>
        {loaded(found, move |FoundPeople { text, found }| {
            let asked = asked.get_untracked();
            view! {
                <Search form text asked=asked.clone()/>
                <Rows found asked/>
            }
        })}
        {(may_import || sees_deliveries).then(|| view! {
            <Card title=say!(l, common.home.staff_can)>
                <ul class="list">
                    {may_import.then(|| view! { <li><a href="/admin/import">{say!(l, admin.people.import)}</a></li> })}
                    {keeps_all.then(|| view! {
                        <li><a href="/admin/deleted">{say!(l, admin.deleted.title)}</a></li>
                        <li><a href="/admin/merging">{say!(l, admin.merging.title)}</a></li>
                    })}
                    {sees_deliveries.then(|| view! { <li><a href="/admin/deliveries">{say!(l, admin.deliveries.title)}</a></li> })}
                </ul>
            </Card>
        })}
    }
}

#[component]
fn Search(form: FormHandle, text: String, asked: PeopleAsked) -> impl IntoView {
    let l = use_locale();
    let form = form.filled(&FindPeopleValues {
        text,
        role: asked.role.unwrap_or_default(),
        state: asked.state.unwrap_or_default(),
        order: asked.order.unwrap_or_default(),
    });
    view! {
        <Form form class="card">
            <div class="filters">
                <TextField name="text" kind="search" inputmode="search"/>
                <SelectField name="role" choices=role_choices(l) preset=""/>
                <SelectField name="state" choices=state_choices(l) preset=""/>
                <SelectField name="order" choices=order_choices(l) preset=PeopleOrder::Name.as_str()/>
                <SubmitButton label=say!(l, admin.people.submit)/>
            </div>
        </Form>
    }
}

fn state_name(l: Locale, state: AccountState) -> &'static str {
    match state {
        AccountState::Active => say!(l, admin.people.active),
        AccountState::Unconfirmed => say!(l, admin.person.unconfirmed),
        AccountState::Closed => say!(l, admin.person.closed),
    }
}

fn order_name(l: Locale, order: PeopleOrder) -> &'static str {
    match order {
        PeopleOrder::Name => say!(l, admin.people.by_name),
        PeopleOrder::LastActive => say!(l, admin.people.by_last_active),
        PeopleOrder::Newest => say!(l, admin.people.by_newest),
    }
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), hint: None }
}

fn role_choices(l: Locale) -> Vec<Choice> {
    let any = choice("", say!(l, admin.people.any_role));
    std::iter::once(any).chain(Role::ALL.into_iter().map(|role| choice(role.as_str(), role_name(l, role)))).collect()
}

fn state_choices(l: Locale) -> Vec<Choice> {
    let any = choice("", say!(l, admin.people.any_state));
    std::iter::once(any).chain(AccountState::ALL.iter().map(|state| choice(state.as_str(), state_name(l, *state)))).collect()
}

fn order_choices(l: Locale) -> Vec<Choice> {
    PeopleOrder::ALL.iter().map(|order| choice(order.as_str(), order_name(l, *order))).collect()
}

#[component]
fn Rows(found: PeopleFound, asked: PeopleAsked) -> impl IntoView {
    let l = use_locale();
    let PeopleFound { page, count } = found;
    let paging = Paging::new(asked.after.as_deref(), page.next_cursor.as_deref(), |after| asked.address(after));
    let columns = vec![
        Column::name(say!(l, admin.applications.name), move |person: &PersonRow| {
            let state = match person.state {
                AccountState::Active => None,
                AccountState::Unconfirmed => Some(TagKind::Warn),
                AccountState::Closed => Some(TagKind::Bad),
            };
            let state = state.map(|kind| view! { " " <Tag kind text=state_name(l, person.state)/> });
            view! { <a href=format!("/admin/people/{}", person.user)>{said(&person.name)}</a> {state} }
        }),
        Column::text(say!(l, common.person.email), |person: &PersonRow| person.email.clone()),
        Column::text(say!(l, admin.person.roles), move |person: &PersonRow| roles_text(l, &person.roles)),
        Column::text(say!(l, admin.people.last_active), move |person: &PersonRow| match person.last_seen_at {
            Some(at) => view! { <Moment at detail=Detail::Short/> }.into_any(),
            None => say!(l, admin.people.not_lately).into_any(),
        })
        .labelled(),
        Column::number(say!(l, admin.person.number), |person: &PersonRow| person.number.clone()),
    ];
    let caption = if count < MOST_COUNTED {
        let (one, more) = (say!(l, admin.people.found_singular, n = count), say!(l, admin.people.found_plural, n = count));
        plural(count, one, more)
    } else {
        say!(l, admin.people.found_many, n = format::count(usize::try_from(count).unwrap_or(usize::MAX), names(l)))
    };
    let everyone =
        (asked != PeopleAsked::default()).then(|| view! { <p><a href="/admin/people">{say!(l, admin.people.clear)}</a></p> });
    view! {
        {everyone}
        <Table
            columns
            rows=page.items
            caption
            dense=true
            with_zone=true
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
