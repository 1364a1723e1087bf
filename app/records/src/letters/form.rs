//! Writing a letter, and changing its draft.

use super::super::phrases::Known;
use super::parts::kind_name;
use super::show::read_letter;
use jiff::civil::Date;
use kit::failure::Failure;
use kit::forms::{
    Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form, use_form_about, visit_in_address,
};
use kit::parts::{Choice, DateFields, PageTitle, Radios, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::records::{LetterKind, LetterView, NewLetter, Phrase, TypedLetter};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// A letter as the forms have it: each day has three fields.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LetterValues {
    /// A word of [`LetterKind`].
    pub kind: String,
    /// To whom it is.
    pub recipient: String,
    /// The day of the month of the first day.
    pub from_day: String,
    /// Its month.
    pub from_month: String,
    /// Its year.
    pub from_year: String,
    /// The day of the month of the last day.
    pub until_day: String,
    /// Its month.
    pub until_month: String,
    /// Its year.
    pub until_year: String,
    /// The text.
    pub text: String,
}

impl LetterValues {
    /// What the form begins with.
    fn of(letter: TypedLetter) -> Self {
        let parts = |day: &str| {
            let day = day.parse::<Date>().ok();
            day.map(|day| [day.day().to_string(), day.month().to_string(), day.year().to_string()]).unwrap_or_default()
        };
        let [from_day, from_month, from_year] = parts(&letter.from);
        let [until_day, until_month, until_year] = parts(&letter.until);
        let TypedLetter { kind, recipient, text, .. } = letter;
        Self { kind, recipient, from_day, from_month, from_year, until_day, until_month, until_year, text }
    }
}

/// The values of the form that writes a letter.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WriteLetterValues {
    /// The visit's id.
    pub encounter: String,
    /// The letter.
    #[serde(flatten)]
    pub letter: LetterValues,
}

impl FormValues for WriteLetterValues {
    const FORM: &'static str = "records.write_letter";
}

/// The values of the form that changes a draft.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeLetterValues {
    /// The letter's id.
    pub id: String,
    /// The letter.
    #[serde(flatten)]
    pub letter: LetterValues,
}

impl FormValues for ChangeLetterValues {
    const FORM: &'static str = "records.change_letter";
    // The page knows neither the visit nor the patient before it is loaded, and the draft of the letter itself is stored.
    const KEEP: Keep = Keep::InPage;
}

/// Loads what the page for a new letter starts with.
///
/// # Errors
/// `NotFound`; `Forbidden`; `VisitNotYet`, `VisitNotHeld`.
#[server(prefix = "/do", endpoint = "load-new-letter")]
pub async fn load_new_letter(
    /// The visit's id.
    encounter: String,
) -> Result<NewLetter, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&encounter)?;
    kit::request::call(|| domain::records::new_letter(&request.domain, &request.access, id)).await
}

/// Writes the draft of a letter, and goes on to its page.
///
/// # Errors
/// Wrong fields; `VisitNotYet`, `VisitNotHeld`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "write-letter")]
pub async fn write_letter(
    /// The posted form.
    #[server(flatten)]
    form: Posted<WriteLetterValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::write(&form).await;
    form.answer(outcome).await
}

/// Changes the draft of a letter.
///
/// # Errors
/// Wrong fields; `Stale`, `LetterFrozen`, `LetterWithdrawn`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "change-letter")]
pub async fn change_letter(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ChangeLetterValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ChangeLetterValues, Failure, FormReply, LetterKind, LetterValues, Posted, TypedLetter, WriteLetterValues};
    use domain::{error::retry, records};
    use kit::request::{RequestContext, posted_id};
    use model::identity::DateFields;

    pub(super) async fn write(form: &Posted<WriteLetterValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = records::WriteLetter {
            encounter: posted_id(&form.values.encounter)?,
            letter: fields(&form.values.letter)?,
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        let id = retry(|| records::write_letter(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/letters/{id}")))
    }

    pub(super) async fn change(form: &Posted<ChangeLetterValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let letter = posted_id(&form.values.id)?;
        let command = records::ChangeLetter { letter, version: form.version()?, typed: fields(&form.values.letter)? };
        retry(|| records::change_letter(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/letters/{letter}")))
    }

    /// The letter without the days, if one of this kind has none: a page without scripts shows them for all kinds. A wrong day is named with all other wrong fields.
    fn fields(values: &LetterValues) -> Result<TypedLetter, Failure> {
        let (kind, recipient, text) = (values.kind.clone(), values.recipient.clone(), values.text.clone());
        let mut typed = TypedLetter { kind, recipient, text, ..TypedLetter::default() };
        if !LetterKind::parse(&typed.kind).is_ok_and(LetterKind::has_period) {
            return Ok(typed);
        }
        let from = DateFields { day: &values.from_day, month: &values.from_month, year: &values.from_year };
        let until = DateFields { day: &values.until_day, month: &values.until_month, year: &values.until_year };
        let mut wrong = Vec::new();
        match from.parse() {
            Ok(day) => typed.from = day.to_string(),
            Err(faults) => wrong.extend(faults.into_iter().map(|fault| fault.under("from"))),
        }
        match until.parse() {
            Ok(day) => typed.until = day.to_string(),
            Err(faults) => wrong.extend(faults.into_iter().map(|fault| fault.under("until"))),
        }
        if wrong.is_empty() {
            return Ok(typed);
        }
        let others = typed.parse(|_| true).err().unwrap_or_default();
        wrong.extend(others.into_iter().filter(|other| other.field != "from" && other.field != "until"));
        Err(Failure::fields(wrong))
    }
}

/// Declares the fields in the order of the page.
fn declared(form: FormHandle) -> FormHandle {
    let l = use_locale();
    form.choice("kind", say!(l, records.letters.kind), say!(l, records.letters.kind_missing))
        .field("recipient", say!(l, records.letters.recipient), say!(l, records.letters.recipient_missing))
        .noun(say!(l, records.letters.recipient_noun))
        .date("from", say!(l, records.letters.from), say!(l, records.letters.from_missing))
        .date("until", say!(l, records.letters.until), say!(l, records.letters.until_missing))
        .field("text", say!(l, records.letters.text), say!(l, records.letters.text_missing))
        .noun(say!(l, records.letters.text_noun))
}

/// The page `/doctor/visits/:id/letters/new`. With `?kind=` the kind is chosen, and a summary begins with what the visit says.
#[component]
pub fn NewLetterPage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let form = declared(use_form_about::<WriteLetter, WriteLetterValues>(visit_in_address()));
    let found = Resource::new_blocking(id, load_new_letter);
    view! {
        <PageTitle text=say!(l, records.letters.write)/>
        {loaded(found, move |begun| {
            let kind = query.with_untracked(|query| query.get("kind"));
            view! { <Write begun kind form/> }
        })}
    }
    .into_any()
}

#[component]
fn Write(begun: NewLetter, kind: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let kind = kind.and_then(|kind| LetterKind::parse(&kind).ok());
    let encounter = begun.encounter.to_string();
    let letter = TypedLetter {
        kind: kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        from: begun.today.to_string(),
        text: if kind == Some(LetterKind::Summary) { suggested(l, &begun) } else { String::new() },
        ..TypedLetter::default()
    };
    let form = form.filled(&WriteLetterValues { encounter: encounter.clone(), letter: LetterValues::of(letter) });
    let phrases = StoredValue::new(begun.phrases);
    let summary = (kind != Some(LetterKind::Summary)).then(|| {
        let href = format!("/doctor/visits/{encounter}/letters/new?kind=summary");
        view! { <p><a href=href rel="external">{say!(l, records.letters.begin_summary)}</a></p> }
    });
    view! {
        <div class="lead">
            <h1>{say!(l, records.letters.write_for, patient = begun.patient_name)}</h1>
            <p>{say!(l, records.letters.write_lead)}</p>
            {summary}
        </div>
        <Form form class="card">
            <input type="hidden" name="encounter" value=encounter.clone()/>
            <Fields phrases/>
            <div class="row"><SubmitButton label=say!(l, records.letters.preview)/></div>
        </Form>
    }
    .into_any()
}

/// The page `/doctor/letters/:id/edit`.
#[component]
pub fn EditLetterPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let form = declared(use_form::<ChangeLetter, ChangeLetterValues>());
    let found = Resource::new_blocking(id, read_letter);
    view! {
        <PageTitle text=say!(l, records.letters.change)/>
        {loaded(found, move |letter| view! { <Edit letter form/> })}
    }
    .into_any()
}

#[component]
fn Edit(letter: LetterView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let id = letter.id.to_string();
    let values = ChangeLetterValues { id: id.clone(), letter: LetterValues::of(letter.content.typed()) };
    let form = form.editing(&values, letter.version);
    let back = format!("/doctor/letters/{id}");
    let phrases = StoredValue::new(Vec::<Phrase>::new());
    view! {
        <div class="lead">
            <h1>{say!(l, records.letters.write_for, patient = letter.patient_name)}</h1>
            <p><a href=back>{say!(l, records.letters.keep)}</a></p>
        </div>
        <Form form class="card">
            <input type="hidden" name="id" value=id.clone()/>
            <Fields phrases/>
            <div class="row"><SubmitButton label=say!(l, records.letters.preview)/></div>
        </Form>
    }
    .into_any()
}

/// The fields of a letter. The style hides the days while a kind is chosen that has none.
#[component]
fn Fields(phrases: StoredValue<Vec<Phrase>>) -> impl IntoView {
    let l = use_locale();
    let hint = |kind| match kind {
        LetterKind::Referral => say!(l, records.letters.referral_hint),
        LetterKind::SickNote => say!(l, records.letters.sick_note_hint),
        LetterKind::FitNote => say!(l, records.letters.fit_note_hint),
        LetterKind::Summary => say!(l, records.letters.summary_hint),
    };
    let choices: Vec<_> = LetterKind::ALL
        .iter()
        .map(|kind| Choice {
            value: kind.as_str().to_owned(),
            label: kind_name(l, *kind).to_owned(),
            hint: Some(hint(*kind).to_owned()),
        })
        .collect();
    let known = phrases.get_value();
    let known = (!known.is_empty()).then(|| {
        view! {
            <details>
                <summary>{say!(l, records.notes.phrases)}</summary>
                <p class="quiet">{say!(l, records.notes.phrases_hint)}</p>
                <Known phrases=known/>
            </details>
        }
    });
    view! {
        <Radios name="kind" choices/>
        <TextArea name="recipient" hint=say!(l, records.letters.recipient_hint) rows=3/>
        <div class="two period">
            <DateFields name="from" hint=say!(l, records.letters.from_hint)/>
            <DateFields name="until" hint=say!(l, records.letters.until_hint)/>
        </div>
        // The same gaps as between the other fields of the form.
        <div class="form" on:keydown=move |event| phrases.with_value(|phrases| kit::phrases::write_out(&event, phrases))>
            <TextArea name="text" hint=say!(l, records.letters.text_hint) rows=10/>
        </div>
        {known}
    }
    .into_any()
}

/// What a summary begins with: diagnoses, plan and medicines of the visit. The doctor changes it.
fn suggested(l: Locale, new: &NewLetter) -> String {
    let mut parts = Vec::new();
    if !new.diagnoses.is_empty() {
        let lines: Vec<_> = new.diagnoses.iter().map(|found| format!("{} ({})", found.description, found.code)).collect();
        parts.push(format!("{}\n{}", say!(l, records.letters.summary_diagnoses), lines.join("\n")));
    }
    if let Some(plan) = &new.plan {
        parts.push(format!("{}\n{plan}", say!(l, records.letters.summary_plan)));
    }
    if !new.medicines.is_empty() {
        let line = |medicine: &model::prescriptions::Medicine| {
            format!(
                "{} {}: {}, {}, {}",
                medicine.medicine, medicine.strength, medicine.dose, medicine.frequency, medicine.duration
            )
        };
        let lines: Vec<_> = new.medicines.iter().map(line).collect();
        parts.push(format!("{}\n{}", say!(l, records.letters.summary_medicines), lines.join("\n")));
    }
    parts.join("\n\n")
}
