//! Suspending and restoring an account, each on its own page, with the reason that the person receives.

use super::person::load_person;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{PageTitle, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::PersonView;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the forms that suspend or restore an account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasonValues {
    /// The person's user id.
    pub user: String,
    /// The reason, which the person receives.
    pub reason: String,
}

impl FormValues for ReasonValues {
    const FORM: &'static str = "admin.account";
}

/// Suspends an account.
///
/// # Errors
/// Wrong fields; `SuspendSelf`, `AccountAbove`, `AccountElsewhere`; `Stale`.
#[server(prefix = "/do", endpoint = "suspend")]
pub async fn suspend(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ReasonValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::suspend(&form).await;
    form.answer(outcome).await
}

/// Restores a suspended account.
///
/// # Errors
/// Wrong fields; `AccountAbove`, `AccountElsewhere`; `Stale`.
#[server(prefix = "/do", endpoint = "restore")]
pub async fn restore(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ReasonValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::restore(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, ReasonValues};
    use domain::{
        directory::{self, ChangeAccount},
        error::retry,
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn suspend(form: &Posted<ReasonValues>) -> Result<FormReply, Failure> {
        let (request, command) = (RequestContext::require()?, command(form)?);
        retry(|| directory::suspend(&request.domain, &request.access, command.clone())).await?;
        Ok(back(&command))
    }

    pub(super) async fn restore(form: &Posted<ReasonValues>) -> Result<FormReply, Failure> {
        let (request, command) = (RequestContext::require()?, command(form)?);
        retry(|| directory::restore(&request.domain, &request.access, command.clone())).await?;
        Ok(back(&command))
    }

    fn command(form: &Posted<ReasonValues>) -> Result<ChangeAccount, Failure> {
        let user = posted_id(&form.values.user)?;
        let version = form.version()?;
        Ok(ChangeAccount { user, reason: form.values.reason.clone(), version })
    }

    fn back(command: &ChangeAccount) -> FormReply {
        FormReply::to(format!("/admin/people/{}", command.user))
    }
}

/// Asks for the reason to suspend the account.
#[component]
pub fn SuspendPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<Suspend, ReasonValues>().field(
        "reason",
        say!(l, admin.suspension.reason),
        say!(l, admin.suspension.reason_missing),
    );
    let person = resource();
    view! {
        <PageTitle text=say!(l, admin.person.suspend)/>
        {loaded(person, move |person| {
            let title = say!(l, admin.suspension.suspend_title, name = person.name.clone());
            reason_form(form, &person, title, say!(l, admin.suspension.suspend_lead), say!(l, admin.suspension.suspend_submit), "bad")
        })}
    }
}

/// Asks for the reason to restore the account.
#[component]
pub fn RestorePage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<Restore, ReasonValues>().field(
        "reason",
        say!(l, admin.suspension.reason),
        say!(l, admin.suspension.reason_missing),
    );
    let person = resource();
    view! {
        <PageTitle text=say!(l, admin.person.restore)/>
        {loaded(person, move |person| {
            let title = say!(l, admin.suspension.restore_title, name = person.name.clone());
            reason_form(form, &person, title, say!(l, admin.suspension.restore_lead), say!(l, admin.suspension.restore_submit), "")
        })}
    }
}

fn resource() -> Resource<Result<PersonView, Failure>> {
    let params = use_params_map();
    Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_person)
}

fn reason_form(
    form: FormHandle,
    person: &PersonView,
    title: String,
    lead: &'static str,
    submit: &'static str,
    weight: &'static str,
) -> impl IntoView + use<> {
    let l = use_locale();
    let user = person.user.to_string();
    let form = form.editing(&ReasonValues::default(), person.version.into());
    view! {
        <h1>{title}</h1>
        <Form form class="card">
            <p>{lead}</p>
            <input type="hidden" name="user" value=user.clone()/>
            <TextArea name="reason" hint=say!(l, admin.suspension.reason_hint)/>
            <div class="row">
                <SubmitButton label=submit class=weight/>
                <a href=format!("/admin/people/{user}")>{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
}
