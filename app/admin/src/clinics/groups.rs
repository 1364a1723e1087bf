//! The care groups of a clinic: adding and ending one, and who belongs to it.

use super::saved_notice;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Choice, PageTitle, SelectField, TextField, listed, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::chat::group::{CareGroupList, CareGroupView};
use serde::{Deserialize, Serialize};
use words::say;

/// A care group, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CareGroupValues {
    /// The clinic's id.
    pub clinic: String,
    /// What the group is called.
    pub name: String,
}

impl FormValues for CareGroupValues {
    const FORM: &'static str = "admin.care_group";
}

/// The values of the form that ends a group.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndCareGroupValues {
    /// The clinic's id, to come back to its groups.
    pub clinic: String,
    /// The id of the group.
    pub group: String,
}

impl FormValues for EndCareGroupValues {
    const FORM: &'static str = "admin.end_care_group";
    const KEEP: Keep = Keep::Nowhere;
}

/// Who is put into which group, as chosen.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CareGroupMemberValues {
    /// The clinic's id, to come back to its groups.
    pub clinic: String,
    /// The id of the group.
    pub group: String,
    /// The id of the person.
    pub user: String,
}

impl FormValues for CareGroupMemberValues {
    const FORM: &'static str = "admin.care_group_member";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that takes somebody out of a group.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RemoveFromCareGroupValues {
    /// The clinic's id, to come back to its groups.
    pub clinic: String,
    /// The id of the group.
    pub group: String,
    /// The id of the person.
    pub user: String,
}

impl FormValues for RemoveFromCareGroupValues {
    const FORM: &'static str = "admin.remove_from_care_group";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the care groups of a clinic.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-care-groups")]
pub async fn load_care_groups(
    /// The clinic's id.
    id: String,
) -> Result<CareGroupList, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::chat::care_groups(&request.domain, &request.access, id)).await
}

/// Adds a care group to a clinic.
///
/// # Errors
/// A wrong name; `CareGroupExists`, `NotFound`.
#[server(prefix = "/do", endpoint = "add-care-group")]
pub async fn add_care_group(
    /// The posted form.
    #[server(flatten)]
    form: Posted<CareGroupValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form.values).await;
    form.answer(outcome).await
}

/// Ends a care group.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "end-care-group")]
pub async fn end_care_group(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EndCareGroupValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form.values).await;
    form.answer(outcome).await
}

/// Puts somebody into a care group.
///
/// # Errors
/// A wrong person or group; `NotFound`.
#[server(prefix = "/do", endpoint = "put-into-care-group")]
pub async fn put_into_care_group(
    /// The posted form.
    #[server(flatten)]
    form: Posted<CareGroupMemberValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::put(&form.values).await;
    form.answer(outcome).await
}

/// Takes somebody out of a care group.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "remove-from-care-group")]
pub async fn remove_from_care_group(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RemoveFromCareGroupValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::remove(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{CareGroupMemberValues, CareGroupValues, EndCareGroupValues, Failure, FormReply, RemoveFromCareGroupValues};
    use domain::{chat, error::retry};
    use kit::request::{RequestContext, posted_id};
    use model::errors::{FieldError, FieldFault};
    use model::ids::ClinicId;

    pub(super) async fn add(values: &CareGroupValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&values.clinic)?;
        let command = chat::AddCareGroup { clinic, name: values.name.clone() };
        retry(|| chat::add_care_group(&request.domain, &request.access, command.clone())).await?;
        Ok(saved(clinic))
    }

    pub(super) async fn end(values: &EndCareGroupValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&values.clinic)?;
        let group = posted_id(&values.group)?;
        retry(|| chat::end_care_group(&request.domain, &request.access, group)).await?;
        Ok(saved(clinic))
    }

    pub(super) async fn put(values: &CareGroupMemberValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&values.clinic)?;
        let missing = |field: &str, text: &str| text.is_empty().then(|| FieldError::new(field, FieldFault::Missing));
        let faults: Vec<_> = [missing("group", &values.group), missing("user", &values.user)].into_iter().flatten().collect();
        if !faults.is_empty() {
            return Err(domain::Error::fields(faults).into());
        }
        let member = chat::CareGroupMember { group: posted_id(&values.group)?, user: posted_id(&values.user)? };
        retry(|| chat::add_care_group_member(&request.domain, &request.access, member)).await?;
        Ok(saved(clinic))
    }

    pub(super) async fn remove(values: &RemoveFromCareGroupValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&values.clinic)?;
        let member = chat::CareGroupMember { group: posted_id(&values.group)?, user: posted_id(&values.user)? };
        retry(|| chat::remove_care_group_member(&request.domain, &request.access, member)).await?;
        Ok(saved(clinic))
    }

    fn saved(clinic: ClinicId) -> FormReply {
        FormReply::to(format!("/admin/clinics/{clinic}/groups?saved=1"))
    }
}

/// The forms of the page, created before anything is awaited.
#[derive(Clone, Copy)]
struct Forms {
    add: FormHandle,
    end: FormHandle,
    put: FormHandle,
    remove: FormHandle,
}

impl Forms {
    fn new() -> Self {
        let l = use_locale();
        Self {
            add: use_form::<AddCareGroup, CareGroupValues>().field(
                "name",
                say!(l, admin.groups.name),
                say!(l, admin.groups.name_missing),
            ),
            end: use_form::<EndCareGroup, EndCareGroupValues>(),
            put: use_form::<PutIntoCareGroup, CareGroupMemberValues>()
                .field("user", say!(l, admin.groups.person), say!(l, admin.groups.person_missing))
                .field("group", say!(l, admin.groups.group), say!(l, admin.groups.group_missing)),
            remove: use_form::<RemoveFromCareGroup, RemoveFromCareGroupValues>(),
        }
    }

    fn done(self) -> (u32, u32, u32, u32) {
        (self.add.done().get(), self.end.done().get(), self.put.done().get(), self.remove.done().get())
    }
}

/// The page `/admin/clinics/:id/groups`.
#[component]
pub fn CareGroupsPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let forms = Forms::new();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let groups = Resource::new_blocking(move || (id(), forms.done()), |(id, _)| load_care_groups(id));
    view! {
        <PageTitle text=say!(l, admin.groups.title)/>
        {saved_notice(l)}
        {loaded(groups, move |list| view! { <Groups list forms/> })}
    }
}

#[component]
fn Groups(list: CareGroupList, forms: Forms) -> impl IntoView {
    let l = use_locale();
    let CareGroupList { clinic, clinic_name, groups, staff } = list;
    let clinic = clinic.to_string();
    let choice = |value: String, label: &str| Choice { value, label: label.to_owned(), hint: None };
    let to: Vec<Choice> = groups.iter().map(|group| choice(group.id.to_string(), &group.name)).collect();
    let people: Vec<Choice> = staff.iter().map(|one| choice(one.user.to_string(), &one.name)).collect();
    let none = groups.is_empty().then(|| view! { <p>{say!(l, admin.groups.none)}</p> });
    let cards: Vec<_> = groups.into_iter().map(|group| view! { <Group group clinic=clinic.clone() forms/> }).collect();
    let of_put = clinic.clone();
    let put = (!to.is_empty() && !people.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>{say!(l, admin.groups.put_title)}</h2>
                <Form form=forms.put>
                    <input type="hidden" name="clinic" value=of_put.clone()/>
                    <SelectField name="user" choices=people.clone()/>
                    <SelectField name="group" choices=to.clone()/>
                    <div class="row"><SubmitButton label=say!(l, admin.groups.put)/></div>
                </Form>
            </section>
        }
    });
    let back = format!("/admin/clinics/{clinic}");
    view! {
        <p><a href=back>"← " {said(clinic_name)}</a></p>
        <h1>{say!(l, admin.groups.title)}</h1>
        <p>{say!(l, admin.groups.lead)}</p>
        {none}
        {cards}
        {put}
        <section class="card">
            <h2>{say!(l, admin.groups.add)}</h2>
            <Form form=forms.add>
                <input type="hidden" name="clinic" value=clinic.clone()/>
                <TextField name="name" hint=say!(l, admin.groups.name_hint)/>
                <div class="row"><SubmitButton label=say!(l, admin.groups.submit)/></div>
            </Form>
        </section>
    }
    .into_any()
}

/// One group: who belongs to it, and the buttons that take somebody out and end it.
#[component]
fn Group(group: CareGroupView, clinic: String, forms: Forms) -> impl IntoView {
    let l = use_locale();
    let CareGroupView { id, name, members } = group;
    let id = id.to_string();
    let shown = listed(std::slice::from_ref(&name));
    let nobody = members.is_empty().then(|| view! { <p>{say!(l, admin.groups.nobody)}</p> });
    let people: Vec<_> = members
        .into_iter()
        .map(|member| {
            let (clinic, group, user) = (clinic.clone(), id.clone(), member.user.to_string());
            let person = listed(std::slice::from_ref(&member.name));
            let label = say!(l, admin.groups.remove, person = person, group = shown.clone());
            view! {
                <li>
                    <div class="row">
                        <div class="grow">{said(member.name)}</div>
                        <Form form=forms.remove>
                            <input type="hidden" name="clinic" value=clinic.clone()/>
                            <input type="hidden" name="group" value=group.clone()/>
                            <input type="hidden" name="user" value=user.clone()/>
                            <SubmitButton label=label.clone() class="plain"/>
                        </Form>
                    </div>
                </li>
            }
            .into_any()
        })
        .collect();
    let list = (!people.is_empty()).then(|| view! { <ul class="list">{people}</ul> });
    let end = say!(l, admin.groups.end_of, group = shown);
    view! {
        <section class="card">
            <h2>{said(name)}</h2>
            {nobody}
            {list}
            <Form form=forms.end>
                <input type="hidden" name="clinic" value=clinic.clone()/>
                <input type="hidden" name="group" value=id.clone()/>
                <div class="row"><SubmitButton label=end.clone() class="plain"/></div>
            </Form>
        </section>
    }
    .into_any()
}
