//! Verifying a prescription with the code on the paper. Public.

use jiff::civil::Date;
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::layouts::PublicLayout;
use kit::parts::time::names;
use kit::parts::{Notice, NoticeKind, PageTitle, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::format;
use model::prescriptions::Verification;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that verifies a code.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VerifyValues {
    /// The verification code.
    pub code: String,
}

impl FormValues for VerifyValues {
    const FORM: &'static str = "prescriptions.verify";
    const KEEP: Keep = Keep::Nowhere;
}

/// Redirects to the result page of a code.
///
/// # Errors
/// Wrong fields, if the code is incomplete or malformed.
#[server(prefix = "/do", endpoint = "verify-code")]
pub async fn verify_code(
    /// The posted form.
    #[server(flatten)]
    form: Posted<VerifyValues>,
) -> Result<FormReply, Failure> {
    use model::{errors::FieldError, prescriptions::VerificationCode};

    let outcome = VerificationCode::parse(&form.values.code)
        .map(|code| FormReply::to(format!("/verify/{}", code.symbols())))
        .map_err(|fault| Failure::fields(vec![FieldError::new("code", fault)]));
    form.answer(outcome).await
}

/// Looks up a code.
///
/// # Errors
/// When the database cannot be reached; `RateLimited`.
#[server(prefix = "/do", endpoint = "read-verification")]
pub async fn read_verification(
    /// The verification code.
    code: String,
) -> Result<Verification, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::prescriptions::verify(&request.domain, &request.access, &code)).await
}

/// The page with the form for the code.
#[component]
pub fn VerifyPage() -> impl IntoView {
    let l = use_locale();
    let form = use_form::<VerifyCode, VerifyValues>()
        .field("code", say!(l, prescriptions.verify.code), say!(l, prescriptions.verify.code_missing))
        .malformed(say!(l, prescriptions.verify.code_malformed));
    view! {
        <PageTitle text=say!(l, prescriptions.verify.title)/>
        <PublicLayout narrow=true>
            <div class="lead">
                <h1>{say!(l, prescriptions.verify.title)}</h1>
                <p>{say!(l, prescriptions.verify.lead)}</p>
            </div>
            <Form form class="card">
                <TextField name="code" hint=say!(l, prescriptions.verify.code_hint)/>
                <div class="row"><SubmitButton label=say!(l, prescriptions.verify.submit)/></div>
            </Form>
        </PublicLayout>
    }
    .into_any()
}

/// The result of a code: valid, cancelled or unknown. It does not show what was prescribed.
#[component]
pub fn VerifiedPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let code = move || params.with(|params| params.get("code")).unwrap_or_default();
    let found = Resource::new_blocking(code, read_verification);
    view! {
        <PageTitle text=say!(l, prescriptions.verify.title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, prescriptions.verify.title)}</h1>
            {loaded(found, |verification| view! { <Answer verification/> })}
            <p><a href="/verify">{say!(l, prescriptions.verify.another)}</a></p>
        </PublicLayout>
    }
    .into_any()
}

#[component]
fn Answer(verification: Verification) -> impl IntoView {
    let l = use_locale();
    match verification {
        Verification::Valid { number, issued_on, doctor_name, clinic_name } => view! {
            <Notice kind=NoticeKind::Good title=say!(l, prescriptions.verify.valid_title)>
                <p>{say!(l, prescriptions.verify.valid)}</p>
            </Notice>
            <Issued number issued_on doctor_name clinic_name cancelled_on=None/>
            <p class="quiet">{say!(l, prescriptions.verify.compare)}</p>
        }
        .into_any(),
        Verification::Cancelled { number, issued_on, cancelled_on, doctor_name, clinic_name } => view! {
            <Notice kind=NoticeKind::Bad title=say!(l, prescriptions.verify.cancelled_title)>
                <p>{say!(l, prescriptions.verify.cancelled)}</p>
            </Notice>
            <Issued number issued_on doctor_name clinic_name cancelled_on=Some(cancelled_on)/>
        }
        .into_any(),
        Verification::Unknown => view! {
            <Notice kind=NoticeKind::Bad title=say!(l, prescriptions.verify.unknown_title)>
                <p>{say!(l, prescriptions.verify.unknown)}</p>
            </Notice>
        }
        .into_any(),
    }
}

#[component]
fn Issued(
    number: String,
    issued_on: Date,
    doctor_name: String,
    clinic_name: String,
    cancelled_on: Option<Date>,
) -> impl IntoView {
    let l = use_locale();
    let names = names(l);
    view! {
        <section class="card">
            <dl class="facts">
                <dt>{say!(l, prescriptions.verify.number)}</dt>
                <dd class="num">{number}</dd>
                <dt>{say!(l, prescriptions.verify.issued)}</dt>
                <dd>{format::date_long(issued_on, names)}</dd>
                <dt>{say!(l, prescriptions.verify.doctor)}</dt>
                <dd>{said(doctor_name)}</dd>
                <dt>{say!(l, prescriptions.verify.clinic)}</dt>
                <dd>{said(clinic_name)}</dd>
                {cancelled_on.map(|date| view! {
                    <dt>{say!(l, prescriptions.verify.cancelled_on)}</dt>
                    <dd>{format::date_long(date, names)}</dd>
                })}
            </dl>
        </section>
    }
    .into_any()
}
