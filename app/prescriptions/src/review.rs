//! Reviewing a draft before signing it, and the signature itself.

use super::parts::{Facts, MedicineCard};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Card, Notice, NoticeKind, PageTitle, PasskeyAsk, PasskeyButton, PasswordField, Safety, UsernameField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::prescriptions::PrescriptionView;
use model::records::SafetyView;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that signs a prescription.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SignValues {
    /// The prescription's id.
    pub prescription: String,
    /// The doctor's password; empty when a passkey signs.
    pub password: String,
    /// The question for a passkey.
    pub question: String,
    /// What the passkey has answered.
    pub answer: String,
}

impl FormValues for SignValues {
    const FORM: &'static str = "prescriptions.sign";
    const SECRETS: &'static [&'static str] = &["password", "question", "answer"];
}

/// A draft as it will be printed, what must be known about its patient, and who signs it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ToSign {
    /// The draft.
    pub prescription: PrescriptionView,
    /// What must be known about the patient.
    pub safety: SafetyView,
    /// The address that the doctor signs in with, for the password manager.
    pub username: String,
    /// Whether the doctor has a passkey, which signs in place of the password.
    pub has_passkey: bool,
}

/// Reads a draft before it is signed.
///
/// # Errors
/// `NotFound`, `Forbidden`, `PrescriptionFrozen`, `PrescriptionEmpty`.
#[server(prefix = "/do", endpoint = "read-review")]
pub async fn read_review(
    /// The prescription's id.
    id: String,
) -> Result<ToSign, Failure> {
    use domain::{identity, prescriptions, records};

    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    let prescription = kit::request::call(|| prescriptions::review(&request.domain, &request.access, id)).await?;
    let encounter = prescription.encounter;
    let safety = kit::request::call(|| records::safety(&request.domain, &request.access, encounter)).await?;
    let own = kit::request::call(|| identity::own_passkeys(&request.domain, &request.access)).await?;
    Ok(ToSign { prescription, safety, username: own.email, has_passkey: own.is_available && !own.passkeys.is_empty() })
}

/// Signs a prescription.
///
/// # Errors
/// Wrong fields; `PasswordWrong`, `Stale`, `PrescriptionFrozen`, `PrescriptionEmpty`, `PrescriptionUnprintable`, `DoctorUnverified`,
/// `PrescriptionUnlicensed`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "sign-prescription")]
pub async fn sign_prescription(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SignValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::sign(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, SignValues};
    use domain::{
        error::retry,
        identity::{PasskeyAnswer, Proof},
        prescriptions,
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn sign(form: &Posted<SignValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = prescriptions::SignPrescription {
            prescription: posted_id(&form.values.prescription)?,
            version: form.version()?,
            proof: proof(&form.values),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| prescriptions::sign(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/prescriptions/{}?signed=1", command.prescription)))
    }

    /// A password that was typed counts; an earlier answer of a passkey may still be in the form.
    fn proof(values: &SignValues) -> Proof {
        if values.password.is_empty() && !values.answer.is_empty() {
            Proof::Passkey(PasskeyAnswer { question: values.question.clone(), answer: values.answer.clone() })
        } else {
            Proof::Password(values.password.clone())
        }
    }
}

/// The page on which the doctor reviews and signs.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let form = use_form::<SignPrescription, SignValues>().field(
        "password",
        say!(l, prescriptions.review.password),
        say!(l, prescriptions.review.password_missing),
    );
    let found = Resource::new_blocking(id, read_review);
    view! {
        <PageTitle text=say!(l, prescriptions.review.title)/>
        <h1>{say!(l, prescriptions.review.title)}</h1>
        {loaded(found, move |ToSign { prescription, safety, username, has_passkey }| {
            view! { <Review view=prescription safety username has_passkey form/> }
        })}
    }
    .into_any()
}

#[component]
fn Review(view: PrescriptionView, safety: SafetyView, username: String, has_passkey: bool, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let form = form.editing(&SignValues::default(), view.version);
    let id = view.id.to_string();
    let back = format!("/doctor/visits/{}/prescription", view.encounter);
    let cards: Vec<_> = view
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| view! { <MedicineCard place=at + 1 medicine=item.medicine.clone()/> })
        .collect();
    view! {
        <section class="card"><Facts view/></section>
        <section class="lead">
            <h2>{say!(l, prescriptions.review.medicines)}</h2>
            {cards}
            <p><a href=back>{say!(l, prescriptions.review.change)}</a></p>
        </section>
        // Next to the signature, whatever the length of the list above.
        <Card><Safety safety/></Card>
        <section class="card next">
            <h2>{say!(l, prescriptions.review.sign)}</h2>
            <Notice kind=NoticeKind::Warn title=say!(l, prescriptions.review.final_title)>
                <p>{say!(l, prescriptions.review.final_text)}</p>
            </Notice>
            <Form form>
                <input type="hidden" name="prescription" value=id.clone()/>
                <UsernameField username=username.clone()/>
                <PasswordField name="password" hint=say!(l, prescriptions.review.password_hint) autocomplete="current-password"/>
                <div class="row"><SubmitButton label=say!(l, prescriptions.review.submit)/></div>
                {has_passkey.then(|| view! {
                    <PasskeyButton asks=PasskeyAsk::ToProve label=say!(l, prescriptions.review.passkey) class="plain"/>
                })}
            </Form>
        </section>
    }
    .into_any()
}
