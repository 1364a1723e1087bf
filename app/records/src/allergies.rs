//! A patient's allergies: the list, and the forms that change it.

use super::record::source_name;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, shows_refused, use_form, use_form_about};
use kit::parts::{AllergyLines, Choice, Detail, Moment, Notice, NoticeKind, Radios, TextField, said, severity_name};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::drafts::DraftSubject;
use model::ids::PatientId;
use model::records::{AllergySeverity, AllergyView, EndedAllergy, EntrySource};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that records an allergy.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AllergyValues {
    /// The patient's id.
    pub patient: String,
    /// The substance.
    pub substance: String,
    /// The reaction.
    pub reaction: String,
    /// The severity.
    pub severity: String,
    /// Where it is known from.
    pub source: String,
}

impl FormValues for AllergyValues {
    const FORM: &'static str = "records.add_allergy";
}

/// The values of the form that ends an allergy.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndAllergyValues {
    /// The patient's id.
    pub patient: String,
    /// The allergy's id: the value of the button.
    pub allergy: String,
    /// Why it was entered in error; empty for one that no longer applies.
    pub error: String,
}

impl FormValues for EndAllergyValues {
    const FORM: &'static str = "records.end_allergy";
    const KEEP: Keep = Keep::Nowhere;
}

/// Records an allergy.
///
/// # Errors
/// Wrong fields; `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "add-allergy")]
pub async fn add_allergy(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AllergyValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form).await;
    form.answer(outcome).await
}

/// Ends an allergy.
///
/// # Errors
/// `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "end-allergy")]
pub async fn end_allergy(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EndAllergyValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AllergyValues, EndAllergyValues, Failure, FormReply, Posted};
    use crate::same_page;
    use domain::{error::retry, records};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn add(form: &Posted<AllergyValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = records::AddAllergy {
            patient: posted_id(&form.values.patient)?,
            substance: form.values.substance.clone(),
            reaction: form.values.reaction.clone(),
            severity: form.values.severity.clone(),
            source: form.values.source.clone(),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| records::add_allergy(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }

    pub(super) async fn end(form: &Posted<EndAllergyValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = records::EndAllergy {
            patient: posted_id(&form.values.patient)?,
            allergy: posted_id(&form.values.allergy)?,
            error: form.values.error.clone(),
        };
        retry(|| records::end_allergy(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }
}

/// The two forms of a page that shows allergies. Create them at the top of the page.
#[derive(Clone, Copy)]
pub(super) struct AllergyForms {
    add: FormHandle,
    end: FormHandle,
}

impl AllergyForms {
    /// Creates the forms, for the patient of the page.
    pub(super) fn new(patient: Signal<DraftSubject>) -> Self {
        let l = use_locale();
        let add = use_form_about::<AddAllergy, AllergyValues>(patient)
            .field("substance", say!(l, records.allergy.substance), say!(l, records.allergy.substance_missing))
            .noun(say!(l, records.allergy.substance_noun))
            .optional("reaction", say!(l, records.allergy.reaction))
            .choice("severity", say!(l, records.allergy.severity), say!(l, records.allergy.severity_missing))
            .choice("source", say!(l, records.record.source_label), say!(l, records.record.source_missing));
        let end = use_form::<EndAllergy, EndAllergyValues>().optional("error", say!(l, records.allergy.error));
        Self { add, end }
    }

    /// Counts the successful changes to the list.
    pub(super) fn done(self) -> u32 {
        self.add.done().get() + self.end.done().get()
    }
}

/// The allergies, the most prominent part of a page, and the forms that change them for users who may.
#[component]
pub(super) fn Allergies(
    /// The patient.
    patient: PatientId,
    /// The recorded allergies, the most severe first.
    allergies: Vec<AllergyView>,
    /// The forms, for a user who may record allergies.
    forms: Option<AllergyForms>,
) -> impl IntoView {
    let l = use_locale();
    let list = if allergies.is_empty() {
        view! { <Notice kind=NoticeKind::Info title=say!(l, common.safety.no_allergies)/> }.into_any()
    } else {
        let lines = allergies.clone();
        view! {
            <Notice kind=NoticeKind::Bad title=say!(l, common.safety.allergies)>
                <AllergyLines allergies=lines/>
            </Notice>
        }
        .into_any()
    };
    let change = forms.map(|forms| view! { <ChangeAllergies patient allergies forms/> });
    view! {
        {list}
        {change}
    }
    .into_any()
}

/// The forms that change the allergies, folded.
#[component]
pub(super) fn ChangeAllergies(
    /// The patient.
    patient: PatientId,
    /// The recorded allergies.
    allergies: Vec<AllergyView>,
    /// The forms.
    forms: AllergyForms,
) -> impl IntoView {
    let l = use_locale();
    let choices: Vec<Choice> = AllergySeverity::ALL
        .iter()
        .map(|severity| Choice { value: severity.as_str().to_owned(), label: severity_name(l, *severity).to_owned(), hint: None })
        .collect();
    let sources: Vec<Choice> = EntrySource::ALL
        .iter()
        .map(|source| Choice { value: source.as_str().to_owned(), label: source_name(l, *source).to_owned(), hint: None })
        .collect();
    let end = (!allergies.is_empty()).then(|| {
        view! {
            <Form form=forms.end>
                <input type="hidden" name="patient" value=patient.to_string()/>
                <TextField name="error" hint=say!(l, records.allergy.error_hint) optional=true/>
                <ul class="list">
                    {allergies
                        .iter()
                        .map(|view| {
                            let label = say!(l, records.allergy.end_of, substance = view.allergy.substance.clone());
                            view! {
                                <li class="row">
                                    <span>
                                        {said(&view.allergy.substance)}
                                        " "
                                        <small class="quiet">
                                            {view.allergy.source.map(|source| format!("{} · ", source_name(l, source)))}
                                            {said(&view.recorded_by)}
                                            " · "
                                            <Moment at=view.recorded_at detail=Detail::Day/>
                                        </small>
                                    </span>
                                    <button
                                        type="submit"
                                        class="button plain end"
                                        name="allergy"
                                        value=view.id.to_string()
                                        aria-label=label
                                    >
                                        {say!(l, records.allergy.end)}
                                    </button>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </Form>
        }
    });
    view! {
        <details open=shows_refused()>
            <summary>{say!(l, records.allergy.change)}</summary>
            {end}
            <Form form=forms.add>
                <input type="hidden" name="patient" value=patient.to_string()/>
                <TextField name="substance" hint=say!(l, records.allergy.substance_hint)/>
                <TextField name="reaction" hint=say!(l, records.allergy.reaction_hint) optional=true/>
                <Radios name="severity" choices=choices.clone()/>
                <Radios name="source" choices=sources.clone()/>
                <div class="row"><SubmitButton label=say!(l, records.allergy.add) class="plain"/></div>
            </Form>
        </details>
    }
    .into_any()
}

/// The allergies that no longer apply or were entered in error, folded: who ended each, when and why.
#[component]
pub(super) fn EndedAllergies(allergies: Vec<EndedAllergy>) -> impl IntoView {
    let l = use_locale();
    let lines: Vec<_> = allergies
        .into_iter()
        .map(|ended| {
            let why = match ended.error {
                None => view! { {say!(l, records.allergy.ended)} }.into_any(),
                Some(error) => view! { {say!(l, records.allergy.in_error)} " " {said(error)} }.into_any(),
            };
            let by = ended.ended_by.map(|by| view! { " · " {said(by)} });
            view! {
                <li>
                    <strong>{said(ended.allergy.substance)}</strong>
                    ": "
                    {why}
                    <br/>
                    <small class="quiet">
                        <Moment at=ended.recorded_at detail=Detail::Day/>
                        " · "
                        {said(ended.recorded_by)}
                        " → "
                        <Moment at=ended.ended_at detail=Detail::Day/>
                        {by}
                    </small>
                </li>
            }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <details>
                <summary>{say!(l, records.allergy.earlier)}</summary>
                <ul class="list">{lines}</ul>
            </details>
        }
    })
}
