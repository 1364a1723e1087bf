//! What a patient has agreed to: for the desk, and for doctors who treat the patient.

use kit::failure::Failure;
use kit::parts::{Card, Column, Detail, Moment, PageTitle, Table, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::spoken_language_name;
use model::identity::{ConsentRow, LegalDocument, PatientConsents};
use words::{Locale, document_name, say};

/// Loads what a patient has agreed to.
///
/// # Errors
/// `NotFound`; `Forbidden` when the user's clinic does not keep the record; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-patient-consents")]
pub async fn load_patient_consents(
    /// The patient's id.
    id: String,
) -> Result<PatientConsents, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::directory::consents_of_patient(&request.domain, &request.access, id)).await
}

/// The page `/desk/patients/:id/consents`.
#[component]
pub fn DeskConsentsPage() -> impl IntoView {
    page("/desk/patients")
}

/// The page `/doctor/patients/:id/consents`.
#[component]
pub fn DoctorConsentsPage() -> impl IntoView {
    page("/doctor/patients")
}

/// The page, below the pages of the patients.
fn page(patients: &'static str) -> AnyView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let consents = Resource::new_blocking(id, load_patient_consents);
    view! {
        <PageTitle text=say!(l, directory.consents.title)/>
        {loaded(consents, move |consents| {
            let name = consents.name.clone();
            let id = params.with_untracked(|params| params.get("id")).unwrap_or_default();
            view! {
                <p><a href=format!("{patients}/{id}")>"← " {said(&name)}</a></p>
                <div class="lead">
                    <h1>{say!(l, directory.consents.title)}</h1>
                    <p>{said(name)}</p>
                </div>
                <Consents consents/>
            }
        })}
    }
    .into_any()
}

#[component]
fn Consents(consents: PatientConsents) -> impl IntoView {
    let l = use_locale();
    let care = consents.remote_care;
    let remote =
        if care.agreed { say!(l, directory.consents.remote_agreed) } else { say!(l, directory.consents.remote_declined) };
    let columns = vec![
        Column::name(say!(l, directory.consents.document), move |row: &ConsentRow| document_name(l, row.document)),
        Column::text(say!(l, directory.consents.version), move |row: &ConsentRow| version_text(l, row)).labelled(),
        Column::text(say!(l, directory.consents.agreed), |row: &ConsentRow| {
            row.given_at.map(|at| view! { <Moment at detail=Detail::Short/> })
        })
        .labelled(),
        Column::text(say!(l, directory.consents.withdrawn), |row: &ConsentRow| {
            row.withdrawn_at.map(|at| view! { <Moment at detail=Detail::Short/> })
        })
        .labelled(),
    ];
    view! {
        <Card title=document_name(l, LegalDocument::RemoteCare)>
            <p>{remote} {care.since.map(|at| view! { " (" <Moment at detail=Detail::Day/> ")" })}</p>
        </Card>
        <Table
            columns
            rows=consents.given
            caption=say!(l, directory.consents.caption)
            with_zone=true
            empty_title=say!(l, directory.consents.none_title)
            empty_text=say!(l, directory.consents.none)
        />
    }
    .into_any()
}

/// The number of the version and the language of the text.
fn version_text(l: Locale, row: &ConsentRow) -> String {
    let (Some(version), Some(language)) = (row.version, row.language.as_deref()) else {
        return say!(l, directory.consents.first_version).to_owned();
    };
    say!(l, directory.consents.version_of, n = version, language = spoken_language_name(language))
}
