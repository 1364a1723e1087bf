//! The forms and resources of the panels next to the video. They are created once, at the top of the page: if they are created inside a part
//! that is rendered later, server and browser number them differently.

use super::allergies::AllergyForms;
use super::diagnoses::{ChangeDiagnoses, DiagnosesValues};
use super::end_visit::{EndVisitForm, EndVisitValues};
use super::find::{FoundDiagnoses, search_diagnoses};
use super::notes::{SaveNotes, declared, read_consult};
use super::patient::{SummaryOf, read_summary};
use super::safety::read_safety;
use kit::failure::Failure;
use kit::forms::{FormHandle, subject_in_address, use_form, use_form_about, visit_in_address};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::drafts::DraftSubject;
use model::records::{ConsultView, PatientSummary, SafetyView};
use words::say;

/// Forms and data of the panels of one visit.
#[derive(Clone, Copy)]
pub struct ConsultPanels {
    /// The visit's id, as it appears in the address.
    pub(super) encounter: Signal<String>,
    pub(super) allergies: AllergyForms,
    pub(super) notes: FormHandle,
    pub(super) diagnoses: FormHandle,
    pub(super) end: FormHandle,
    pub(super) safety: Resource<Result<SafetyView, Failure>>,
    pub(super) summary: Resource<Result<PatientSummary, Failure>>,
    /// Refetched when the note was saved, but not when a diagnosis changed, so that text being typed stays.
    pub(super) note: Resource<Result<ConsultView, Failure>>,
    /// Refetched when a diagnosis changed.
    pub(super) chosen: Resource<Result<ConsultView, Failure>>,
    pub(super) found: Resource<Result<FoundDiagnoses, Failure>>,
    /// The search text, once something was typed.
    pub(super) typed: RwSignal<Option<String>>,
}

impl ConsultPanels {
    /// Creates them. Call it at the top of the page.
    #[must_use]
    pub fn new(encounter: Signal<String>) -> Self {
        let l = use_locale();
        let allergies = AllergyForms::new(subject_in_address(DraftSubject::PatientOf));
        let notes = declared(use_form_about::<SaveNotes, super::NotesValues>(visit_in_address()));
        let diagnoses = use_form::<ChangeDiagnoses, DiagnosesValues>().optional("diagnosis", say!(l, records.diagnoses.one));
        let end = use_form::<EndVisitForm, EndVisitValues>().choice(
            "outcome",
            say!(l, records.end.outcome),
            say!(l, records.end.outcome_missing),
        );
        let draft = use_query_map().with_untracked(|query| query.get("draft"));
        let typed = RwSignal::new(None::<String>);
        let safety = Resource::new_blocking(move || (encounter.get(), allergies.done()), |(encounter, _)| read_safety(encounter));
        let summary = Resource::new_blocking(
            move || (encounter.get(), allergies.done()),
            |(encounter, _)| read_summary(SummaryOf::Visit(encounter)),
        );
        let note =
            Resource::new_blocking(move || (encounter.get(), notes.done().get()), |(encounter, _)| read_consult(encounter));
        let chosen =
            Resource::new_blocking(move || (encounter.get(), diagnoses.done().get()), |(encounter, _)| read_consult(encounter));
        // Another favourite, or a code that was added, changes what is offered.
        let found = Resource::new_blocking(
            move || (typed.get(), diagnoses.done().get()),
            move |(typed, _)| {
                let draft = draft.clone();
                search_diagnoses(typed, draft)
            },
        );
        Self { encounter, allergies, notes, diagnoses, end, safety, summary, note, chosen, found, typed }
    }
}
