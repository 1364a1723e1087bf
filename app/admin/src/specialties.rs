//! The specialties of the organisation: the list, adding one, and the page of one that renames or retires it.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{
    Card, Checkbox, Column, Detail, Moment, Notice, NoticeKind, PageTitle, Table, TextField, ZoneNote, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::directory::{ManagedSpecialty, SpecialtyRow, SpecialtyVersion};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// A new specialty as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewSpecialtyValues {
    /// The name.
    pub name: String,
}

impl FormValues for NewSpecialtyValues {
    const FORM: &'static str = "admin.add_specialty";
}

/// A changed specialty as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SpecialtyValues {
    /// The id of the specialty.
    pub specialty: String,
    /// The name.
    pub name: String,
    /// `true` when it is not offered any more.
    pub retired: String,
}

impl FormValues for SpecialtyValues {
    const FORM: &'static str = "admin.specialty";
}

/// Loads all specialties.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for everybody but administrators of the organisation.
#[server(prefix = "/do", endpoint = "load-managed-specialties")]
pub async fn load_managed_specialties() -> Result<Vec<SpecialtyRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::list_specialties(&request.domain, &request.access)).await
}

/// Loads one specialty.
///
/// # Errors
/// `SignInNeeded`; `NotFound`.
#[server(prefix = "/do", endpoint = "load-specialty")]
pub async fn load_specialty(
    /// The id of the specialty.
    id: String,
) -> Result<ManagedSpecialty, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::directory::specialty(&request.domain, &request.access, id)).await
}

/// Adds a specialty.
///
/// # Errors
/// Wrong fields; `SpecialtyExists`; `Forbidden`.
#[server(prefix = "/do", endpoint = "add-specialty")]
pub async fn add_specialty(
    /// The posted form.
    #[server(flatten)]
    form: Posted<NewSpecialtyValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form.values).await;
    form.answer(outcome).await
}

/// Renames a specialty, retires it or offers it again.
///
/// # Errors
/// Wrong fields; `SpecialtyExists`, `Stale`, `NotFound`.
#[server(prefix = "/do", endpoint = "edit-specialty")]
pub async fn edit_specialty(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SpecialtyValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::edit(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, NewSpecialtyValues, Posted, SpecialtyValues};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn add(values: &NewSpecialtyValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = directory::AddSpecialty { name: values.name.clone() };
        retry(|| directory::add_specialty(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/specialties?saved=1"))
    }

    pub(super) async fn edit(form: &Posted<SpecialtyValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let SpecialtyValues { specialty, name, retired } = form.values.clone();
        let id = posted_id(&specialty)?;
        let command = directory::EditSpecialty { id, name, retired: retired == "true", version: form.version()? };
        retry(|| directory::edit_specialty(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/specialties?saved=1"))
    }
}

/// The page `/admin/specialties`.
#[component]
pub fn SpecialtiesPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let add = use_form::<AddSpecialty, NewSpecialtyValues>().field(
        "name",
        say!(l, admin.specialties.name),
        say!(l, admin.specialties.name_missing),
    );
    let added = add.done();
    let list = Resource::new_blocking(move || added.get(), |_| load_managed_specialties());
    view! {
        <PageTitle text=say!(l, admin.specialties.title)/>
        <p><a href="/admin/clinics">"← " {say!(l, admin.clinics.title)}</a></p>
        <h1>{say!(l, admin.specialties.title)}</h1>
        <p>{say!(l, admin.specialties.lead)}</p>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, admin.specialties.saved)/> }),
        )}
        {loaded(list, move |list| view! { <List list add/> })}
    }
}

#[component]
fn List(list: Vec<SpecialtyRow>, add: FormHandle) -> impl IntoView {
    let l = use_locale();
    let columns = vec![
        Column::name(say!(l, admin.specialties.name), |row: &SpecialtyRow| {
            view! { <a href=format!("/admin/specialties/{}", row.id)>{said(&row.name)}</a> }
        }),
        Column::number(say!(l, admin.specialties.doctors), |row: &SpecialtyRow| row.doctors),
        Column::text(say!(l, admin.specialties.state), move |row: &SpecialtyRow| state_text(l, row.retired)),
    ];
    view! {
        <section class="card">
            <h2>{say!(l, admin.specialties.add)}</h2>
            <Form form=add>
                <TextField name="name" hint=say!(l, admin.specialties.name_hint)/>
                <div class="row"><SubmitButton label=say!(l, admin.specialties.submit)/></div>
            </Form>
        </section>
        <Table
            columns
            rows=list
            caption=say!(l, admin.specialties.title)
            empty_title=say!(l, admin.specialties.empty_title)
            empty_text=say!(l, admin.specialties.empty)
        />
    }
}

fn state_text(l: Locale, retired: bool) -> &'static str {
    if retired { say!(l, admin.specialties.retired) } else { say!(l, admin.specialties.offered) }
}

/// The page `/admin/specialties/:id`.
#[component]
pub fn SpecialtyPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let specialty = Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_specialty);
    let form = use_form::<EditSpecialty, SpecialtyValues>()
        .field("name", say!(l, admin.specialties.name), say!(l, admin.specialties.name_missing))
        .optional("retired", say!(l, admin.specialties.retire));
    view! {
        <PageTitle text=say!(l, admin.specialties.one)/>
        <p><a href="/admin/specialties">"← " {say!(l, admin.specialties.title)}</a></p>
        {loaded(specialty, move |specialty| view! { <Specialty specialty form/> })}
    }
}

#[component]
fn Specialty(specialty: ManagedSpecialty, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let ManagedSpecialty { specialty, history } = specialty;
    let id = specialty.id.to_string();
    let retired = if specialty.retired { "true".to_owned() } else { String::new() };
    let values = SpecialtyValues { specialty: id.clone(), name: specialty.name.clone(), retired };
    let form = form.editing(&values, specialty.version.into());
    view! {
        <h1>{said(&specialty.name)}</h1>
        <Form form class="card">
            <input type="hidden" name="specialty" value=id.clone()/>
            <TextField name="name" hint=say!(l, admin.specialties.name_hint)/>
            <Checkbox name="retired"/>
            <p>{say!(l, admin.specialties.retire_hint)}</p>
            <div class="row">
                <SubmitButton label=say!(l, admin.specialties.save)/>
                <a href="/admin/specialties">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
        {(!history.is_empty()).then(|| view! { <History versions=history/> })}
    }
}

#[component]
fn History(versions: Vec<SpecialtyVersion>) -> impl IntoView {
    let l = use_locale();
    let items: Vec<_> = versions
        .into_iter()
        .map(|version| {
            view! {
                <li>
                    <strong>{said(version.name)}</strong> ", " {state_text(l, version.retired)}
                    <br/>
                    {version.at.map(|at| view! { <Moment at detail=Detail::Short/> })}
                    {version.by.map(|by| view! { ", " {said(by)} })}
                </li>
            }
        })
        .collect();
    view! {
        <Card title=say!(l, admin.specialties.history)>
            <ZoneNote/>
            <ul class="list">{items}</ul>
        </Card>
    }
}
