//! The letters of a patient: in the record, and among the patient's own documents.

use super::parts::LetterList;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::{PageTitle, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::live::LiveKind;
use model::records::PatientLetters;
use words::say;

/// Lists the letters of a patient.
///
/// # Errors
/// `NotFound`; `Forbidden` when the viewer names no patient and acts for none; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "list-letters")]
pub async fn list_letters_of(
    /// The patient's id; none for the patient on whose behalf the viewer acts.
    patient: Option<String>,
) -> Result<PatientLetters, Failure> {
    let request = kit::request::RequestContext::require()?;
    let patient = patient.as_deref().map(kit::request::id).transpose()?;
    kit::request::call(|| domain::records::letters_of_patient(&request.domain, &request.access, patient)).await
}

/// The page `/doctor/patients/:id/letters`.
#[component]
pub fn DoctorLettersPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let found = Resource::new_blocking(id, |id| list_letters_of(Some(id)));
    view! {
        <PageTitle text=say!(l, records.letters.title)/>
        {loaded(found, |view| view! { <OfPatient view/> })}
    }
    .into_any()
}

#[component]
fn OfPatient(view: PatientLetters) -> impl IntoView {
    let l = use_locale();
    let write = view.encounter.map(|encounter| {
        let href = format!("/doctor/visits/{encounter}/letters/new");
        view! { <div class="row"><a class="button" href=href>{say!(l, records.letters.write)}</a></div> }
    });
    view! {
        <div class="lead">
            <h1>{say!(l, records.letters.title)}</h1>
            <p><a href=format!("/doctor/patients/{}", view.patient)>{said(view.patient_name)}</a></p>
            <ZoneNote/>
        </div>
        {write}
        <section class="card"><LetterList letters=view.letters doctor=true/></section>
    }
    .into_any()
}

/// The letters of the patient for whom the viewer acts, on the page of their documents.
#[component]
pub(crate) fn OwnLetters() -> impl IntoView {
    let l = use_locale();
    let changes = use_changes(LiveKind::Visit);
    let found = Resource::new_blocking(move || changes.get(), |_| list_letters_of(None));
    view! {
        {loaded(found, move |view| {
            view! {
                <section class="card">
                    <h2>{say!(l, records.letters.own_title)}</h2>
                    <LetterList letters=view.letters/>
                </section>
            }
        })}
    }
    .into_any()
}
