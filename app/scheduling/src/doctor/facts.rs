//! The facts on a doctor's public page.

use crate::languages::spoken;
use crate::states::mode_name;
use kit::parts::time::names;
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use model::access::Role;
use model::scheduling::views::DoctorPage;
use words::{fee_sentence, say};

/// What is good to know about a doctor before a visit is booked.
#[component]
pub(super) fn Facts(page: DoctorPage) -> impl IntoView {
    let l = use_locale();
    let licences: Vec<String> =
        page.licences.iter().map(|licence| format!("{} ({})", licence.authority, licence.country)).collect();
    let clinics: Vec<String> = page.clinics.iter().map(|clinic| clinic.name.clone()).collect();
    let row = |label: &'static str, value: String| {
        (!value.is_empty()).then(|| {
            view! {
                <dt>{label}</dt>
                <dd dir="auto">{value}</dd>
            }
        })
    };
    let about = (!page.about.is_empty()).then(|| {
        view! {
            <h3>{say!(l, scheduling.doctor.about)}</h3>
            <p dir="auto">{page.about.clone()}</p>
        }
    });
    let qualifications = (!page.qualifications.is_empty()).then(|| {
        let entries = page.qualifications.iter().map(|entry| view! { <li dir="auto">{entry.clone()}</li> }).collect_view();
        view! {
            <h3>{say!(l, scheduling.doctor.qualifications)}</h3>
            <ul>{entries}</ul>
        }
    });
    let is_patient = use_viewer().who.is_some_and(|who| who.role == Role::Patient);
    let waiting = is_patient.then(|| {
        let href = format!("/waiting/new?doctor={}", page.doctor.id);
        view! { <p><a href=href>{say!(l, scheduling.waiting.earlier)}</a></p> }
    });
    view! {
        <aside class="card">
            <h2>{say!(l, scheduling.doctor.good_to_know)}</h2>
            <dl class="facts">
                {row(say!(l, scheduling.doctor.length), say!(l, scheduling.doctor.minutes, n = page.visit_minutes))}
                {row(say!(l, scheduling.doctor.place), mode_name(l, page.mode()).to_owned())}
                {row(say!(l, scheduling.doctor.fee), fee_sentence(l, page.fee, names(l)))}
                {row(say!(l, scheduling.doctor.clinic), clinics.join(", "))}
                {row(say!(l, scheduling.doctor.licensed), licences.join(", "))}
                {row(say!(l, scheduling.doctor.speaks), spoken(&page.languages))}
                {row(
                    say!(l, scheduling.doctor.cancelling),
                    say!(l, scheduling.doctor.cancelling_value, n = page.cancel_notice_hours),
                )}
            </dl>
            {about}
            {qualifications}
            {waiting}
        </aside>
    }
}
