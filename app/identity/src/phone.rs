//! The phone number of the user's own account: sending a code to it, typing the code, removing it.

use crate::proof::{ProofByPasskey, ProofFacts, ProofFields};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Card, Notice, NoticeKind, PageTitle, TextField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::say;

/// The phone number of the user's own account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneFacts {
    /// With what the user proves who they are.
    pub proof: ProofFacts,
    /// The verified number.
    pub verified: Option<String>,
    /// The number to which a code was sent.
    pub waiting: Option<String>,
}

/// The values of the form that sends a code.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneValues {
    /// The number.
    pub phone: String,
    /// The current password.
    pub current: String,
    /// The question that a passkey has answered.
    pub question: String,
    /// Its answer; empty when the password was typed.
    pub answer: String,
}

impl FormValues for PhoneValues {
    const FORM: &'static str = "identity.phone";
    const SECRETS: &'static [&'static str] = &["current", "question", "answer"];
}

/// The values of the form that takes the code.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneCodeValues {
    /// The six digits.
    pub code: String,
}

impl FormValues for PhoneCodeValues {
    const FORM: &'static str = "identity.phone_code";
    const SECRETS: &'static [&'static str] = &["code"];
}

/// The values of the form that removes the number.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RemovePhoneValues {
    /// The current password.
    pub password: String,
    /// The question that a passkey has answered.
    pub question: String,
    /// Its answer; empty when the password was typed.
    pub answer: String,
}

impl FormValues for RemovePhoneValues {
    const FORM: &'static str = "identity.remove_phone";
    const SECRETS: &'static [&'static str] = &["password", "question", "answer"];
}

/// Loads the phone number of the user's own account.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-phone")]
pub async fn load_phone() -> Result<PhoneFacts, Failure> {
    let request = kit::request::RequestContext::require()?;
    let phone = kit::request::call(|| domain::identity::own_phone(&request.domain, &request.access)).await?;
    let proof = crate::proof::facts(&request).await?;
    Ok(PhoneFacts { proof, verified: phone.verified, waiting: phone.waiting.map(|(number, _)| number) })
}

/// Sends a code to a number.
///
/// # Errors
/// A number that does not exist; `PhoneUnreachable`; `PasswordWrong`; `RateLimited`.
#[server(prefix = "/do", endpoint = "send-phone-code")]
pub async fn send_phone_code(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PhoneValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::send(&form.values).await;
    form.answer(outcome).await
}

/// Verifies the number to which a code was sent.
///
/// # Errors
/// A code that is not one; `PhoneCodeWrong`; `PhoneCodeExpired`.
#[server(prefix = "/do", endpoint = "confirm-phone")]
pub async fn confirm_phone(
    /// The posted form.
    #[server(flatten)]
    form: Posted<PhoneCodeValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::confirm(&form.values).await;
    form.answer(outcome).await
}

/// Removes the verified number.
///
/// # Errors
/// `PasswordWrong`; `NotFound` when there is none; `RateLimited`.
#[server(prefix = "/do", endpoint = "remove-phone")]
pub async fn remove_phone(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RemovePhoneValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::remove(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, PhoneCodeValues, PhoneValues, RemovePhoneValues};
    use crate::proof::typed;
    use domain::{
        error::retry,
        identity::{self, SendPhoneCode},
    };
    use kit::request::RequestContext;

    /// The page, which shows other things after each of its forms.
    const PAGE: &str = "/account/phone";

    pub(super) async fn send(values: &PhoneValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let proof = typed(&request, &values.current, &values.question, &values.answer).await?;
        let command = SendPhoneCode { phone: values.phone.clone(), proof };
        retry(|| identity::send_phone_code(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::fresh(PAGE))
    }

    pub(super) async fn confirm(values: &PhoneCodeValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| identity::confirm_phone(&request.domain, &request.access, &values.code)).await?;
        Ok(FormReply::fresh(PAGE))
    }

    pub(super) async fn remove(values: &RemovePhoneValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let proof = typed(&request, &values.password, &values.question, &values.answer).await?;
        retry(|| identity::remove_phone(&request.domain, &request.access, proof.clone())).await?;
        Ok(FormReply::fresh(PAGE))
    }
}

/// The page about the phone number.
#[component]
pub fn PhonePage() -> impl IntoView {
    let l = use_locale();
    let phone = Resource::new_blocking(|| (), |()| load_phone());
    let send = use_form::<SendPhoneCode, PhoneValues>().phone("phone").field(
        "current",
        say!(l, identity.account.current),
        say!(l, identity.account.current_missing),
    );
    let confirm = use_form::<ConfirmPhone, PhoneCodeValues>()
        .field("code", say!(l, identity.phone.code), say!(l, identity.phone.code_missing))
        .malformed(say!(l, identity.phone.code_malformed));
    let remove = use_form::<RemovePhone, RemovePhoneValues>().field(
        "password",
        say!(l, identity.phone.remove_password),
        say!(l, identity.account.current_missing),
    );
    view! {
        <PageTitle text=say!(l, identity.phone.title)/>
        <div class="lead">
            <h1>{say!(l, identity.phone.title)}</h1>
            <p>{say!(l, identity.phone.lead)}</p>
        </div>
        {loaded(phone, move |phone| view! { <Phone phone send confirm remove/> })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

#[component]
fn Phone(phone: PhoneFacts, send: FormHandle, confirm: FormHandle, remove: FormHandle) -> impl IntoView {
    let l = use_locale();
    let PhoneFacts { proof, verified, waiting } = phone;
    let to_remove = proof.clone();
    let is_verified = verified.is_some();
    view! {
        {verified.map(|number| view! {
            <Notice kind=NoticeKind::Good title=say!(l, identity.phone.verified_title)>
                <p>{say!(l, identity.phone.verified, number = number)}</p>
            </Notice>
        })}
        {waiting.map(|number| view! { <Code confirm number/> })}
        <Number send proof is_verified/>
        {is_verified.then(|| view! { <Remove remove proof=to_remove/> })}
    }
    .into_any()
}

/// The code that was sent.
#[component]
fn Code(confirm: FormHandle, number: String) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, identity.phone.code_title)>
            <p>{say!(l, identity.phone.sent, number = number)}</p>
            <Form form=confirm>
                <TextField name="code" autocomplete="one-time-code" inputmode="numeric" width="medium"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.phone.confirm)/>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

/// The number to which a code is to be sent.
#[component]
fn Number(send: FormHandle, proof: ProofFacts, is_verified: bool) -> impl IntoView {
    let l = use_locale();
    let title = if is_verified { say!(l, identity.phone.other_title) } else { say!(l, identity.phone.number_title) };
    view! {
        <Card title=title>
            <p>{say!(l, identity.phone.number)}</p>
            <Form form=send>
                <TextField
                    name="phone"
                    hint=say!(l, identity.phone.number_hint)
                    kind="tel"
                    inputmode="tel"
                    autocomplete="tel"
                    width="medium"
                />
                <ProofFields proof=proof.clone()/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.phone.send)/>
                </div>
                <ProofByPasskey proof=proof.clone()/>
            </Form>
        </Card>
    }
    .into_any()
}

/// Removing the verified number.
#[component]
fn Remove(remove: FormHandle, proof: ProofFacts) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, identity.phone.remove_title)>
            <p>{say!(l, identity.phone.remove)}</p>
            <Form form=remove>
                <ProofFields proof=proof.clone() name="password" is_second=true/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.phone.remove_submit) class="plain"/>
                </div>
                <ProofByPasskey proof=proof.clone()/>
            </Form>
        </Card>
    }
    .into_any()
}
