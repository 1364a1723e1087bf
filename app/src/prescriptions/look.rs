//! How a prescription looks: its state, its medicines, the way to the paper.

use crate::i18n::{Locale, say, use_locale};
use crate::parts::time::names;
use crate::parts::{Moment, Tag, TagKind, said};
use leptos::prelude::*;
use model::format;
use model::ids::PrescriptionId;
use model::prescriptions::{Medicine, PrescriptionState, PrescriptionView};

/// Where a prescription stands, in a word.
#[component]
pub fn StateTag(
    /// Where it stands.
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

/// The way to the paper of a signed prescription.
#[component]
pub fn PdfLink(
    /// Which one.
    id: PrescriptionId,
    /// Placement or weight: `button`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let l = use_locale();
    // The server makes the file: `external` keeps the router from taking it for a page.
    view! { <a class=class href=format!("/prescriptions/{id}/pdf") rel="external" download="">{say!(l, prescriptions.pdf)}</a> }
}

/// For whom, by whom, when.
#[component]
pub(super) fn Facts(
    /// The prescription.
    view: PrescriptionView,
) -> impl IntoView {
    let l = use_locale();
    let born = format::date_long(view.patient_born, names(l));
    let born = born.split_once(' ').map_or(born.clone(), |(_, date)| date.to_owned());
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

/// One medicine with everything that is said of it.
#[component]
pub(super) fn MedicineCard(
    /// Its place, from one.
    place: usize,
    /// What is prescribed.
    medicine: Medicine,
    /// Buttons, where it can be changed.
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
