//! One role of a person: since when they hold it, changing it, ending it, and what they held before.

use super::{clinic_text, role_choices};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Card, Detail, Moment, PageTitle, SelectField, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::identity::{GIVEN_ROLES, MembershipRow, MembershipView};
use serde::{Deserialize, Serialize};
use words::{Locale, role_name, say};

/// The values of the form that gives another role.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RoleValues {
    /// The id of the membership.
    pub membership: String,
    /// The word of the new role.
    pub role: String,
}

impl FormValues for RoleValues {
    const FORM: &'static str = "admin.change_role";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that ends a role.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndRoleValues {
    /// The id of the membership.
    pub membership: String,
}

impl FormValues for EndRoleValues {
    const FORM: &'static str = "admin.end_role";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads a role, with all roles of the same person.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-role")]
pub async fn load_role(
    /// The id of the membership.
    id: String,
) -> Result<MembershipView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::identity::membership(&request.domain, &request.access, id)).await
}

/// Gives a person another role at the same clinic.
///
/// # Errors
/// Wrong fields; `Stale`, `RoleHeld`, `LastAdmin`, `NotFound`.
#[server(prefix = "/do", endpoint = "change-role")]
pub async fn change_role(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RoleValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change(&form).await;
    form.answer(outcome).await
}

/// Ends a role.
///
/// # Errors
/// `Stale`, `LastAdmin`, `NotFound`.
#[server(prefix = "/do", endpoint = "end-role")]
pub async fn end_role(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EndRoleValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{EndRoleValues, Failure, FormReply, Posted, RoleValues};
    use domain::{error::retry, identity};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn change(form: &Posted<RoleValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let membership = posted_id(&form.values.membership)?;
        let command = identity::ChangeMembership { membership, role: form.values.role.clone(), version: form.version()? };
        let new = retry(|| identity::change_membership(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/admin/roles/{new}")))
    }

    pub(super) async fn end(form: &Posted<EndRoleValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let membership = posted_id(&form.values.membership)?;
        let command = identity::EndMembership { membership, version: form.version()? };
        retry(|| identity::end_membership(&request.domain, &request.access, command)).await?;
        Ok(FormReply::to("/admin/roles?show=ended"))
    }
}

/// The page `/admin/roles/:id`.
#[component]
pub fn RolePage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let change =
        use_form::<ChangeRole, RoleValues>().field("role", say!(l, admin.staff.new_role), say!(l, admin.staff.role_missing));
    let end = use_form::<EndRole, EndRoleValues>();
    let role = Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_role);
    view! {
        <PageTitle text=say!(l, admin.staff.one_role)/>
        <p><a href="/admin/roles">"← " {say!(l, admin.staff.roles)}</a></p>
        {loaded(role, move |role| view! { <HeldRole role change end/> })}
    }
}

#[component]
fn HeldRole(role: MembershipView, change: FormHandle, end: FormHandle) -> impl IntoView {
    let l = use_locale();
    let MembershipView { held, history } = role;
    let is_held = held.until.is_none();
    let person = format!("/admin/people/{}", held.user);
    let items: Vec<_> = history.into_iter().map(|row| view! { <li>{line(l, row)}</li> }.into_any()).collect();
    let forms = is_held.then(|| view! { <Forms held=held.clone() change end/> });
    view! {
        <h1>{said(&held.name)}</h1>
        <Card>
            <p>{line(l, held)}</p>
            <p><a href=person>{say!(l, admin.staff.account)}</a></p>
        </Card>
        {forms}
        <Card title=say!(l, admin.staff.history)>
            <ZoneNote/>
            <ul class="list">{items}</ul>
        </Card>
    }
}

/// A role on one line: which, where, since when and by whom.
fn line(l: Locale, row: MembershipRow) -> AnyView {
    view! {
        <strong>{role_name(l, row.role)}</strong>
        ", "
        {clinic_text(l, row.clinic.as_deref())}
        <br/>
        {say!(l, admin.staff.since)}
        " "
        <Moment at=row.since detail=Detail::Short/>
        {row.given_by.map(|name| view! { " " {say!(l, admin.staff.by, name = name)} })}
        {row.until.map(|at| view! {
            <br/>
            {say!(l, admin.staff.ended)}
            " "
            <Moment at detail=Detail::Short/>
        })}
        {row.ended_by.map(|name| view! { " " {say!(l, admin.staff.by, name = name)} })}
    }
    .into_any()
}

#[component]
fn Forms(held: MembershipRow, change: FormHandle, end: FormHandle) -> impl IntoView {
    let l = use_locale();
    let id = held.id.to_string();
    let version = i64::from(held.version);
    let preset = if GIVEN_ROLES.contains(&held.role) { held.role.as_str().to_owned() } else { String::new() };
    let change = change.editing(&RoleValues { membership: id.clone(), role: preset }, version);
    let end = end.editing(&EndRoleValues { membership: id.clone() }, version);
    let of_ending = id.clone();
    view! {
        <section class="card">
            <h2>{say!(l, admin.staff.change)}</h2>
            <p>{say!(l, admin.staff.change_lead)}</p>
            <Form form=change>
                <input type="hidden" name="membership" value=id.clone()/>
                <SelectField name="role" choices=role_choices(l)/>
                <div class="row"><SubmitButton label=say!(l, admin.staff.change_submit)/></div>
            </Form>
        </section>
        <section class="card">
            <h2>{say!(l, admin.staff.end)}</h2>
            <p>{say!(l, admin.staff.end_lead)}</p>
            <Form form=end>
                <input type="hidden" name="membership" value=of_ending.clone()/>
                <div class="row"><SubmitButton label=say!(l, admin.staff.end_submit) class="bad"/></div>
            </Form>
        </section>
    }
}
