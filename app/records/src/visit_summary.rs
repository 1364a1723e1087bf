//! The summary of a visit, for the patient.

use super::letters::LetterList;
use super::plain_names::named;
use super::sign_notes::Addenda;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::{Detail, Moment, PageTitle, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::live::LiveKind;
use model::records::{PatientVisitSummary, SummaryPrescription};
use prescriptions::{PdfLink, StateTag};
use words::say;

/// Loads the summary of a visit that has ended.
///
/// # Errors
/// `NotFound`, also while the visit has not ended.
#[server(prefix = "/do", endpoint = "read-visit-summary")]
pub async fn read_visit_summary(
    /// The visit's id.
    id: String,
) -> Result<PatientVisitSummary, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::records::visit_summary(&request.domain, &request.access, id)).await
}

/// The page with the summary of a visit.
#[component]
pub fn VisitSummaryPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    // A prescription may be signed or cancelled while the patient reads.
    let changes = use_changes(LiveKind::Prescription);
    let asked = move || (params.with(|params| params.get("id")).unwrap_or_default(), changes.get());
    let found = Resource::new_blocking(asked, |(id, _)| read_visit_summary(id));
    view! {
        <PageTitle text=say!(l, records.visit.title)/>
        {loaded(found, |summary| view! { <Summary summary/> })}
    }
    .into_any()
}

#[component]
fn Summary(summary: PatientVisitSummary) -> impl IntoView {
    let l = use_locale();
    let diagnoses = if summary.diagnoses.is_empty() {
        view! { <p>{say!(l, records.visit.no_diagnosis)}</p> }.into_any()
    } else {
        let lines: Vec<_> = summary
            .diagnoses
            .into_iter()
            .map(|found| view! { <li>{named(found.plain, found.description)} " " <span class="quiet num">{found.code}</span></li> })
            .collect();
        view! { <ul>{lines}</ul> }.into_any()
    };
    let plan = match summary.plan {
        Some(plan) => paragraphs(&plan),
        None => view! { <p>{say!(l, records.visit.no_plan)}</p> }.into_any(),
    };
    let addenda = (!summary.addenda.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>{say!(l, records.visit.addenda)}</h2>
                <Addenda addenda=summary.addenda/>
            </section>
        }
    });
    let letters = (!summary.letters.is_empty()).then(|| {
        view! {
            <section class="card">
                <h2>{say!(l, records.letters.own_title)}</h2>
                <LetterList letters=summary.letters/>
            </section>
        }
    });
    let prescriptions = if summary.prescriptions.is_empty() {
        view! { <p>{say!(l, records.visit.no_prescription)}</p> }.into_any()
    } else {
        let lines: Vec<_> = summary.prescriptions.into_iter().map(|prescription| view! { <Prescribed prescription/> }).collect();
        view! { <ul class="list">{lines}</ul> }.into_any()
    };
    view! {
        <div class="lead">
            <h1>{say!(l, records.visit.heading)}</h1>
            <p>
                {say!(l, records.visit.with, doctor = summary.doctor_name, clinic = summary.clinic_name)}
                <br/>
                <Moment at=summary.started_at/>
            </p>
            <ZoneNote/>
        </div>
        <section class="card next">
            <h2>{say!(l, records.visit.plan)}</h2>
            {plan}
            {summary.signed_at.map(|at| view! {
                <p class="quiet">{say!(l, records.visit.signed)} " " <Moment at detail=Detail::Short/></p>
            })}
        </section>
        {addenda}
        <div class="two">
            <section class="card">
                <h2>{say!(l, records.visit.diagnoses)}</h2>
                {diagnoses}
            </section>
            <section class="card">
                <h2>{say!(l, records.visit.prescriptions)}</h2>
                {prescriptions}
            </section>
        </div>
        {letters}
        <p><a href=format!("/visits/{}/rating", summary.encounter)>{say!(l, records.visit.rate)}</a></p>
        <p class="quiet">
            {say!(l, records.visit.ended)} " " <Moment at=summary.ended_at detail=Detail::Time/> "."
        </p>
    }
    .into_any()
}

#[component]
fn Prescribed(prescription: SummaryPrescription) -> impl IntoView {
    let l = use_locale();
    let href = format!("/prescriptions/{}", prescription.id);
    let medicines: Vec<_> = prescription
        .medicines
        .into_iter()
        .map(|medicine| {
            view! {
                <li>
                    <strong>{said(medicine.medicine)} " " {said(medicine.strength)}</strong>
                    <br/>
                    {said(medicine.dose)} ", " {said(medicine.frequency)} ", " {said(medicine.duration)}
                </li>
            }
        })
        .collect();
    view! {
        <li>
            <ul class="bare">{medicines}</ul>
            <div class="row">
                <a href=href>{say!(l, records.visit.prescription, number = prescription.number)}</a>
                <StateTag state=prescription.state/>
                <PdfLink id=prescription.id/>
            </div>
        </li>
    }
    .into_any()
}

/// Shows a text with one paragraph per line.
fn paragraphs(text: &str) -> AnyView {
    let lines: Vec<_> =
        text.lines().filter(|line| !line.trim().is_empty()).map(|line| view! { <p dir="auto">{line.to_owned()}</p> }).collect();
    view! { <div class="lead">{lines}</div> }.into_any()
}
