//! A patient's summary: as a page of its own and as a panel next to the video.

use super::allergies::AllergyForms;
use super::break_glass::{EmergencyNotice, end_form};
use super::panels::ConsultPanels;
use super::summary::Summary;
use kit::failure::Failure;
use kit::forms::subject_in_address;
use kit::parts::{PageTitle, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::drafts::DraftSubject;
use model::ids::PatientId;
use model::records::PatientSummary;
use serde::{Deserialize, Serialize};
use words::say;

/// Says whose summary to load. The ids are strings, as they come from an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SummaryOf {
    /// The patient with this id.
    Patient(String),
    /// The patient of the visit with this id.
    Visit(String),
}

/// Loads a patient's summary.
///
/// # Errors
/// `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "read-summary", input = server_fn::codec::Json)]
pub async fn read_summary(
    /// The patient or the visit.
    of: SummaryOf,
) -> Result<PatientSummary, Failure> {
    use domain::records;
    use model::errors::Code;

    let request = kit::request::RequestContext::require()?;
    let missing = || domain::Error::new(Code::NotFound);
    let outcome = match of {
        SummaryOf::Patient(id) => match id.parse() {
            Ok(id) => records::summary(&request.domain, &request.access, id).await,
            Err(_) => Err(missing()),
        },
        SummaryOf::Visit(id) => match id.parse() {
            Ok(id) => records::summary_at(&request.domain, &request.access, id).await,
            Err(_) => Err(missing()),
        },
    };
    kit::failure::answered(outcome)
}

/// The page of a patient, for doctors who treat them.
#[component]
pub fn DoctorPatientPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let forms = AllergyForms::new(subject_in_address(DraftSubject::Patient));
    let end = end_form();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let found = Resource::new_blocking(move || (id(), forms.done()), |(id, _)| read_summary(SummaryOf::Patient(id)));
    view! {
        <PageTitle text=say!(l, records.patient.title)/>
        {loaded(found, move |summary| {
            view! {
                <h1>{said(summary.name.clone())}</h1>
                {summary.break_glass.map(|open| view! { <EmergencyNotice open form=end/> })}
                <Pages patient=summary.patient treats=summary.break_glass.is_none()/>
                <div class="wide"><Summary summary forms/></div>
            }
        })}
    }
    .into_any()
}

/// The links to the other pages of the patient. They share a few lines, so that the allergies stay in view.
#[component]
fn Pages(
    /// The patient.
    patient: PatientId,
    /// Whether the doctor treats the patient: who reads a record outside of the usual rules does not.
    treats: bool,
) -> impl IntoView {
    let l = use_locale();
    let page = |page: &str| format!("/doctor/patients/{patient}/{page}");
    view! {
        <nav class="row" aria-label=say!(l, records.patient.pages)>
            <a href=page("record")>{say!(l, records.record.title)}</a>
            <a href=page("timeline")>{say!(l, records.timeline.title)}</a>
            <a href=page("documents")>{say!(l, records.documents.all)}</a>
            <a href=page("letters")>{say!(l, records.letters.title)}</a>
            <a href=page("measurements")>{say!(l, common.vitals.title)}</a>
            {treats.then(|| view! {
                <a href=format!("/doctor/book?patient={patient}")>{say!(l, records.patient.book)}</a>
                <a href=format!("/doctor/messages/new?patient={patient}")>{say!(l, records.documents.write)}</a>
                <a href=format!("/doctor/tasks?patient={patient}")>{say!(l, team.tasks.for_patient)}</a>
                <a href=format!("/doctor/handover?patient={patient}")>{say!(l, team.handover.for_patient)}</a>
            })}
        </nav>
    }
    .into_any()
}

/// The summary in the panel next to the video.
#[component]
pub fn SummaryPanel(
    /// The panels of the visit.
    panels: ConsultPanels,
) -> impl IntoView {
    let forms = panels.allergies;
    view! {
        {loaded(panels.summary, move |summary| {
            view! {
                <h2>{said(summary.name.clone())}</h2>
                <Summary summary forms panel=true/>
            }
        })}
    }
    .into_any()
}
