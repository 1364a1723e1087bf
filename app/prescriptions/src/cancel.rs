//! Cancelling a signed prescription, with a reason.

use super::parts::Facts;
use super::show::read_prescription;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, subject_in_address, use_form_about};
use kit::parts::{Notice, NoticeKind, PageTitle, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::drafts::DraftSubject;
use model::prescriptions::{PrescriptionState, PrescriptionView};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that cancels a prescription.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CancelValues {
    /// The prescription's id.
    pub prescription: String,
    /// The reason.
    pub reason: String,
}

impl FormValues for CancelValues {
    const FORM: &'static str = "prescriptions.cancel";
}

/// Cancels a prescription.
///
/// # Errors
/// Wrong fields; `PrescriptionCancelled`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "cancel-prescription")]
pub async fn cancel_prescription(
    /// The posted form.
    #[server(flatten)]
    form: Posted<CancelValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::cancel(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{CancelValues, Failure, FormReply, Posted};
    use domain::{error::retry, prescriptions};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn cancel(form: &Posted<CancelValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = prescriptions::CancelPrescription {
            prescription: posted_id(&form.values.prescription)?,
            reason: form.values.reason.clone(),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| prescriptions::cancel(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/prescriptions/{}?cancelled=1", command.prescription)))
    }
}

/// The page with the form that cancels a prescription.
#[component]
pub fn CancelPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let prescription = subject_in_address(|id| DraftSubject::Prescription(id, String::new()));
    let form = use_form_about::<CancelPrescription, CancelValues>(prescription)
        .field("reason", say!(l, prescriptions.cancel.reason), say!(l, prescriptions.cancel.reason_missing))
        .noun(say!(l, prescriptions.cancel.reason_noun));
    let found = Resource::new_blocking(id, read_prescription);
    view! {
        <PageTitle text=say!(l, prescriptions.cancel.title)/>
        <h1>{say!(l, prescriptions.cancel.title)}</h1>
        {loaded(found, move |view| view! { <Question view form/> })}
    }
    .into_any()
}

#[component]
fn Question(view: PrescriptionView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let id = view.id.to_string();
    let back = format!("/doctor/prescriptions/{id}");
    if view.state != PrescriptionState::Signed || !view.may_cancel {
        return view! {
            <Notice kind=NoticeKind::Warn title=say!(l, prescriptions.cancel.cannot)/>
            <div class="row"><a class="button" href=back>{say!(l, prescriptions.cancel.keep)}</a></div>
        }
        .into_any();
    }
    view! {
        <section class="card">
            <p><strong>{view.number.clone()}</strong></p>
            <Facts view/>
            <p>{say!(l, prescriptions.cancel.what)}</p>
            <Form form>
                <input type="hidden" name="prescription" value=id.clone()/>
                <TextArea name="reason" hint=say!(l, prescriptions.cancel.reason_hint) rows=3/>
                <div class="row">
                    <SubmitButton label=say!(l, prescriptions.cancel.submit) class="bad"/>
                    <a class="button plain" href=back.clone()>{say!(l, prescriptions.cancel.keep)}</a>
                </div>
            </Form>
        </section>
    }
    .into_any()
}
