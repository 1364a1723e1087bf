//! Components that show a prescription: its state, its medicines, the link to its PDF.

use kit::parts::time::{date_of_birth, names};
use kit::parts::{Moment, Tag, TagKind, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::PrescriptionId;
use model::prescriptions::{Medicine, PrescriptionState, PrescriptionView};
use words::{Locale, say};

/// The state of a prescription, as a tag.
#[component]
pub fn StateTag(
    /// The state.
    state: PrescriptionState,
) -> impl IntoView {
    let l = use_locale();
    let (kind, text) = match state {
        PrescriptionState::Draft => (TagKind::Plain, say!(l, prescriptions.state.draft)),
        PrescriptionState::Signed => (TagKind::Good, say!(l, prescriptions.state.signed)),
        PrescriptionState::Cancelled => (TagKind::Bad, say!(l, prescriptions.state.cancelled)),
    };
    view! { <Tag kind text/> }
}

/// A link to the PDF of a signed prescription.
#[component]
pub fn PdfLink(
    /// The prescription.
    id: PrescriptionId,
    /// CSS classes, for example `button`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let l = use_locale();
    // The server generates the file; `rel=external` prevents the router from treating the link as a page.
    view! { <a class=class href=format!("/prescriptions/{id}/pdf") rel="external" download="">{say!(l, prescriptions.pdf)}</a> }
}

/// The patient, the doctor, the clinic, and the dates of a prescription.
#[component]
pub(super) fn Facts(
    /// The prescription.
    view: PrescriptionView,
) -> impl IntoView {
    let l = use_locale();
    let born = date_of_birth(names(l), view.patient_born);
    view! {
        <dl class="facts">
            <dt>{say!(l, prescriptions.facts.patient)}</dt>
            <dd>
                {said(view.patient_name)}
                <br/>
                <small>{say!(l, prescriptions.facts.born, date = born)} " · " <span class="num">{view.person_number}</span></small>
            </dd>
            <dt>{say!(l, prescriptions.facts.doctor)}</dt>
            <dd>{said(view.doctor_name)}</dd>
            <dt>{say!(l, prescriptions.facts.clinic)}</dt>
            <dd>{said(view.clinic_name)}</dd>
            {view.signed_at.map(|at| view! {
                <dt>{say!(l, prescriptions.facts.signed)}</dt>
                <dd><Moment at/></dd>
            })}
            {view.cancelled_at.map(|at| view! {
                <dt>{say!(l, prescriptions.facts.cancelled)}</dt>
                <dd><Moment at/></dd>
            })}
        </dl>
    }
    .into_any()
}

/// A card with one medicine and all its details.
#[component]
pub(super) fn MedicineCard(
    /// Its number in the list, from one.
    place: usize,
    /// The medicine.
    medicine: Medicine,
    /// Buttons that change it, where that is possible.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let l = use_locale();
    let title = (format!("{place}. "), said(&medicine.medicine), " ", said(&medicine.strength));
    let answers: Vec<_> = answers(l, &medicine)
        .into_iter()
        .map(|(label, value)| view! { <dt>{label}</dt> <dd class="lines" dir="auto">{value}</dd> })
        .collect();
    view! {
        <section class="card">
            <h3>{title}</h3>
            <dl class="facts">{answers}</dl>
            {children.map(|children| children())}
        </section>
    }
    .into_any()
}

fn answers(l: Locale, medicine: &Medicine) -> Vec<(&'static str, String)> {
    let refills =
        if medicine.refills == 0 { say!(l, prescriptions.item.no_refills).to_owned() } else { medicine.refills.to_string() };
    let mut answers = vec![
        (say!(l, prescriptions.item.form), medicine.form.clone()),
        (say!(l, prescriptions.item.dose), medicine.dose.clone()),
        (say!(l, prescriptions.item.route), medicine.route.clone()),
        (say!(l, prescriptions.item.frequency), medicine.frequency.clone()),
        (say!(l, prescriptions.item.duration), medicine.duration.clone()),
        (say!(l, prescriptions.item.quantity), medicine.quantity.clone()),
        (say!(l, prescriptions.item.refills), refills),
    ];
    answers.extend(medicine.note.iter().map(|note| (say!(l, prescriptions.item.note), note.clone())));
    answers
}
