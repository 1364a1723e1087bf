//! Deleting the user's own account, and bringing it back.

use crate::bring_back::OtherWaysBack;
use crate::proof::{ProofByPasskey, ProofFacts, ProofFields};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::PublicLayout;
use kit::parts::{EmailField, Notice, NoticeKind, PageTitle, PasswordField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::identity::DeletionView;
use serde::{Deserialize, Serialize};
use words::{Locale, plural, say};

/// The values of the form that deletes the account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteValues {
    /// The current password.
    pub password: String,
    /// The question that a passkey has answered.
    pub question: String,
    /// Its answer; empty when the password was typed.
    pub answer: String,
}

impl FormValues for DeleteValues {
    const FORM: &'static str = "identity.delete_account";
    const SECRETS: &'static [&'static str] = &["password", "question", "answer"];
}

/// The values of the form that brings an account back.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BringBackValues {
    /// The email address.
    pub email: String,
    /// The password.
    pub password: String,
}

impl FormValues for BringBackValues {
    const FORM: &'static str = "identity.bring_back";
    const SECRETS: &'static [&'static str] = &["password"];
}

/// What deleting the user's own account would mean.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletionFacts {
    /// With what the user proves who they are.
    pub proof: ProofFacts,
    /// What it would mean.
    pub view: DeletionView,
}

/// Loads what deleting the user's own account would mean.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-deletion")]
pub async fn load_deletion() -> Result<DeletionFacts, Failure> {
    let request = kit::request::RequestContext::require()?;
    let proof = crate::proof::facts(&request).await?;
    let view = kit::request::call(|| domain::scheduling::deletion(&request.domain, &request.access)).await?;
    Ok(DeletionFacts { proof, view })
}

/// Deletes the user's own account and goes to the page that can bring it back.
///
/// # Errors
/// `PasswordWrong`; `VisitsAhead`; `LastAdmin`; `RateLimited`.
#[server(prefix = "/do", endpoint = "delete-account")]
pub async fn delete_account(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DeleteValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::delete(&form.values).await;
    form.answer(outcome).await
}

/// Brings a deleted account back and goes to the sign-in page.
///
/// # Errors
/// Wrong fields; `BadCredentials`; `Suspended`; `RateLimited`.
#[server(prefix = "/do", endpoint = "bring-back")]
pub async fn bring_back(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BringBackValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::bring_back(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{BringBackValues, DeleteValues, Failure, FormReply};
    use crate::proof::typed;
    use domain::{
        access::Device,
        error::retry,
        identity::{self, BringBack},
        scheduling,
    };
    use kit::request::{RequestContext, device_secret};
    use model::errors::{FieldError, FieldFault};
    use model::identity::{EmailAddress, TypedPassword};

    pub(super) async fn delete(values: &DeleteValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let proof = typed(&request, &values.password, &values.question, &values.answer).await?;
        retry(|| scheduling::delete_account(&request.domain, &request.access, proof.clone())).await?;
        request.cookie.end().await?;
        Ok(FormReply::fresh("/bring-back"))
    }

    pub(super) async fn bring_back(values: &BringBackValues) -> Result<FormReply, Failure> {
        let email = EmailAddress::parse(&values.email);
        let password = TypedPassword::parse(&values.password);
        let (Ok(email), Ok(password)) = (&email, &password) else {
            let wrong = |field: &str, fault: FieldFault| FieldError::new(field, fault);
            let faults = [email.err().map(|fault| wrong("email", fault)), password.err().map(|fault| wrong("password", fault))];
            return Err(Failure::fields(faults.into_iter().flatten().collect()));
        };
        let request = RequestContext::require()?;
        let mut access = request.access.clone();
        access.device = device_secret().map(|secret| Device::of_secret(&secret));
        let command = BringBack { email: email.as_str().to_owned(), password: password.as_str().to_owned() };
        identity::bring_back(&request.domain, &access, command).await?;
        Ok(FormReply::fresh("/sign-in"))
    }
}

/// The page `/account/delete`.
#[component]
pub fn DeleteAccountPage() -> impl IntoView {
    let l = use_locale();
    let facts = Resource::new_blocking(|| (), |()| load_deletion());
    let form = use_form::<DeleteAccount, DeleteValues>().field(
        "password",
        say!(l, identity.account.current),
        say!(l, identity.account.current_missing),
    );
    view! {
        <PageTitle text=say!(l, identity.deletion.title)/>
        <h1>{say!(l, identity.deletion.title)}</h1>
        {loaded(facts, move |facts| view! { <Deleting facts form/> })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
}

#[component]
fn Deleting(facts: DeletionFacts, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let DeletionFacts { proof, view: DeletionView { appointments, visits, last_administrator } } = facts;
    if visits > 0 {
        return view! {
            <Notice kind=NoticeKind::Warn title=say!(l, identity.deletion.visits_title)>
                <p>{visits_text(l, visits)}</p>
                <p><a href="/doctor/week">{say!(l, identity.deletion.visits_link)}</a></p>
            </Notice>
        }
        .into_any();
    }
    if last_administrator {
        return view! {
            <Notice kind=NoticeKind::Warn title=say!(l, identity.deletion.last_title)>
                <p>{say!(l, errors.code.last_admin)}</p>
            </Notice>
        }
        .into_any();
    }
    view! {
        <Form form class="card">
            <p>{say!(l, identity.deletion.lead)}</p>
            <ul>
                <li>{say!(l, identity.deletion.signed_out)}</li>
                {(appointments > 0).then(|| view! { <li>{appointments_text(l, appointments)}</li> })}
                <li>{say!(l, identity.deletion.kept)}</li>
                <li>{say!(l, identity.deletion.others)}</li>
                <li>{say!(l, identity.deletion.final_text)}</li>
            </ul>
            <ProofFields proof=proof.clone() name="password"/>
            <div class="row">
                <SubmitButton label=say!(l, identity.deletion.submit) class="bad"/>
                <a href="/account">{say!(l, common.dialog.cancel)}</a>
            </div>
            <ProofByPasskey proof=proof.clone()/>
        </Form>
    }
    .into_any()
}

fn visits_text(l: Locale, n: i64) -> String {
    plural(n, say!(l, identity.deletion.visits_singular, n = n), say!(l, identity.deletion.visits_plural, n = n))
}

fn appointments_text(l: Locale, n: i64) -> String {
    plural(n, say!(l, identity.deletion.appointments_singular, n = n), say!(l, identity.deletion.appointments_plural, n = n))
}

/// The page `/bring-back`, to which deleting the account and signing in to a deleted account lead.
#[component]
pub fn BringBackPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<BringBack, BringBackValues>().email("email").field(
        "password",
        say!(l, common.person.password),
        say!(l, common.person.password_missing),
    );
    view! {
        <PageTitle text=say!(l, identity.deletion.back_title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, identity.deletion.back_title)}</h1>
                <p>{say!(l, identity.deletion.back_lead)}</p>
            </div>
            <Form form class="card">
                <EmailField name="email" autocomplete="username"/>
                <PasswordField name="password" autocomplete="current-password"/>
                <div class="row">
                    <SubmitButton label=say!(l, identity.deletion.back_submit)/>
                </div>
            </Form>
            <OtherWaysBack/>
        </PublicLayout>
    }
}
