//! The parts of a patient's summary.

use super::allergies::{Allergies, AllergyForms, ChangeAllergies, EndedAllergies};
use super::plain_names::named;
use kit::parts::time::{date_of_birth, names};
use kit::parts::{Detail, Moment, listed, said, years};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::{PatientProfile, Sex};
use model::identity::{LegalDocument, RemoteCare};
use model::records::{MedicineTaken, PastDiagnosis, PastVisit, PatientSummary};
use words::{Locale, document_name, say, sex_name};

/// Identity, allergies, medicines, diagnoses and past visits of a patient.
#[component]
pub(super) fn Summary(
    /// The patient's data.
    summary: PatientSummary,
    /// The forms that change it.
    forms: AllergyForms,
    /// Whether it is shown next to the video: one narrow column, with the past collapsed. Allergies and medicines stand above it there.
    #[prop(optional)]
    panel: bool,
) -> impl IntoView {
    let l = use_locale();
    let forms = summary.may_record.then_some(forms);
    let born = date_of_birth(names(l), summary.date_of_birth);
    // Next to the video the link would leave the call.
    let all = (!panel && summary.break_glass.is_none()).then(|| {
        view! { <br/> <a href=format!("/doctor/patients/{}/consents", summary.patient)>{say!(l, records.patient.consents)}</a> }
    });
    let identity = view! {
        <dl class="facts">
            <dt>{say!(l, records.patient.born)}</dt>
            <dd>{born} {format!(" ({})", years(l, summary.age_years))}</dd>
            <dt>{say!(l, records.patient.number)}</dt>
            <dd class="num">{summary.person_number}</dd>
            <dt>{document_name(l, LegalDocument::RemoteCare)}</dt>
            <dd>{remote_care(l, summary.remote_care)} {all}</dd>
            {summary.profile.map(|profile| told(l, profile))}
        </dl>
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
        let change = forms.map(|forms| view! { <ChangeAllergies patient=summary.patient allergies=summary.allergies forms/> });
        view! {
            {identity}
            {change}
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
                {identity}
                <Allergies patient=summary.patient allergies=summary.allergies forms/>
                <EndedAllergies allergies=summary.ended_allergies/>
                <section class="lead">
                    <h3>{say!(l, common.safety.medicines)}</h3>
                    <Medicines medicines=summary.medicines/>
                </section>
            </section>
            <section class="card">
                <h2>{say!(l, records.patient.past)}</h2>
                {past}
            </section>
        }
        .into_any()
    }
}

/// Whether the patient agrees to visits on video and by phone, and since when.
fn remote_care(l: Locale, care: RemoteCare) -> AnyView {
    let text = if care.agreed { say!(l, records.patient.remote_agreed) } else { say!(l, records.patient.remote_declined) };
    let since = care.since.map(|at| view! { " (" <Moment at detail=Detail::Day/> ")" });
    view! { {text} {since} }.into_any()
}

/// What the patient tells about themselves.
fn told(l: Locale, profile: PatientProfile) -> AnyView {
    let sex = Sex::parse(&profile.sex).map(|sex| sex_name(l, sex).to_owned()).unwrap_or_default();
    let emergency = [profile.emergency_name, profile.emergency_relation, profile.emergency_phone];
    let emergency: Vec<String> = emergency.into_iter().filter(|text| !text.is_empty()).collect();
    let rows = [
        (say!(l, records.patient.preferred_name), said(profile.preferred_name.as_str()), profile.preferred_name.is_empty()),
        (say!(l, records.patient.sex), said(sex.as_str()), sex.is_empty()),
        (say!(l, records.patient.gender), said(profile.gender.as_str()), profile.gender.is_empty()),
        (say!(l, records.patient.emergency_contact), said(listed(&emergency)), emergency.is_empty()),
        (say!(l, records.patient.blood_type), said(profile.blood_type.as_str()), profile.blood_type.is_empty()),
        (say!(l, records.patient.pharmacy), said(profile.pharmacy.as_str()), profile.pharmacy.is_empty()),
    ];
    let shown = rows.into_iter().filter(|(_, _, is_empty)| !is_empty);
    shown.map(|(label, text, _)| view! { <dt>{label}</dt><dd>{text}</dd> }).collect_view().into_any()
}

#[component]
fn Medicines(medicines: Vec<MedicineTaken>) -> impl IntoView {
    let l = use_locale();
    if medicines.is_empty() {
        return view! { <p class="quiet">{say!(l, common.safety.no_medicines)}</p> }.into_any();
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
                    {named(found.plain, found.description)} " " <span class="quiet num">{found.code}</span>
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
                    <a href=format!("/doctor/visits/{}/notes", visit.encounter)><Moment at=visit.ended_at detail=Detail::Day/></a>
                    <br/>
                    <small>{said(visit.doctor_name)} " · " {said(visit.clinic_name)}</small>
                </li>
            }
        })
        .collect();
    view! { <ul class="list">{lines}</ul> }.into_any()
}
