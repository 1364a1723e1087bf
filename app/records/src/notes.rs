//! The doctor's note of a visit, next to the video.

use super::panels::ConsultPanels;
use super::phrases::Known;
use super::sign_notes::{SignedLine, note_parts};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton};
use kit::parts::{Choice, Detail, Moment, SelectField, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::EncounterId;
use model::records::{ConsultView, NoteHelps, NoteView};
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
    /// The id of the chosen template; empty for none.
    pub template: String,
    /// `template` when the form is sent with the button that adds the text of the template.
    pub adds: String,
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

/// Saves a new version of the note, with the text of the chosen template if the button for that was pressed.
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
        Error,
        error::retry,
        records::{self, SaveNote},
    };
    use kit::request::{RequestContext, posted_id};
    use model::{errors::FieldFault, ids::NoteTemplateId};

    pub(super) async fn save(form: &Posted<NotesValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let typed = form.values.clone();
        let template = if typed.adds == "template" { Some(chosen(&typed.template)?) } else { None };
        let command = SaveNote { encounter: posted_id(&typed.encounter)?, version_seen: form.version()?, note: typed.note() };
        match template {
            Some(template) => {
                let save = || records::save_note_with_template(&request.domain, &request.access, command.clone(), template);
                retry(save).await?
            }
            None => retry(|| records::save_note(&request.domain, &request.access, command.clone())).await?,
        };
        Ok(same_page(form))
    }

    fn chosen(template: &str) -> Result<NoteTemplateId, Error> {
        if template.is_empty() {
            return Err(Error::field("template", FieldFault::Missing));
        }
        template.parse().map_err(|_| Error::field("template", FieldFault::UnknownChoice))
    }
}

/// Declares the fields of the note.
pub(super) fn declared(form: FormHandle) -> FormHandle {
    let l = use_locale();
    // Any part may be empty, but not all of them.
    form.field("template", say!(l, records.notes.template), say!(l, records.notes.template_missing))
        .field("subjective", say!(l, records.notes.subjective), say!(l, records.notes.all_missing))
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
                match consult.signature {
                    None => view! { <NoteForm form=panels.notes encounter=consult.encounter note=consult.note helps=consult.helps/> }.into_any(),
                    Some(signature) => {
                        let href = format!("/doctor/visits/{}/notes", consult.encounter);
                        view! {
                            <SignedLine signature/>
                            {note_parts(consult.note.note)}
                            <p><a href=href>{say!(l, records.signing.add_link)}</a></p>
                        }
                        .into_any()
                    }
                }
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
    /// The templates and phrases for the writer.
    helps: NoteHelps,
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
        ..NotesValues::default()
    };
    let helps = StoredValue::new(helps);
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
            <Templates helps/>
            // The same gaps as between the other fields of the form.
            <div class="form" on:keydown=move |event| helps.with_value(|helps| kit::phrases::write_out(&event, &helps.phrases))>
                <TextArea name="subjective" hint=say!(l, records.notes.subjective_hint) rows=4/>
                <TextArea name="objective" hint=say!(l, records.notes.objective_hint) rows=3/>
                <TextArea name="assessment" hint=say!(l, records.notes.assessment_hint) rows=3/>
                <TextArea name="plan" hint=say!(l, records.notes.plan_hint) rows=4/>
            </div>
            <Phrases helps/>
            <div class="row"><SubmitButton label=say!(l, records.notes.save)/></div>
        </Form>
        {written}
    }
    .into_any()
}

/// The templates, and the button that adds the text of one to the note and saves it. Nothing if there are none.
#[component]
fn Templates(helps: StoredValue<NoteHelps>) -> impl IntoView {
    let l = use_locale();
    let none = Choice { value: String::new(), label: say!(l, records.notes.no_template).to_owned(), hint: None };
    let templates = helps.with_value(|helps| helps.templates.clone());
    if templates.is_empty() {
        return ().into_any();
    }
    let choices =
        templates.into_iter().map(|template| Choice { value: template.id.to_string(), label: template.name, hint: None });
    let choices: Vec<_> = std::iter::once(none).chain(choices).collect();
    view! {
        <SelectField name="template" hint=say!(l, records.notes.template_hint) choices preset=""/>
        <div class="row">
            <button type="submit" class="button plain" name="adds" value="template">{say!(l, records.notes.template_add)}</button>
        </div>
    }
    .into_any()
}

/// The phrases that the writer can use, folded. Nothing if there are none.
#[component]
fn Phrases(helps: StoredValue<NoteHelps>) -> impl IntoView {
    let l = use_locale();
    let phrases = helps.with_value(|helps| helps.phrases.clone());
    if phrases.is_empty() {
        return ().into_any();
    }
    view! {
        <details>
            <summary>{say!(l, records.notes.phrases)}</summary>
            <p class="quiet">{say!(l, records.notes.phrases_hint)}</p>
            <Known phrases/>
        </details>
    }
    .into_any()
}
