//! How long a clinic keeps closed conversations.

use super::saved_notice;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{PageTitle, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::chat::retention::MessageRetention;
use serde::{Deserialize, Serialize};
use words::say;

/// The days as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageRetentionValues {
    /// The clinic's id.
    pub clinic: String,
    /// For how many days; empty for ever.
    pub days: String,
}

impl FormValues for MessageRetentionValues {
    const FORM: &'static str = "admin.message_retention";
}

/// Loads how long a clinic keeps closed conversations.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-message-retention")]
pub async fn load_message_retention(
    /// The clinic's id.
    id: String,
) -> Result<MessageRetention, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::chat::message_retention(&request.domain, &request.access, id)).await
}

/// Sets how long a clinic keeps closed conversations.
///
/// # Errors
/// Wrong days; `Stale`, `NotFound`.
#[server(prefix = "/do", endpoint = "set-message-retention")]
pub async fn set_message_retention(
    /// The posted form.
    #[server(flatten)]
    form: Posted<MessageRetentionValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::set(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, MessageRetentionValues, Posted};
    use domain::{chat, error::retry};
    use kit::request::{RequestContext, posted_id};
    use model::ids::ClinicId;

    pub(super) async fn set(form: &Posted<MessageRetentionValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&form.values.clinic)?;
        let command = chat::SetMessageRetention { clinic, days: form.values.days.clone(), version: form.version()? };
        retry(|| chat::set_message_retention(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/admin/clinics/{clinic}/messages?saved=1")))
    }
}

/// The page `/admin/clinics/:id/messages`.
#[component]
pub fn ClinicMessagesPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let form = use_form::<SetMessageRetention, MessageRetentionValues>()
        .optional("days", say!(l, admin.messages.days))
        .malformed(say!(l, admin.messages.days_malformed));
    let done = form.done();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let kept = Resource::new_blocking(move || (id(), done.get()), |(id, _)| load_message_retention(id));
    view! {
        <PageTitle text=say!(l, admin.messages.title)/>
        {saved_notice(l)}
        {loaded(kept, move |kept| view! { <Kept kept form/> })}
    }
}

#[component]
fn Kept(kept: MessageRetention, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let MessageRetention { clinic, clinic_name, days, version } = kept;
    let clinic = clinic.to_string();
    let values = MessageRetentionValues { clinic: clinic.clone(), days: days.map(|days| days.to_string()).unwrap_or_default() };
    let form = form.editing(&values, version.into());
    let back = format!("/admin/clinics/{clinic}");
    view! {
        <p><a href=back>"← " {said(clinic_name)}</a></p>
        <h1>{say!(l, admin.messages.title)}</h1>
        <p>{say!(l, admin.messages.lead)}</p>
        <Form form class="card">
            <input type="hidden" name="clinic" value=clinic.clone()/>
            <TextField name="days" hint=say!(l, admin.messages.days_hint) width="medium"/>
            <div class="row"><SubmitButton label=say!(l, admin.messages.save)/></div>
        </Form>
    }
    .into_any()
}
