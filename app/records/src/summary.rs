//! The parts of a patient's summary.

use super::allergies::{Allergies, AllergyForms};
use kit::parts::time::names;
use kit::parts::{Detail, Moment, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::format;
use model::records::{MedicineTaken, PastDiagnosis, PastVisit, PatientSummary};
use words::{plural, say};

/// Identity, allergies, medicines, diagnoses and past visits of a patient.
#[component]
pub(super) fn Summary(
    /// The patient's data.
    summary: PatientSummary,
    /// The forms that change it.
    forms: AllergyForms,
    /// Whether it is shown next to the video: one narrow column, with the past collapsed.
    #[prop(optional)]
    panel: bool,
) -> impl IntoView {
    let l = use_locale();
    let age = i64::from(summary.age_years);
    let years = plural(age, say!(l, records.patient.years_singular, n = age), say!(l, records.patient.years_plural, n = age));
    let forms = summary.may_record.then_some(forms);
    let born = format::date_long(summary.date_of_birth, names(l));
    let born = born.split_once(' ').map_or(born.clone(), |(_, date)| date.to_owned());
    let now = view! {
        <dl class="facts">
            <dt>{say!(l, records.patient.born)}</dt>
            <dd>{born} {format!(" ({years})")}</dd>
            <dt>{say!(l, records.patient.number)}</dt>
            <dd class="num">{summary.person_number}</dd>
        </dl>
        <Allergies patient=summary.patient allergies=summary.allergies forms/>
        <section class="lead">
            <h3>{say!(l, records.patient.medicines)}</h3>
            <Medicines medicines=summary.medicines/>
        </section>
    };
    let past = view! {
        <section class="lead">
            <h3>{say!(l, records.patient.diagnoses)}</h3>
            <Diagnoses diagnoses=summary.diagnoses/>
        </section>
        <section class="lead">
            <h3>{say!(l, records.patient.visits)}</h3>
            <Visits visits=summary.visits/>
        </section>
    };
    if panel {
        view! {
            {now}
            <details>
                <summary>{say!(l, records.patient.past)}</summary>
                {past}
            </details>
        }
        .into_any()
    } else {
        view! {
            <section class="card">
                <h2>{say!(l, records.patient.now)}</h2>
                {now}
            </section>
            <section class="card">
                <h2>{say!(l, records.patient.past)}</h2>
                {past}
            </section>
        }
        .into_any()
    }
}

#[component]
fn Medicines(medicines: Vec<MedicineTaken>) -> impl IntoView {
    let l = use_locale();
    if medicines.is_empty() {
        return view! { <p class="quiet">{say!(l, records.patient.no_medicines)}</p> }.into_any();
    }
    let lines: Vec<_> = medicines
        .into_iter()
        .map(|taken| {
            let medicine = taken.medicine;
            view! {
                <li>
                    <strong>{said(medicine.medicine)} " " {said(medicine.strength)}</strong>
                    <br/>
                    {said(medicine.dose)} ", " {said(medicine.frequency)} ", " {said(medicine.duration)}
                    <br/>
                    <small>
                        <Moment at=taken.signed_at detail=Detail::Day/>
                        " · " {said(taken.doctor_name)}
                    </small>
                </li>
            }
        })
        .collect();
    view! { <ul class="list">{lines}</ul> }.into_any()
}

#[component]
fn Diagnoses(diagnoses: Vec<PastDiagnosis>) -> impl IntoView {
    let l = use_locale();
    if diagnoses.is_empty() {
        return view! { <p class="quiet">{say!(l, records.patient.no_diagnoses)}</p> }.into_any();
    }
    let lines: Vec<_> = diagnoses
        .into_iter()
        .map(|found| {
            view! {
                <li>
                    {found.description} " " <span class="quiet num">{found.code}</span>
                    <br/>
                    <small>
                        <Moment at=found.recorded_at detail=Detail::Day/>
                        " · " {said(found.doctor_name)}
                    </small>
                </li>
            }
        })
        .collect();
    view! { <ul class="list">{lines}</ul> }.into_any()
}

#[component]
fn Visits(visits: Vec<PastVisit>) -> impl IntoView {
    let l = use_locale();
    if visits.is_empty() {
        return view! { <p class="quiet">{say!(l, records.patient.no_visits)}</p> }.into_any();
    }
    let lines: Vec<_> = visits
        .into_iter()
        .map(|visit| {
            view! {
                <li>
                    <Moment at=visit.ended_at detail=Detail::Day/>
                    <br/>
                    <small>{said(visit.doctor_name)} " · " {said(visit.clinic_name)}</small>
                </li>
            }
        })
        .collect();
    view! { <ul class="list">{lines}</ul> }.into_any()
}
