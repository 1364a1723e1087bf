//! The form of an entry: the fields that its kind has.

use super::in_words::{field_name, relative_name, source_name, state_name, topic_name};
use crate::find::FoundDiagnoses;
use kit::failure::Failure;
use kit::forms::{FormHandle, FormReply, FormValues, Keep, Posted, use_field};
use kit::parts::{Choice, Radios, SelectField, TextArea, TextField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::records::{EntryField, EntryKind, EntrySource, ProblemState, Relative, SocialTopic, TypedEntry};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form of an entry. Which of them are shown depends on the kind.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryValues {
    /// The patient's id.
    pub patient: String,
    /// The entry's id; empty for a new one.
    pub entry: String,
    /// The kind.
    pub kind: String,
    /// The source.
    pub source: String,
    /// What it is called.
    pub name: String,
    /// The ICD-10-CM code.
    pub code: String,
    /// Whether the patient still has a problem.
    pub state: String,
    /// The relative.
    pub relative: String,
    /// The relative's age.
    pub age: String,
    /// The topic.
    pub topic: String,
    /// The strength.
    pub strength: String,
    /// How it is taken.
    pub dose: String,
    /// The number of the dose.
    pub dose_number: String,
    /// The lot number.
    pub lot: String,
    /// When it began.
    pub since: String,
    /// When it ended.
    pub until: String,
    /// Where it was done.
    pub place: String,
    /// Anything else.
    pub text: String,
}

impl FormValues for EntryValues {
    const FORM: &'static str = "records.entry";
    // A draft on the server is one for each patient and form, and this form has eight kinds.
    const KEEP: Keep = Keep::InPage;
}

impl EntryValues {
    /// The values of an entry that exists.
    pub(super) fn of(typed: TypedEntry, patient: String, entry: String) -> Self {
        Self {
            patient,
            entry,
            kind: typed.kind,
            source: typed.source,
            name: typed.name,
            code: typed.code,
            state: typed.state,
            relative: typed.relative,
            age: typed.age,
            topic: typed.topic,
            strength: typed.strength,
            dose: typed.dose,
            dose_number: typed.dose_number,
            lot: typed.lot,
            since: typed.since,
            until: typed.until,
            place: typed.place,
            text: typed.text,
        }
    }

    /// The fields, as they were typed.
    #[cfg(feature = "ssr")]
    fn typed(self) -> TypedEntry {
        TypedEntry {
            kind: self.kind,
            source: self.source,
            name: self.name,
            code: self.code,
            state: self.state,
            relative: self.relative,
            age: self.age,
            topic: self.topic,
            strength: self.strength,
            dose: self.dose,
            dose_number: self.dose_number,
            lot: self.lot,
            since: self.since,
            until: self.until,
            place: self.place,
            text: self.text,
        }
    }
}

/// Adds an entry to a record.
///
/// # Errors
/// Wrong fields; `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "add-entry")]
pub async fn add_entry(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EntryValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form).await;
    form.answer(outcome).await
}

/// Writes a new version of an entry.
///
/// # Errors
/// Wrong fields; `Stale`, `EntryWithdrawn`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "change-entry")]
pub async fn change_entry(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EntryValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{EntryValues, Failure, FormReply, Posted};
    use crate::same_page;
    use domain::{
        error::retry,
        records::{self, AddEntry, ChangeEntry},
    };
    use kit::request::{RequestContext, posted_id};
    use model::access::Role;
    use model::ids::PatientId;

    pub(super) async fn add(form: &Posted<EntryValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let patient: PatientId = posted_id(&form.values.patient)?;
        let idempotency_key = Some(form.idempotency_key.clone());
        let command = AddEntry { patient, typed: form.values.clone().typed(), idempotency_key };
        retry(|| records::add_entry(&request.domain, &request.access, command.clone())).await?;
        let portal = if request.access.acting()?.role == Role::Nurse { "/ward" } else { "/doctor" };
        Ok(FormReply::to(format!("{portal}/patients/{patient}/record")))
    }

    pub(super) async fn change(form: &Posted<EntryValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = ChangeEntry {
            patient: posted_id(&form.values.patient)?,
            entry: posted_id(&form.values.entry)?,
            version_seen: form.version()?,
            typed: form.values.clone().typed(),
        };
        retry(|| records::change_entry(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }
}

/// Declares the fields of a kind, in the order of the page.
pub(super) fn declared(form: FormHandle, kind: EntryKind) -> FormHandle {
    let l = use_locale();
    let form = kind.fields().iter().fold(form, |form, field| declare(form, l, kind, *field));
    form.choice("source", say!(l, records.record.source_label), say!(l, records.record.source_missing))
}

fn declare(form: FormHandle, l: Locale, kind: EntryKind, field: EntryField) -> FormHandle {
    let (name, label) = (field.as_str(), field_name(l, kind, field));
    match field {
        EntryField::Name => form.field(name, label, name_missing(l, kind)),
        EntryField::Code => form.choice(name, label, say!(l, records.record.field_code_unknown)),
        EntryField::State => form.choice(name, label, say!(l, records.record.field_state_missing)),
        EntryField::Relative => form.field(name, label, say!(l, records.record.field_relative_missing)),
        EntryField::Topic => form.field(name, label, say!(l, records.record.field_topic_missing)),
        EntryField::Age | EntryField::DoseNumber => {
            form.optional(name, label).malformed(say!(l, records.record.field_number_malformed))
        }
        EntryField::Since | EntryField::Until => form
            .field(name, label, say!(l, records.record.field_date_missing))
            .malformed(say!(l, records.record.field_date_malformed)),
        EntryField::Text => form.field(name, label, say!(l, records.record.field_text_missing)),
        EntryField::Strength | EntryField::Dose | EntryField::Lot | EntryField::Place => form.optional(name, label),
    }
}

/// The sentence for a missing name.
fn name_missing(l: Locale, kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Problem => say!(l, records.record.missing_problem),
        EntryKind::History | EntryKind::Social => say!(l, records.record.missing_history),
        EntryKind::Medication => say!(l, records.record.missing_medication),
        EntryKind::Immunisation => say!(l, records.record.missing_immunisation),
        EntryKind::Family => say!(l, records.record.missing_family),
        EntryKind::Procedure => say!(l, records.record.missing_procedure),
        EntryKind::CarePlan => say!(l, records.record.missing_care_plan),
    }
}

/// The controls of a kind, to be shown inside of a form that declares them.
#[component]
pub(super) fn EntryFields(
    /// The kind.
    kind: EntryKind,
    /// The diagnoses that match the search.
    found: Resource<Result<FoundDiagnoses, Failure>>,
) -> impl IntoView {
    let l = use_locale();
    let controls: Vec<_> = kind.fields().iter().map(|field| control(l, kind, *field, found)).collect();
    let sources = words_of(EntrySource::ALL, EntrySource::as_str, |source| source_name(l, source));
    view! {
        {controls}
        <Radios name="source" choices=sources/>
    }
    .into_any()
}

fn control(l: Locale, kind: EntryKind, field: EntryField, found: Resource<Result<FoundDiagnoses, Failure>>) -> AnyView {
    let name = field.as_str();
    match field {
        EntryField::Code => loaded(found, move |found| view! { <Codes found/> }).into_any(),
        EntryField::State => {
            let choices = words_of(ProblemState::ALL, ProblemState::as_str, |state| state_name(l, state));
            view! { <Radios name choices/> }.into_any()
        }
        EntryField::Relative => {
            let choices = words_of(Relative::ALL, Relative::as_str, |relative| relative_name(l, relative));
            view! { <SelectField name choices/> }.into_any()
        }
        EntryField::Topic => {
            let choices = words_of(SocialTopic::ALL, SocialTopic::as_str, |topic| topic_name(l, topic));
            view! { <SelectField name choices/> }.into_any()
        }
        EntryField::Age | EntryField::DoseNumber => {
            view! { <TextField name inputmode="numeric" width="short" optional=true/> }.into_any()
        }
        EntryField::Since | EntryField::Until => {
            let is_optional = !(kind == EntryKind::Immunisation && field == EntryField::Since);
            view! { <TextField name hint=say!(l, records.record.field_date_hint) width="short" optional=is_optional/> }.into_any()
        }
        EntryField::Text => {
            let is_optional = !matches!(kind, EntryKind::Social | EntryKind::CarePlan);
            view! { <TextArea name rows=4 optional=is_optional/> }.into_any()
        }
        EntryField::Name if kind == EntryKind::Problem => {
            view! { <TextField name hint=say!(l, records.record.field_name_problem_hint)/> }.into_any()
        }
        EntryField::Name => view! { <TextField name/> }.into_any(),
        EntryField::Strength | EntryField::Dose | EntryField::Lot | EntryField::Place => {
            view! { <TextField name optional=true/> }.into_any()
        }
    }
}

fn words_of<T: Copy>(all: &[T], value: impl Fn(T) -> &'static str, label: impl Fn(T) -> &'static str) -> Vec<Choice> {
    let choice = |word: &T| Choice { value: value(*word).to_owned(), label: label(*word).to_owned(), hint: None };
    all.iter().map(choice).collect()
}

/// The codes to choose from: none, the one that the entry has, and those that the search has found.
#[component]
fn Codes(found: FoundDiagnoses) -> impl IntoView {
    let l = use_locale();
    let chosen = use_field("code", None).value;
    let none = Choice { value: String::new(), label: say!(l, records.record.field_no_code).to_owned(), hint: None };
    let has_chosen = chosen.is_empty() || found.codes.iter().any(|code| code.code == chosen);
    let kept = (!has_chosen).then(|| Choice { value: chosen.clone(), label: chosen.clone(), hint: None });
    let matching = found.codes.iter().map(|code| {
        let plain = code.plain.as_ref().unwrap_or(&code.description);
        let hint = code.plain.as_ref().map(|_| code.description.clone());
        Choice { value: code.code.clone(), label: format!("{} · {plain}", code.code), hint }
    });
    let choices: Vec<Choice> = [none].into_iter().chain(kept).chain(matching).collect();
    let is_empty = found.codes.is_empty() && found.query.trim().chars().count() >= 2;
    view! {
        {is_empty.then(|| view! { <p role="status">{say!(l, records.diagnoses.nothing)}</p> })}
        <Radios name="code" choices=choices.clone()/>
    }
    .into_any()
}
