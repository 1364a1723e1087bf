//! Confirming an e-mail address: the page that the mailed link opens, and asking for another link.
//!
//! The mailed link opens a page whose button posts the token, so a program that only follows links in mails does not use it up.

use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::layouts::{NextStepPage, PublicLayout};
use kit::parts::{EmailField, PageTitle};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that confirms an address.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmValues {
    /// The token from the mailed link.
    pub token: String,
}

impl FormValues for ConfirmValues {
    const FORM: &'static str = "identity.confirm";
    const SECRETS: &'static [&'static str] = &["token"];
}

/// The e-mail address to which a link should be sent.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressValues {
    /// The e-mail address.
    pub email: String,
}

impl FormValues for AddressValues {
    const FORM: &'static str = "identity.address";
    const KEEP: Keep = Keep::InPage;
}

/// Confirms the address that the link was sent to.
///
/// # Errors
/// `LinkUnknown`, `LinkExpired`, `LinkUsed`.
#[server(prefix = "/do", endpoint = "confirm-email")]
pub async fn confirm_email(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ConfirmValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::confirm(&form.values).await;
    form.answer(outcome).await
}

/// Sends the confirmation link again. The answer is the same whether or not the account exists.
///
/// # Errors
/// The address is not valid.
#[server(prefix = "/do", endpoint = "resend-confirmation")]
pub async fn resend_confirmation(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AddressValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::resend(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AddressValues, ConfirmValues, Failure, FormReply};
    use domain::{error::retry, identity};
    use kit::request::RequestContext;

    pub(super) async fn confirm(values: &ConfirmValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| identity::confirm_email(&request.domain, &request.access, &values.token)).await?;
        Ok(FormReply::to("/confirm/done"))
    }

    pub(super) async fn resend(values: &AddressValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| identity::resend_confirmation(&request.domain, &request.access, &values.email)).await?;
        Ok(FormReply::to("/sign-up/sent"))
    }
}

/// The page that the mailed link opens.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let l = use_locale();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let form = use_form::<ConfirmEmail, ConfirmValues>();
    view! {
        <PageTitle text=say!(l, identity.confirm.title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, identity.confirm.title)}</h1>
            <Form form class="card">
                <p>{say!(l, identity.confirm.body)}</p>
                <input type="hidden" name="token" value=token.clone()/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.confirm.submit)/>
                </div>
            </Form>
            <p>{say!(l, identity.confirm.trouble)} " " <a href="/confirm/again">{say!(l, common.confirmation.again)}</a></p>
        </PublicLayout>
    }
}

/// The address is confirmed.
#[component]
pub fn ConfirmedPage() -> impl IntoView {
    let l = use_locale();
    view! {
        <NextStepPage title=say!(l, identity.confirmed.title)>
            <p>{say!(l, identity.confirmed.body)}</p>
            <div class="row"><a class="button" href="/sign-in">{say!(l, identity.sign_in.submit)}</a></div>
        </NextStepPage>
    }
}

/// The form that sends another link.
#[component]
pub fn ResendPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<ResendConfirmation, AddressValues>().field("email", say!(l, common.person.email));
    view! {
        <PageTitle text=say!(l, identity.resend.title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, identity.resend.title)}</h1>
                <p>{say!(l, identity.resend.lead)}</p>
            </div>
            <Form form class="card">
                <EmailField name="email"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.resend.submit)/>
                </div>
            </Form>
        </PublicLayout>
    }
}
