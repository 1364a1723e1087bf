//! Confirming an e-mail address: the page that the mailed link opens, and asking for another link.
//!
//! The mailed link opens a page whose button posts the token, so a program that only follows links in mails does not use it up. In the browser in which the
//! account was made, the button also signs in (docs/adr/0022).

use super::chosen::ChosenNote;
use kit::address::{use_next, with_next};
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
    /// The page to go on to; empty for the home page.
    pub next: String,
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
    /// The page to go on to when the address is confirmed; empty for the home page.
    pub next: String,
}

impl FormValues for AddressValues {
    const FORM: &'static str = "identity.address";
    const KEEP: Keep = Keep::InPage;
}

/// Confirms the address that the link was sent to, and signs in if the account was made in this browser.
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
    use super::{AddressValues, ConfirmValues, Failure, FormReply, with_next};
    use crate::chosen::after;
    use domain::{directory, error::retry, identity};
    use kit::address::local_path;
    use kit::chosen::in_address;
    use kit::request::{RequestContext, drop_sign_up_secret, sign_up_secret};

    pub(super) async fn confirm(values: &ConfirmValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = identity::ConfirmEmail { token: values.token.clone(), browser: sign_up_secret() };
        let signed_in = retry(|| directory::confirm_email(&request.domain, &request.access, command.clone())).await?;
        let Some(signed_in) = signed_in else {
            return Ok(FormReply::to(with_next("/confirm/done", local_path(&values.next))));
        };
        drop_sign_up_secret();
        Ok(FormReply::fresh(after::sign_in(&request, signed_in.session, &values.next).await?))
    }

    pub(super) async fn resend(values: &AddressValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = identity::ResendConfirmation {
            email: values.email.clone(),
            browser: sign_up_secret(),
            chosen: in_address(&values.next),
        };
        retry(|| identity::resend_confirmation(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(with_next("/sign-up/sent", local_path(&values.next))))
    }
}

/// The page that the mailed link opens.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let l = use_locale();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let form = use_form::<ConfirmEmail, ConfirmValues>();
    let next = use_next();
    let again = with_next("/confirm/again", next.as_deref());
    let sign_in = with_next("/sign-in", next.as_deref());
    let next = next.unwrap_or_default();
    view! {
        <PageTitle text=say!(l, identity.confirm.title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, identity.confirm.title)}</h1>
            <ChosenNote/>
            <Form form class="card">
                <p>{say!(l, identity.confirm.body)}</p>
                <input type="hidden" name="token" value=token.clone()/>
                <input type="hidden" name="next" value=next.clone()/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.confirm.submit)/>
                </div>
            </Form>
            <p>{say!(l, identity.confirm.trouble)} " " <a href=again>{say!(l, common.confirmation.again)}</a></p>
            <p>{say!(l, identity.confirm.already)} " " <a href=sign_in>{say!(l, common.account.sign_in)}</a></p>
        </PublicLayout>
    }
}

/// The address is confirmed.
#[component]
pub fn ConfirmedPage() -> impl IntoView {
    let l = use_locale();
    let sign_in = with_next("/sign-in", use_next().as_deref());
    view! {
        <NextStepPage title=say!(l, identity.confirmed.title)>
            <p>{say!(l, identity.confirmed.body)}</p>
            <ChosenNote/>
            <div class="row"><a class="button" href=sign_in>{say!(l, identity.sign_in.submit)}</a></div>
        </NextStepPage>
    }
}

/// The form that sends another link.
#[component]
pub fn ResendPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<ResendConfirmation, AddressValues>().email("email");
    let next = use_next().unwrap_or_default();
    view! {
        <PageTitle text=say!(l, identity.resend.title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, identity.resend.title)}</h1>
                <p>{say!(l, identity.resend.lead)}</p>
            </div>
            <ChosenNote/>
            <Form form class="card">
                <input type="hidden" name="next" value=next.clone()/>
                <EmailField name="email"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.resend.submit)/>
                </div>
            </Form>
        </PublicLayout>
    }
}
