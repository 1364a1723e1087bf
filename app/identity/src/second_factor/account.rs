//! The authenticator app in the user's own account: setting it up, another one, turning it off, and the browsers in which no code is asked for.

use super::parts::{SetUp, SetUpFacts};
use super::step::CodeField;
use super::stop::StopReset;
use jiff::Timestamp;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Card, Detail, Moment, Notice, NoticeKind, PageTitle, PasswordField, TextField, UsernameField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::say;

/// The second factor of the user's own account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorFacts {
    /// The e-mail address, for password managers.
    pub email: String,
    /// Whether there is one.
    pub is_on: bool,
    /// Whether a role of the user needs one.
    pub is_required: bool,
    /// How many recovery codes have not been used.
    pub recovery_codes_left: i64,
    /// How many browsers are not asked for it.
    pub remembered_browsers: i64,
    /// When it will be turned off, if an administrator has asked for that.
    pub reset_at: Option<Timestamp>,
    /// What waits to be confirmed with a code.
    pub set_up: Option<SetUpFacts>,
}

/// The values of the form that begins to set up an app.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SetUpValues {
    /// The current password.
    pub current: String,
    /// The code of the present app, or a recovery code; empty while there is no app.
    pub code: String,
}

impl FormValues for SetUpValues {
    const FORM: &'static str = "identity.set_up";
    const SECRETS: &'static [&'static str] = &["current", "code"];
}

/// The values of the form that confirms an app.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SetUpCodeValues {
    /// The code of the app.
    pub code: String,
}

impl FormValues for SetUpCodeValues {
    const FORM: &'static str = "identity.set_up_code";
    const SECRETS: &'static [&'static str] = &["code"];
}

/// The values of the form that turns the app off.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndValues {
    /// The current password.
    pub password: String,
    /// The code of the app, or a recovery code.
    pub end_code: String,
}

impl FormValues for EndValues {
    const FORM: &'static str = "identity.end_second_factor";
    const SECRETS: &'static [&'static str] = &["password", "end_code"];
}

/// Loads the second factor of the user's own account.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-second-factor")]
pub async fn load_second_factor() -> Result<FactorFacts, Failure> {
    let request = kit::request::RequestContext::require()?;
    let factor = kit::request::call(|| domain::identity::second_factor(&request.domain, &request.access)).await?;
    Ok(FactorFacts {
        email: factor.email,
        is_on: factor.is_on,
        is_required: factor.is_required,
        recovery_codes_left: factor.recovery_codes_left,
        remembered_browsers: factor.remembered_browsers,
        reset_at: factor.reset_at,
        set_up: factor.set_up.map(SetUpFacts::from),
    })
}

/// Makes a QR code and recovery codes, which the page shows until they are confirmed.
///
/// # Errors
/// `PasswordWrong`; a code that is missing or not one, `CodeWrong` when there is an app already; `RateLimited`.
#[server(prefix = "/do", endpoint = "begin-set-up")]
pub async fn begin_set_up(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SetUpValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::begin(&form.values).await;
    form.answer(outcome).await
}

/// Confirms an app with its first code.
///
/// # Errors
/// A code that is not one; `CodeWrong`; `SetUpExpired`; `RateLimited`.
#[server(prefix = "/do", endpoint = "confirm-set-up")]
pub async fn confirm_set_up(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SetUpCodeValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::confirm(&form.values).await;
    form.answer(outcome).await
}

/// Turns the app off.
///
/// # Errors
/// `PasswordWrong`; a code that is missing or not one; `CodeWrong`; `SecondFactorRequired`; `NotFound` when it is off; `RateLimited`.
#[server(prefix = "/do", endpoint = "end-second-factor")]
pub async fn end_second_factor(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EndValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form.values).await;
    form.answer(outcome).await
}

/// Forgets the browsers in which no code is asked for.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "forget-browsers")]
pub async fn forget_browsers() -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::identity::forget_browsers(&request.domain, &request.access)).await;
    Ok(kit::request::back_to(post::PAGE, outcome))
}

#[cfg(feature = "ssr")]
mod post {
    use super::{EndValues, Failure, FormReply, SetUpCodeValues, SetUpValues};
    use domain::{
        Error,
        error::retry,
        identity::{self, Proof},
    };
    use kit::request::RequestContext;

    /// The page, which shows other things after each of its forms.
    pub(super) const PAGE: &str = "/account/second-factor";

    pub(super) async fn begin(values: &SetUpValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let proof = Proof::Password(values.current.clone());
        retry(|| identity::begin_set_up(&request.domain, &request.access, proof.clone(), &values.code)).await?;
        Ok(FormReply::fresh(PAGE))
    }

    pub(super) async fn confirm(values: &SetUpCodeValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        retry(|| identity::confirm_set_up(&request.domain, &request.access, &values.code)).await?;
        Ok(FormReply::fresh(PAGE))
    }

    pub(super) async fn end(values: &EndValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let proof = Proof::Password(values.password.clone());
        retry(|| identity::end_second_factor(&request.domain, &request.access, proof.clone(), &values.end_code))
            .await
            .map_err(named_as_here)?;
        Ok(FormReply::fresh(PAGE))
    }

    /// The page has another field `code`, so this one has a name of its own.
    fn named_as_here(refused: Error) -> Error {
        match refused.field_errors() {
            [wrong] if wrong.field == "code" => Error::field("end_code", wrong.fault),
            _ => refused,
        }
    }
}

/// The page about the authenticator app.
#[component]
pub fn SecondFactorPage() -> impl IntoView {
    let l = use_locale();
    let factor = Resource::new_blocking(|| (), |()| load_second_factor());
    let begin = use_form::<BeginSetUp, SetUpValues>()
        .field("current", say!(l, identity.account.current), say!(l, identity.account.current_missing))
        .field("code", say!(l, identity.second_factor.code), say!(l, identity.second_factor.code_missing))
        .malformed(say!(l, identity.second_factor.code_malformed));
    let confirm = use_form::<ConfirmSetUp, SetUpCodeValues>()
        .field("code", say!(l, identity.second_factor.code), say!(l, identity.second_factor.code_missing))
        .malformed(say!(l, identity.second_factor.code_malformed));
    let end = use_form::<EndSecondFactor, EndValues>()
        .field("password", say!(l, identity.second_factor.end_password), say!(l, identity.account.current_missing))
        .field("end_code", say!(l, identity.second_factor.end_code), say!(l, identity.second_factor.code_missing))
        .malformed(say!(l, identity.second_factor.code_malformed));
    view! {
        <PageTitle text=say!(l, identity.second_factor.title)/>
        <div class="lead">
            <h1>{say!(l, identity.second_factor.title)}</h1>
            <p>{say!(l, identity.second_factor.lead)}</p>
        </div>
        {loaded(factor, move |factor| view! { <Factor factor begin confirm end/> })}
        <p><a href="/account/passkeys">{say!(l, identity.passkeys.title)}</a></p>
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

#[component]
fn Factor(factor: FactorFacts, begin: FormHandle, confirm: FormHandle, end: FormHandle) -> impl IntoView {
    let FactorFacts { email, is_on, is_required, recovery_codes_left, remembered_browsers, reset_at, set_up } = factor;
    if let Some(set_up) = set_up {
        return view! { <Confirm confirm set_up/> }.into_any();
    }
    if !is_on {
        return view! {
            {reset_at.map(|at| view! { <Reset at/> })}
            <Begin begin email is_on/>
        }
        .into_any();
    }
    view! {
        {reset_at.map(|at| view! { <Reset at/> })}
        <Now recovery_codes_left remembered_browsers/>
        <Begin begin email is_on/>
        {(!is_required).then(|| view! { <End end/> })}
    }
    .into_any()
}

/// What an administrator has asked for, and the button that stops it.
#[component]
fn Reset(at: Timestamp) -> impl IntoView {
    let l = use_locale();
    view! {
        <Notice kind=NoticeKind::Warn title=say!(l, identity.second_factor.reset_title)>
            <p>{say!(l, identity.second_factor.reset)} " " <Moment at detail=Detail::Short/></p>
            <form method="post" action=StopReset::url()>
                <button type="submit" class="button">{say!(l, identity.second_factor.stop_submit)}</button>
            </form>
        </Notice>
    }
    .into_any()
}

/// What there is now.
#[component]
fn Now(recovery_codes_left: i64, remembered_browsers: i64) -> impl IntoView {
    let l = use_locale();
    let browsers = (remembered_browsers > 0).then(|| {
        view! {
            <p>{say!(l, identity.second_factor.browsers, n = remembered_browsers)}</p>
            <form method="post" action=ForgetBrowsers::url()>
                <button type="submit" class="button plain">{say!(l, identity.second_factor.forget)}</button>
            </form>
        }
    });
    view! {
        <Notice kind=NoticeKind::Good title=say!(l, identity.second_factor.on)>
            <p>{say!(l, identity.second_factor.left, n = recovery_codes_left)}</p>
        </Notice>
        {browsers}
    }
    .into_any()
}

/// The first step of setting up an app.
#[component]
fn Begin(begin: FormHandle, email: String, is_on: bool) -> impl IntoView {
    let l = use_locale();
    let (title, text, submit) = if is_on {
        (
            say!(l, identity.second_factor.again_title),
            say!(l, identity.second_factor.again),
            say!(l, identity.second_factor.again_submit),
        )
    } else {
        (
            say!(l, identity.second_factor.begin_title),
            say!(l, identity.second_factor.begin),
            say!(l, identity.second_factor.begin_submit),
        )
    };
    view! {
        <Card title=title>
            <p>{text}</p>
            <Form form=begin>
                <UsernameField username=email.clone()/>
                <PasswordField name="current" autocomplete="current-password"/>
                {is_on.then(|| view! { <CodeField hint=Some(say!(l, identity.second_factor.code_hint).to_owned())/> })}
                <div class="row">
                    <SubmitButton label=submit/>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

/// The second step of setting up an app.
#[component]
fn Confirm(confirm: FormHandle, set_up: SetUpFacts) -> impl IntoView {
    let l = use_locale();
    view! {
        <SetUp set_up/>
        <Form form=confirm class="card">
            <CodeField hint=None/>
            <div class="row">
                <SubmitButton label=say!(l, identity.second_factor.confirm_submit)/>
            </div>
        </Form>
    }
    .into_any()
}

/// Turning the app off.
#[component]
fn End(end: FormHandle) -> impl IntoView {
    let l = use_locale();
    view! {
        <Card title=say!(l, identity.second_factor.end_title)>
            <p>{say!(l, identity.second_factor.end)}</p>
            <Form form=end>
                <PasswordField name="password" autocomplete="current-password"/>
                <TextField
                    name="end_code"
                    hint=say!(l, identity.second_factor.code_hint)
                    autocomplete="one-time-code"
                    width="medium"
                />
                <div class="row">
                    <SubmitButton label=say!(l, identity.second_factor.end_submit) class="plain"/>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}
