//! The doctor's note of a visit, next to the video.

use super::panels::ConsultPanels;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton};
use kit::parts::{Detail, Moment, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::EncounterId;
use model::records::{ConsultView, NoteView};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the note's form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NotesValues {
    /// The visit's id.
    pub encounter: String,
    /// What the patient says.
    pub subjective: String,
    /// What the doctor observed and measured.
    pub objective: String,
    /// The doctor's assessment.
    pub assessment: String,
    /// What happens next.
    pub plan: String,
}

#[cfg(feature = "ssr")]
impl NotesValues {
    /// The four parts, as they were typed.
    pub(super) fn note(self) -> model::records::SoapNote {
        model::records::SoapNote {
            subjective: self.subjective,
            objective: self.objective,
            assessment: self.assessment,
            plan: self.plan,
        }
    }
}

impl FormValues for NotesValues {
    const FORM: &'static str = "records.save_note";
}

/// Loads the note and the diagnoses of a visit.
///
/// # Errors
/// `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "read-consult")]
pub async fn read_consult(
    /// The visit's id.
    encounter: String,
) -> Result<ConsultView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&encounter)?;
    kit::request::call(|| domain::records::consult(&request.domain, &request.access, id)).await
}

/// Saves a new version of the note.
///
/// # Errors
/// Wrong fields; `Stale` when it was changed elsewhere in the meantime; `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "save-notes")]
pub async fn save_notes(
    /// The posted form.
    #[server(flatten)]
    form: Posted<NotesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::save(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, NotesValues, Posted};
    use crate::same_page;
    use domain::{
        error::retry,
        records::{self, SaveNote},
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn save(form: &Posted<NotesValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let typed = form.values.clone();
        let command = SaveNote { encounter: posted_id(&typed.encounter)?, version_seen: form.version()?, note: typed.note() };
        retry(|| records::save_note(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }
}

/// Declares the fields of the note.
pub(super) fn declared(form: FormHandle) -> FormHandle {
    let l = use_locale();
    // Any part may be empty, but not all of them.
    form.field("subjective", say!(l, records.notes.subjective), say!(l, records.notes.all_missing))
        .optional("objective", say!(l, records.notes.objective))
        .optional("assessment", say!(l, records.notes.assessment))
        .optional("plan", say!(l, records.notes.plan))
}

/// The note in its four parts. Each save adds a version; nothing is overwritten.
#[component]
pub fn NotesEditor(
    /// The panels of the visit.
    panels: ConsultPanels,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <section class="lead">
            <h2>{say!(l, records.notes.title)}</h2>
            {loaded(panels.note, move |consult| {
                view! { <NoteForm form=panels.notes encounter=consult.encounter note=consult.note/> }
            })}
        </section>
    }
    .into_any()
}

/// The form of the note in its four parts, and when its newest version was saved.
#[component]
pub(super) fn NoteForm(
    /// The form.
    form: FormHandle,
    /// The visit.
    encounter: EncounterId,
    /// The newest version.
    note: NoteView,
) -> impl IntoView {
    let l = use_locale();
    let NoteView { version, note, written_at } = note;
    let encounter = encounter.to_string();
    let values = NotesValues {
        encounter: encounter.clone(),
        subjective: note.subjective,
        objective: note.objective,
        assessment: note.assessment,
        plan: note.plan,
    };
    let form = form.editing(&values, version);
    let written = written_at.map(|at| {
        view! {
            <p class="quiet" role="status">
                {say!(l, records.notes.saved, n = version)} " " <Moment at detail=Detail::Short/>
            </p>
        }
    });
    view! {
        <Form form>
            <input type="hidden" name="encounter" value=encounter.clone()/>
            <TextArea name="subjective" hint=say!(l, records.notes.subjective_hint) rows=4/>
            <TextArea name="objective" hint=say!(l, records.notes.objective_hint) rows=3/>
            <TextArea name="assessment" hint=say!(l, records.notes.assessment_hint) rows=3/>
            <TextArea name="plan" hint=say!(l, records.notes.plan_hint) rows=4/>
            <div class="row"><SubmitButton label=say!(l, records.notes.save)/></div>
        </Form>
        {written}
    }
    .into_any()
}
