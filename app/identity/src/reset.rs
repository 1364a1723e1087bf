//! A forgotten password: asking for a link, and choosing a new password with it.

use super::AddressValues;
use super::chosen::ChosenNote;
use super::typed_address::{typed_address_query, use_typed_address};
use kit::address::{use_next, with_next};
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
    /// The page to go on to after signing in; empty for the home page.
    pub next: String,
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
    use super::{AddressValues, Failure, FormReply, ResetValues, with_next};
    use crate::typed_address::on_server::with_address;
    use domain::{error::retry, identity};
    use kit::address::local_path;
    use kit::chosen::in_address;
    use kit::request::RequestContext;

    pub(super) async fn request(values: &AddressValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let chosen = in_address(&values.next);
        retry(|| identity::request_reset(&request.domain, &request.access, &values.email, chosen)).await?;
        Ok(FormReply::to(with_address("/reset-password/sent", values).await?))
    }

    pub(super) async fn reset(values: &ResetValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = identity::ResetPassword { token: values.token.clone(), password: values.password.clone() };
        retry(|| identity::reset_password(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(with_next("/reset-password/done", local_path(&values.next))))
    }
}

/// The form that sends a link.
#[component]
pub fn ForgottenPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<RequestReset, AddressValues>().email("email");
    let typed = use_typed_address();
    let next = use_next();
    let sign_in = with_next("/sign-in", next.as_deref());
    let by_text = with_next("/reset-password/by-text", next.as_deref());
    let next = next.unwrap_or_default();
    view! {
        <PageTitle text=say!(l, identity.forgotten.title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, identity.forgotten.title)}</h1>
                <p>{say!(l, identity.forgotten.lead)}</p>
            </div>
            <ChosenNote/>
            {loaded(typed, move |email| {
                let values = AddressValues { email, next: next.clone() };
                let sign_in = sign_in.clone();
                view! {
                    <Form form=form.filled(&values) class="card">
                        <input type="hidden" name="next" value=values.next.clone()/>
                        <EmailField name="email" autocomplete="username"/>
                        <div class="row">
                            <SubmitButton label=say!(l, identity.forgotten.submit)/>
                            <a href=sign_in.clone()>{say!(l, identity.forgotten.back)}</a>
                        </div>
                    </Form>
                }
            })}
            <p><a href=by_text>{say!(l, identity.forgotten.by_text_link)}</a></p>
        </PublicLayout>
    }
}

/// Says what happens next. It is the same whether or not the account exists.
#[component]
pub fn ForgottenSentPage() -> impl IntoView {
    let l = use_locale();
    let typed = use_typed_address();
    let again_href = format!("/reset-password{}", typed_address_query());
    view! {
        <MailSentPage title=say!(l, identity.sent.title) again_href again=say!(l, identity.forgotten.again)>
            {loaded(typed, move |email| {
                let sent = if email.is_empty() {
                    say!(l, identity.forgotten.sent).to_owned()
                } else {
                    say!(l, identity.forgotten.sent_to, email = email)
                };
                view! { <p>{sent}</p> }
            })}
            <ChosenNote/>
        </MailSentPage>
    }
}

/// The page that the mailed link opens.
#[component]
pub fn ResetPage() -> impl IntoView {
    let l = use_locale();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let form = use_form::<ResetPassword, ResetValues>().field(
        "password",
        say!(l, identity.reset.password),
        say!(l, common.person.password_new_missing),
    );
    let asked = token.clone();
    let address = Resource::new_blocking(move || asked.clone(), load_reset);
    view! {
        <PageTitle text=say!(l, identity.reset.title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, identity.reset.title)}</h1>
                <p>{say!(l, identity.reset.lead)}</p>
            </div>
            <ChosenNote/>
            {loaded(address, move |address| view! { <NewPassword form token=token.clone() address/> })}
        </PublicLayout>
    }
}

#[component]
fn NewPassword(form: FormHandle, token: String, address: Option<String>) -> impl IntoView {
    let l = use_locale();
    let next = use_next();
    let again = with_next("/reset-password", next.as_deref());
    let next = next.unwrap_or_default();
    view! {
        <Form form class="card">
            <input type="hidden" name="token" value=token.clone()/>
            <input type="hidden" name="next" value=next.clone()/>
            {address.clone().map(|username| view! { <UsernameField username/> })}
            <NewPasswordField name="password"/>
            <div class="row">
                <SubmitButton label=say!(l, identity.reset.submit)/>
                <a href=again.clone()>{say!(l, identity.forgotten.again)}</a>
            </div>
        </Form>
    }
}

/// Confirms that the password was changed.
#[component]
pub fn ResetDonePage() -> impl IntoView {
    let l = use_locale();
    let sign_in = with_next("/sign-in", use_next().as_deref());
    view! {
        <NextStepPage title=say!(l, identity.reset.done_title)>
            <p>{say!(l, identity.reset.done)}</p>
            <ChosenNote/>
            <div class="row"><a class="button" href=sign_in>{say!(l, identity.sign_in.submit)}</a></div>
        </NextStepPage>
    }
}
