//! What a doctor must see of a patient before deciding anything. It is never folded.

use super::time::{Detail, Moment, date_of_birth, names};
use super::{VitalLines, said};
use crate::viewer::use_locale;
use leptos::prelude::*;
use model::records::{AllergySeverity, AllergyView, DrugClass, MedicineTaken, SafetyView};
use words::{Locale, plural, say};

/// The allergies, age, reason for the visit, medicines and newest measurements of a patient, whose name the page shows next to it.
#[component]
pub fn Safety(
    /// What is known.
    safety: SafetyView,
) -> impl IntoView {
    let l = use_locale();
    let vitals = safety.vitals.map(|view| {
        let taken_at = view.taken_at;
        let at_home = view.at_home.then(|| say!(l, common.vitals.at_home));
        view! {
            <dt>{say!(l, common.vitals.title)}</dt>
            <dd>
                <VitalLines view/>
                <small><Moment at=taken_at detail=Detail::Short/> " " {at_home}</small>
            </dd>
        }
    });
    let born = say!(l, common.safety.born, date = date_of_birth(names(l), safety.date_of_birth));
    view! {
        <div class="safety" role="group" aria-label=say!(l, common.safety.label, name = safety.name)>
            <AllergyNote allergies=safety.allergies/>
            <dl>
                <dt>{say!(l, common.safety.age)}</dt>
                <dd>{years(l, safety.age_years)} ", " {born}</dd>
                <dt>{say!(l, common.safety.reason)}</dt>
                <dd class="lines" dir="auto">{safety.reason}</dd>
                <dt>{say!(l, common.safety.medicines)}</dt>
                <dd><MedicineLines medicines=safety.medicines/></dd>
                {vitals}
            </dl>
        </div>
    }
    .into_any()
}

/// Not a `Notice`: several of these may be on a page that updates itself, and none of them is news.
#[component]
fn AllergyNote(allergies: Vec<AllergyView>) -> impl IntoView {
    let l = use_locale();
    if allergies.is_empty() {
        return view! { <p class="note info">{say!(l, common.safety.no_allergies)}</p> }.into_any();
    }
    view! {
        <div class="note bad">
            <strong>{say!(l, common.safety.allergies)}</strong>
            <AllergyLines allergies/>
        </div>
    }
    .into_any()
}

/// A list of allergies: substance, reaction, severity, and the class of a medicine that is known, one to a line.
#[component]
pub fn AllergyLines(
    /// The allergies, the most severe first.
    allergies: Vec<AllergyView>,
) -> impl IntoView {
    let l = use_locale();
    let lines: Vec<_> = allergies
        .into_iter()
        .map(|view| {
            let allergy = view.allergy;
            let reaction = allergy.reaction.map(|reaction| (": ", said(reaction)));
            let severity = format!(" ({})", severity_name(l, allergy.severity));
            let class = DrugClass::of(&allergy.substance).map(|class| {
                let text = say!(l, common.safety.of_class, name = class_name(l, class), code = class.atc());
                view! { " " <small class="quiet">{text}</small> }
            });
            view! { <li><strong>{said(allergy.substance)}</strong> {reaction} {severity} {class}</li> }
        })
        .collect();
    view! { <ul>{lines}</ul> }.into_any()
}

#[component]
fn MedicineLines(medicines: Vec<MedicineTaken>) -> impl IntoView {
    let l = use_locale();
    if medicines.is_empty() {
        return view! { <span class="quiet">{say!(l, common.safety.no_medicines)}</span> }.into_any();
    }
    let lines: Vec<_> = medicines
        .into_iter()
        .map(|taken| {
            let medicine = taken.medicine;
            view! {
                <li>
                    <strong>{said(medicine.medicine)} " " {said(medicine.strength)}</strong>
                    ": " {said(medicine.dose)} ", " {said(medicine.frequency)}
                </li>
            }
        })
        .collect();
    view! { <ul>{lines}</ul> }.into_any()
}

/// The name of a class of medicines.
fn class_name(l: Locale, class: DrugClass) -> &'static str {
    match class {
        DrugClass::Penicillins => say!(l, common.drug_class.penicillins),
        DrugClass::Cephalosporins => say!(l, common.drug_class.cephalosporins),
        DrugClass::Sulfonamides => say!(l, common.drug_class.sulfonamides),
        DrugClass::Macrolides => say!(l, common.drug_class.macrolides),
        DrugClass::Fluoroquinolones => say!(l, common.drug_class.fluoroquinolones),
        DrugClass::Tetracyclines => say!(l, common.drug_class.tetracyclines),
        DrugClass::Nsaids => say!(l, common.drug_class.nsaids),
        DrugClass::Opioids => say!(l, common.drug_class.opioids),
        DrugClass::AceInhibitors => say!(l, common.drug_class.ace_inhibitors),
        DrugClass::Statins => say!(l, common.drug_class.statins),
        DrugClass::AmideAnaesthetics => say!(l, common.drug_class.amide_anaesthetics),
        DrugClass::IodinatedContrast => say!(l, common.drug_class.iodinated_contrast),
    }
}

/// The name of a severity.
#[must_use]
pub fn severity_name(l: Locale, severity: AllergySeverity) -> &'static str {
    match severity {
        AllergySeverity::Unknown => say!(l, common.severity.unknown),
        AllergySeverity::Mild => say!(l, common.severity.mild),
        AllergySeverity::Moderate => say!(l, common.severity.moderate),
        AllergySeverity::Severe => say!(l, common.severity.severe),
    }
}

/// An age in completed years: "36 years".
#[must_use]
pub fn years(l: Locale, age_years: i16) -> String {
    let n = i64::from(age_years);
    plural(n, say!(l, common.safety.years_singular, n = n), say!(l, common.safety.years_plural, n = n))
}
