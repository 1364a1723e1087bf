//! The second step of signing in: the code of the app, or setting the app up. There is no session before it is done.

use super::parts::{SetUp, SetUpFacts};
use crate::passkeys::{FinishByPasskey, PasskeyStep, PasskeyStepValues};
use kit::address::{use_next, with_next};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::PublicLayout;
use kit::parts::{Checkbox, Notice, NoticeKind, PageTitle, TextField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// A sign-in that waits for its second step.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HalfFacts {
    /// What has to be set up first; none for a user who has a second factor.
    pub set_up: Option<SetUpFacts>,
    /// Whether the user has an authenticator app.
    pub has_app: bool,
    /// Whether the user has a passkey.
    pub has_passkey: bool,
}

/// The values of the form of the second step.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SecondStepValues {
    /// The code of the app, or a recovery code.
    pub code: String,
    /// `true` if this browser is to be remembered.
    pub remember: String,
    /// The page to return to; empty for the home page of the role.
    pub next: String,
}

impl FormValues for SecondStepValues {
    const FORM: &'static str = "identity.second_step";
    const SECRETS: &'static [&'static str] = &["code"];
}

/// Loads the sign-in of this browser that waits for its second step; `None` without one, or when it is too old.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "load-half-sign-in")]
pub async fn load_half_sign_in() -> Result<Option<HalfFacts>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let Some(token) = kit::request::half_sign_in() else { return Ok(None) };
    let half = kit::request::call(|| domain::identity::half_sign_in(&request.domain, &request.access, &token)).await?;
    Ok(half.map(|half| HalfFacts {
        set_up: half.set_up.map(SetUpFacts::from),
        has_app: half.has_app,
        has_passkey: half.has_passkey,
    }))
}

/// Finishes signing in with a code, and leads to the same page as a sign-in without a second step.
///
/// # Errors
/// A code that is not one; `CodeWrong`; `SignInExpired`; `SetUpExpired`; `RateLimited`.
#[server(prefix = "/do", endpoint = "finish-sign-in")]
pub async fn finish_sign_in(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SecondStepValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::finish(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, SecondStepValues};
    use crate::chosen::after;
    use domain::access::Device;
    use domain::identity::{self, FinishSignIn};
    use kit::request::{
        RequestContext, device_secret, drop_half_sign_in, half_sign_in, keep_device_secret, keep_remembered_browser,
    };
    use model::errors::Code;

    pub(super) async fn finish(values: &SecondStepValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let Some(token) = half_sign_in() else { return Err(Code::SignInExpired.into()) };
        let secret = device_secret().unwrap_or_else(|| request.token());
        let mut access = request.access.clone();
        access.device = Some(Device::of_secret(&secret));
        let command = FinishSignIn { token, code: values.code.clone(), remember: values.remember == "true" };
        let finished = identity::finish_sign_in(&request.domain, &access, command).await?;
        keep_device_secret(&secret);
        drop_half_sign_in();
        if let Some(browser) = &finished.remembered {
            keep_remembered_browser(browser);
        }
        Ok(FormReply::fresh(after::sign_in(&request, finished.signed_in.session, &values.next).await?))
    }
}

/// The page of the second step.
#[component]
pub fn SecondStepPage() -> impl IntoView {
    let l = use_locale();
    let half = Resource::new_blocking(|| (), |()| load_half_sign_in());
    let form = use_form::<FinishSignIn, SecondStepValues>()
        .field("code", say!(l, identity.second_factor.code), say!(l, identity.second_factor.code_missing))
        .malformed(say!(l, identity.second_factor.code_malformed))
        .optional("remember", say!(l, identity.second_factor.remember));
    let passkey = use_form::<FinishByPasskey, PasskeyStepValues>();
    view! {
        <PageTitle text=say!(l, common.account.sign_in)/>
        <PublicLayout narrow=true>
            {loaded(half, move |half| {
                let title = title_of(l, half.as_ref());
                let rest = match half {
                    Some(HalfFacts { set_up: None, has_app: false, has_passkey: true }) => {
                        view! { <OnlyPasskey passkey/> }.into_any()
                    }
                    Some(HalfFacts { set_up, has_passkey, .. }) => view! {
                        <Step form set_up/>
                        {has_passkey.then(|| view! { <AlsoPasskey passkey/> })}
                    }
                    .into_any(),
                    None => view! { <Gone/> }.into_any(),
                };
                view! {
                    <PageTitle text=title/>
                    <h1>{title}</h1>
                    {rest}
                }
            })}
        </PublicLayout>
    }
}

/// The heading, for what the user has.
fn title_of(l: Locale, half: Option<&HalfFacts>) -> &'static str {
    match half {
        None => say!(l, common.account.sign_in),
        Some(HalfFacts { set_up: Some(_), .. }) => say!(l, identity.second_factor.begin_title),
        Some(HalfFacts { has_app: false, has_passkey: true, .. }) => say!(l, identity.passkeys.step),
        Some(HalfFacts { has_app: true, has_passkey: true, .. }) => say!(l, identity.second_factor.step_title_both),
        Some(_) => say!(l, identity.second_factor.step_title),
    }
}

#[component]
fn Step(form: FormHandle, set_up: Option<SetUpFacts>) -> impl IntoView {
    let l = use_locale();
    let next = use_next().unwrap_or_default();
    let lead = if set_up.is_some() { say!(l, identity.second_factor.must_set_up) } else { say!(l, identity.second_factor.step) };
    let hint = set_up.is_none().then(|| say!(l, identity.second_factor.code_hint).to_owned());
    let submit = if set_up.is_some() { say!(l, identity.second_factor.confirm_submit) } else { say!(l, identity.sign_in.submit) };
    view! {
        <p>{lead}</p>
        {set_up.map(|set_up| view! { <SetUp set_up/> })}
        <Form form class="card">
            <input type="hidden" name="next" value=next.clone()/>
            <CodeField hint=hint.clone()/>
            <Checkbox name="remember"/>
            <div class="row">
                <SubmitButton label=submit/>
            </div>
        </Form>
    }
}

/// For a user who has a passkey and no app.
#[component]
fn OnlyPasskey(passkey: FormHandle) -> impl IntoView {
    let l = use_locale();
    let next = use_next().unwrap_or_default();
    view! {
        <p>{say!(l, identity.passkeys.step_only)}</p>
        <PasskeyStep form=passkey next/>
    }
}

/// For a user who has both.
#[component]
fn AlsoPasskey(passkey: FormHandle) -> impl IntoView {
    let l = use_locale();
    let next = use_next().unwrap_or_default();
    view! {
        <p>{say!(l, identity.passkeys.step_also)}</p>
        <PasskeyStep form=passkey next/>
    }
}

/// The field for a code.
#[component]
pub(super) fn CodeField(hint: Option<String>) -> impl IntoView {
    match hint {
        Some(hint) => view! { <TextField name="code" hint=hint autocomplete="one-time-code" width="medium"/> }.into_any(),
        None => view! { <TextField name="code" autocomplete="one-time-code" inputmode="numeric" width="medium"/> }.into_any(),
    }
}

#[component]
fn Gone() -> impl IntoView {
    let l = use_locale();
    let sign_in = with_next("/sign-in", use_next().as_deref());
    view! {
        <Notice kind=NoticeKind::Info title=say!(l, identity.second_factor.gone_title)>
            <p>{say!(l, identity.second_factor.gone)}</p>
        </Notice>
        <p><a href=sign_in>{say!(l, common.account.sign_in)}</a></p>
    }
}
