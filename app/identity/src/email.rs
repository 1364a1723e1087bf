//! The email address of the user's own account: sending a code to another one, typing the code.

use crate::proof::{ProofByPasskey, ProofFacts, ProofFields};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Card, EmailField, PageTitle, TextField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::say;

/// The email address of the user's own account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailFacts {
    /// With what the user proves who they are.
    pub proof: ProofFacts,
    /// The address.
    pub email: String,
    /// The address to which a code was sent.
    pub waiting: Option<String>,
}

/// The values of the form that sends a code.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailValues {
    /// The address.
    pub email: String,
    /// The current password.
    pub current: String,
    /// The question that a passkey has answered.
    pub question: String,
    /// Its answer; empty when the password was typed.
    pub answer: String,
}

impl FormValues for EmailValues {
    const FORM: &'static str = "identity.email";
    const SECRETS: &'static [&'static str] = &["current", "question", "answer"];
}

/// The values of the form that takes the code.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailCodeValues {
    /// The six digits.
    pub code: String,
}

impl FormValues for EmailCodeValues {
    const FORM: &'static str = "identity.email_code";
    const SECRETS: &'static [&'static str] = &["code"];
}

/// Loads the email address of the user's own account.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-email")]
pub async fn load_email() -> Result<EmailFacts, Failure> {
    let request = kit::request::RequestContext::require()?;
    let email = kit::request::call(|| domain::identity::own_email(&request.domain, &request.access)).await?;
    let proof = crate::proof::facts(&request).await?;
    Ok(EmailFacts { proof, email: email.email, waiting: email.waiting.map(|(address, _)| address) })
}

/// Sends a code to another address.
///
/// # Errors
/// An address that is none; `PasswordWrong`; `RateLimited`.
#[server(prefix = "/do", endpoint = "send-email-code")]
pub async fn send_email_code(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EmailValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::send(&form.values).await;
    form.answer(outcome).await
}

/// Gives the account the address to which a code was sent.
///
/// # Errors
/// A code that is not one; `EmailCodeWrong`; `EmailCodeExpired`; `EmailTaken`.
#[server(prefix = "/do", endpoint = "confirm-email-change")]
pub async fn confirm_email_change(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EmailCodeValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::confirm(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{EmailCodeValues, EmailValues, Failure, FormReply};
    use crate::proof::typed;
    use domain::{
        error::retry,
        identity::{self, AskEmailChange},
    };
    use kit::request::RequestContext;

    /// The page, which shows other things after each of its forms.
    const PAGE: &str = "/account/email";

    pub(super) async fn send(values: &EmailValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let proof = typed(&request, &values.current, &values.question, &values.answer).await?;
        let command = AskEmailChange { email: values.email.clone(), proof };
        retry(|| identity::ask_email_change(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::fresh(PAGE))
    }

    pub(super) async fn confirm(values: &EmailCodeValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| identity::confirm_email_change(&request.domain, &request.access, &values.code)).await?;
        Ok(FormReply::fresh(PAGE))
    }
}

/// The page about the email address.
#[component]
pub fn EmailPage() -> impl IntoView {
    let l = use_locale();
    let email = Resource::new_blocking(|| (), |()| load_email());
    let send = use_form::<SendEmailCode, EmailValues>().email("email").field(
        "current",
        say!(l, identity.account.current),
        say!(l, identity.account.current_missing),
    );
    let confirm = use_form::<ConfirmEmailChange, EmailCodeValues>()
        .field("code", say!(l, identity.email.code), say!(l, identity.email.code_missing))
        .malformed(say!(l, identity.email.code_malformed));
    view! {
        <PageTitle text=say!(l, identity.email.title)/>
        <div class="lead">
            <h1>{say!(l, identity.email.title)}</h1>
            <p>{say!(l, identity.email.lead)}</p>
        </div>
        {loaded(email, move |email| view! { <Email email send confirm/> })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

#[component]
fn Email(email: EmailFacts, send: FormHandle, confirm: FormHandle) -> impl IntoView {
    let l = use_locale();
    let EmailFacts { proof, email, waiting } = email;
    view! {
        <p>{say!(l, identity.email.present, address = email)}</p>
        {waiting.map(|address| view! { <Code confirm address/> })}
        <Address send proof/>
    }
    .into_any()
}

/// The code that was sent.
#[component]
fn Code(confirm: FormHandle, address: String) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, identity.email.code_title)>
            <p>{say!(l, identity.email.sent, address = address)}</p>
            <Form form=confirm>
                <TextField name="code" autocomplete="one-time-code" inputmode="numeric" width="medium"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.email.confirm)/>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

/// The address to which a code is to be sent.
#[component]
fn Address(send: FormHandle, proof: ProofFacts) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, identity.email.address_title)>
            <p>{say!(l, identity.email.address)}</p>
            <Form form=send>
                <EmailField name="email" autocomplete="email"/>
                <ProofFields proof=proof.clone()/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.email.send)/>
                </div>
                <ProofByPasskey proof=proof.clone()/>
            </Form>
        </Card>
    }
    .into_any()
}
