//! Ending a visit: with the diagnoses that were chosen, or with the statement that there is none.

use super::panels::ConsultPanels;
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Keep, Posted, SubmitButton};
use kit::parts::{Choice, Radios};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::errors::Code;
use serde::{Deserialize, Serialize};
use words::say;

/// How the visit ends.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndVisitValues {
    /// The visit's id.
    pub encounter: String,
    /// `diagnosed` or `no_diagnosis`.
    pub outcome: String,
    /// `save` to save the draft of the note first.
    pub note: String,
}

impl FormValues for EndVisitValues {
    const FORM: &'static str = "records.end_visit";
    const KEEP: Keep = Keep::Nowhere;
}

/// Ends the visit and goes on to the page of the prescription.
///
/// # Errors
/// Wrong fields; `NoteUnsaved` while the note has typed text that was not saved; `Stale` when that text cannot be saved because the note was changed
/// elsewhere; `DiagnosisMissing`, `VisitEnded`, `VisitNobodyWaiting`, `NotFound`, `Forbidden`.
#[server(name = EndVisitForm, prefix = "/do", endpoint = "end-visit")]
pub async fn end_visit_form(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EndVisitValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{EndVisitValues, Failure, FormReply, Posted};
    use crate::NotesValues;
    use domain::{
        drafts::{self, Kept},
        error::retry,
        records::{self, SaveNote},
        visits,
    };
    use kit::forms::FormValues as _;
    use kit::request::{RequestContext, posted_id};
    use model::{
        drafts::DraftSubject,
        errors::{Code, FieldError, FieldFault},
        ids::EncounterId,
        records::SoapNote,
        visits::views::Outcome,
    };

    pub(super) async fn end(form: &Posted<EndVisitValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let wrong = |fault: FieldFault| Failure::fields(vec![FieldError::new("outcome", fault)]);
        let command = visits::EndVisit {
            encounter: posted_id(&form.values.encounter)?,
            outcome: match form.values.outcome.as_str() {
                "diagnosed" => Outcome::Diagnosed,
                "no_diagnosis" => Outcome::NoDiagnosis,
                "" => return Err(wrong(FieldFault::Missing)),
                _ => return Err(wrong(FieldFault::UnknownChoice)),
            },
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        let encounter = command.encounter;
        // What was typed elsewhere into a note that is signed by now cannot be saved, and holds up nothing.
        if let Some(draft) = unsaved_note(&request, encounter).await?
            && !is_signed(&request, encounter).await?
        {
            if form.values.note != "save" {
                return Err(Code::NoteUnsaved.into());
            }
            save_note(&request, encounter, draft).await?;
        }
        retry(|| visits::end(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/visits/{encounter}/prescription?ended=1")))
    }

    /// The doctor's draft of the note, unless it is blank.
    async fn unsaved_note(request: &RequestContext, encounter: EncounterId) -> Result<Option<(Kept, SoapNote)>, Failure> {
        let (form, subject) = (NotesValues::FORM, DraftSubject::Visit(encounter));
        let kept = match drafts::load_kept(&request.domain, &request.access, form, &subject).await {
            // `visits::end` returns this error itself.
            Err(error) if error.code() == Code::SignInNeeded => None,
            outcome => outcome?,
        };
        Ok(kept.and_then(|kept| {
            let typed: NotesValues = serde_json::from_str(&kept.content).ok()?;
            let note = typed.note();
            let is_blank =
                [&note.subjective, &note.objective, &note.assessment, &note.plan].iter().all(|part| part.trim().is_empty());
            (!is_blank).then_some((kept, note))
        }))
    }

    async fn is_signed(request: &RequestContext, encounter: EncounterId) -> Result<bool, Failure> {
        let consult = retry(|| records::consult(&request.domain, &request.access, encounter)).await?;
        Ok(consult.signature.is_some())
    }

    /// Saves the draft as the note's next version. If a field is wrong, answers `NoteUnsaved`: the note's own form then shows what is wrong.
    async fn save_note(request: &RequestContext, encounter: EncounterId, (kept, note): (Kept, SoapNote)) -> Result<(), Failure> {
        let version_seen = kept.version.parse().map_err(|_| Code::Stale)?;
        let command = SaveNote { encounter, version_seen, note };
        match retry(|| records::save_note(&request.domain, &request.access, command.clone())).await {
            Ok(_) => {}
            Err(error) if !error.field_errors().is_empty() => return Err(Code::NoteUnsaved.into()),
            Err(error) => return Err(error.into()),
        }
        let (form, subject) = (NotesValues::FORM, DraftSubject::Visit(encounter));
        Ok(drafts::close(&request.domain, &request.access, form, &subject, &kept.page, None).await?)
    }
}

/// The question of how the visit ends, and the button that ends it for both participants.
#[component]
pub fn EndVisit(
    /// The panels of the visit.
    panels: ConsultPanels,
) -> impl IntoView {
    let l = use_locale();
    let (form, encounter) = (panels.end, panels.encounter);
    let choice = |value: &str, label: &str, hint: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        hint: Some(hint.to_owned()),
    };
    let failure = form.failure();
    let is_unsaved = move || failure.with(|failure| failure.as_ref().and_then(Failure::code) == Some(Code::NoteUnsaved));
    let choices = vec![
        choice("diagnosed", say!(l, records.end.diagnosed), say!(l, records.end.diagnosed_hint)),
        choice("no_diagnosis", say!(l, records.end.no_diagnosis), say!(l, records.end.no_diagnosis_hint)),
    ];
    view! {
        <section class="lead">
            <h2>{say!(l, records.end.title)}</h2>
            <Form form>
                <input type="hidden" name="encounter" value=encounter.get_untracked()/>
                <Radios name="outcome" choices=choices.clone()/>
                <p class="quiet">{say!(l, records.end.hint)}</p>
                <div class="row">
                    <SubmitButton label=say!(l, records.end.submit) class="bad"/>
                    {move || {
                        is_unsaved()
                            .then(|| {
                                view! {
                                    <button type="submit" class="button" name="note" value="save">
                                        {say!(l, records.end.save_and_end)}
                                    </button>
                                }
                            })
                    }}
                </div>
            </Form>
        </section>
    }
    .into_any()
}
