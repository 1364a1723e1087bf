//! A forgotten password: asking for a link, and choosing a new password with it.

use super::AddressValues;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::{MailSentPage, NextStepPage, PublicLayout};
use kit::parts::{EmailField, NewPasswordField, PageTitle, UsernameField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that sets a new password with a mailed link.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ResetValues {
    /// The link's token.
    pub token: String,
    /// The new password.
    pub password: String,
}

impl FormValues for ResetValues {
    const FORM: &'static str = "identity.reset";
    const SECRETS: &'static [&'static str] = &["token", "password"];
}

/// Sends a link for choosing a new password. The answer is the same whether or not the account exists.
///
/// # Errors
/// The address is not valid.
#[server(prefix = "/do", endpoint = "request-reset")]
pub async fn request_reset(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AddressValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::request(&form.values).await;
    form.answer(outcome).await
}

/// Sets a new password and ends all sessions.
///
/// # Errors
/// A weak password; `LinkUnknown`, `LinkExpired`, `LinkUsed`.
#[server(prefix = "/do", endpoint = "reset-password")]
pub async fn reset_password(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ResetValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::reset(&form.values).await;
    form.answer(outcome).await
}

/// The e-mail address that the link was mailed to, for password managers; none when the link is not valid. This reveals nothing new: whoever holds
/// the link can take over the account anyway, and received it at that address.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "load-reset")]
pub async fn load_reset(
    /// The link's token.
    token: String,
) -> Result<Option<String>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::identity::address_of_reset(&request.domain, &token)).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AddressValues, Failure, FormReply, ResetValues};
    use domain::{error::retry, identity};
    use kit::request::RequestContext;

    pub(super) async fn request(values: &AddressValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| identity::request_reset(&request.domain, &request.access, &values.email)).await?;
        Ok(FormReply::to("/reset-password/sent"))
    }

    pub(super) async fn reset(values: &ResetValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = identity::ResetPassword { token: values.token.clone(), password: values.password.clone() };
        retry(|| identity::reset_password(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/reset-password/done"))
    }
}

/// The form that sends a link.
#[component]
pub fn ForgottenPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<RequestReset, AddressValues>().field("email", say!(l, common.person.email));
    view! {
        <PageTitle text=say!(l, identity.forgotten.title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, identity.forgotten.title)}</h1>
                <p>{say!(l, identity.forgotten.lead)}</p>
            </div>
            <Form form class="card">
                <EmailField name="email" autocomplete="username"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.forgotten.submit)/>
                    <a href="/sign-in">{say!(l, identity.forgotten.back)}</a>
                </div>
            </Form>
        </PublicLayout>
    }
}

/// Says what happens next. It is the same whether or not the account exists.
#[component]
pub fn ForgottenSentPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <MailSentPage title=say!(l, identity.sent.title) again_href="/reset-password" again=say!(l, identity.forgotten.again)>
            <p>{say!(l, identity.forgotten.sent)}</p>
        </MailSentPage>
    }
}

/// The page that the mailed link opens.
#[component]
pub fn ResetPage() -> impl IntoView {
    let l = use_locale();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let form = use_form::<ResetPassword, ResetValues>().field("password", say!(l, identity.reset.password));
    let asked = token.clone();
    let address = Resource::new_blocking(move || asked.clone(), load_reset);
    view! {
        <PageTitle text=say!(l, identity.reset.title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, identity.reset.title)}</h1>
                <p>{say!(l, identity.reset.lead)}</p>
            </div>
            {loaded(address, move |address| view! { <NewPassword form token=token.clone() address/> })}
        </PublicLayout>
    }
}

#[component]
fn NewPassword(form: FormHandle, token: String, address: Option<String>) -> impl IntoView {
    let l = use_locale();
    view! {
        <Form form class="card">
            <input type="hidden" name="token" value=token.clone()/>
            {address.clone().map(|username| view! { <UsernameField username/> })}
            <NewPasswordField name="password"/>
            <div class="row">
                <SubmitButton label=say!(l, identity.reset.submit)/>
                <a href="/reset-password">{say!(l, identity.forgotten.again)}</a>
            </div>
        </Form>
    }
}

/// Confirms that the password was changed.
#[component]
pub fn ResetDonePage() -> impl IntoView {
    let l = use_locale();
    view! {
        <NextStepPage title=say!(l, identity.reset.done_title)>
            <p>{say!(l, identity.reset.done)}</p>
            <div class="row"><a class="button" href="/sign-in">{say!(l, identity.sign_in.submit)}</a></div>
        </NextStepPage>
    }
}
