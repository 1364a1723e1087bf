//! Discarding the draft of a prescription, after a confirmation.

use super::change::{ChangeDraft, ChangeValues};
use super::parts::Facts;
use super::show::read_prescription;
use kit::forms::{Form, FormHandle, SubmitButton, use_form};
use kit::parts::{Notice, NoticeKind, PageTitle, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::prescriptions::{PrescriptionState, PrescriptionView};
use words::say;

/// The page that asks whether to discard a draft.
#[component]
pub fn DiscardPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let form = use_form::<ChangeDraft, ChangeValues>();
    let found = Resource::new_blocking(id, read_prescription);
    view! {
        <PageTitle text=say!(l, prescriptions.discard.title)/>
        <h1>{say!(l, prescriptions.discard.title)}</h1>
        {loaded(found, move |view| view! { <Question view form/> })}
    }
    .into_any()
}

#[component]
fn Question(view: PrescriptionView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if view.state != PrescriptionState::Draft {
        return view! {
            <Notice kind=NoticeKind::Warn title=say!(l, prescriptions.discard.cannot)/>
            <div class="row"><a class="button" href=format!("/doctor/prescriptions/{}", view.id)>{say!(l, prescriptions.cancel.keep)}</a></div>
        }
        .into_any();
    }
    let form = form.editing(&ChangeValues::default(), view.version);
    let (prescription, encounter) = (view.id.to_string(), view.encounter.to_string());
    let back = format!("/doctor/visits/{encounter}/prescription");
    let medicines: Vec<_> = view
        .items
        .iter()
        .map(|item| view! { <li>{said(&item.medicine.medicine)} " " {said(&item.medicine.strength)}</li> })
        .collect();
    view! {
        <section class="card">
            <Facts view/>
            <p>{say!(l, prescriptions.discard.what)}</p>
            <ul>{medicines}</ul>
            <Form form>
                <input type="hidden" name="prescription" value=prescription.clone()/>
                <input type="hidden" name="encounter" value=encounter.clone()/>
                <input type="hidden" name="change" value="discard:"/>
                <div class="row">
                    <SubmitButton label=say!(l, prescriptions.discard.submit) class="bad"/>
                    <a class="button plain" href=back.clone()>{say!(l, prescriptions.discard.keep)}</a>
                </div>
            </Form>
        </section>
    }
    .into_any()
}
