//! Compares a patient who is to be registered with known patients who are likely the same person.

use super::register::RegisterValues;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::{date_of_birth, names};
use kit::parts::{Card, Choice, Notice, NoticeKind, PageTitle, Radios, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::LikelyPatient;
use model::identity::DateFields;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The decision as it is posted.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CompareValues {
    /// The id of the kept details.
    pub person: String,
    /// The patient who is the same, or `none`.
    pub same: String,
    /// Why the patient is none of the known ones.
    pub reason: String,
}

impl FormValues for CompareValues {
    const FORM: &'static str = "directory.compare_patients";
    const KEEP: Keep = Keep::InPage;
}

/// What is compared.
#[derive(Clone, Serialize, Deserialize)]
pub struct Compared {
    /// The details that were typed.
    pub typed: RegisterValues,
    /// The known patients.
    pub likely: Vec<LikelyPatient>,
}

/// Loads the form values, and the patients who are likely the same.
///
/// # Errors
/// `DraftExpired`; `NotFound` and `Forbidden` for users who do not register patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-likely-patients")]
pub async fn load_likely_patients(
    /// The id of the kept details.
    person: String,
) -> Result<Compared, Failure> {
    ssr::load(&person).await
}

/// Registers the patient in spite of the likely duplicates, or makes the known patient known to the clinic too.
///
/// # Errors
/// Wrong fields; `DraftExpired`; `NotFound` and `Forbidden` for users who do not register patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "compare-patients")]
pub async fn compare_patients(
    /// The posted form.
    #[server(flatten)]
    form: Posted<CompareValues>,
) -> Result<FormReply, Failure> {
    let outcome = ssr::decide(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod ssr {
    use super::{CompareValues, Compared, Failure, FormReply, Posted};
    use crate::desk::register::ssr::kept;
    use domain::{
        directory::{self, Likeness, NewPatient, RegisterPatient},
        error::retry,
    };
    use kit::request::{RequestContext, call};
    use model::errors::{FieldError, FieldFault};

    pub(super) async fn load(person: &str) -> Result<Compared, Failure> {
        let request = RequestContext::require()?;
        let typed = call(|| kept(&request, person)).await?;
        let details: NewPatient = typed.clone().into();
        let likely = call(|| directory::likely_patients(&request.domain, &request.access, &details)).await?;
        Ok(Compared { typed, likely })
    }

    pub(super) async fn decide(form: &Posted<CompareValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let CompareValues { person, same, reason } = form.values.clone();
        let typed = kept(&request, &person).await?;
        let likeness = match same.as_str() {
            "" => return Err(Failure::fields(vec![FieldError::new("same", FieldFault::Missing)])),
            "none" => Likeness::Different(reason),
            id => Likeness::Same(kit::request::id(id)?),
        };
        let found = if matches!(likeness, Likeness::Same(_)) { "known" } else { "new" };
        let idempotency_key = Some(form.idempotency_key.clone());
        let command = RegisterPatient { person: typed.clone().into(), likeness, idempotency_key };
        let patient = retry(|| directory::register_patient(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(typed.next(patient, found)))
    }
}

/// The page `/desk/register/compare`.
#[component]
pub fn ComparePage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let person = Memo::new(move |_| query.with(|query| query.get("person")).unwrap_or_default());
    let compared = Resource::new_blocking(move || person.get(), load_likely_patients);
    let form = use_form::<ComparePatients, CompareValues>()
        .choice("same", say!(l, directory.compare.same), say!(l, directory.compare.same_missing))
        .field("reason", say!(l, directory.compare.reason), say!(l, directory.compare.reason_missing));
    view! {
        <PageTitle text=say!(l, directory.compare.title)/>
        <h1>{say!(l, directory.compare.title)}</h1>
        {loaded(compared, move |compared| view! { <Compare compared form person=person.get_untracked()/> })}
        <p><a href="/desk/register">{say!(l, directory.compare.back)}</a></p>
    }
    .into_any()
}

#[component]
fn Compare(compared: Compared, form: FormHandle, person: String) -> impl IntoView {
    let l = use_locale();
    let Compared { typed, likely } = compared;
    let born = DateFields { day: &typed.date_of_birth_day, month: &typed.date_of_birth_month, year: &typed.date_of_birth_year };
    // The details were checked before they were kept.
    let born = born.parse().map(|date| date_of_birth(names(l), date)).unwrap_or_default();
    let phone = if typed.phone.is_empty() { say!(l, directory.desk.not_given).into_any() } else { said(typed.phone) };
    let none = Choice { value: "none".to_owned(), label: say!(l, directory.compare.none).to_owned(), hint: None };
    let choices: Vec<Choice> = likely.iter().map(|likely| choice(l, likely)).chain([none]).collect();
    view! {
        <Notice kind=NoticeKind::Warn title=say!(l, directory.compare.lead)/>
        <Card title=say!(l, directory.compare.typed)>
            <dl class="facts">
                <dt>{say!(l, directory.desk.full_name)}</dt>
                <dd>{said(typed.name)}</dd>
                <dt>{say!(l, common.person.date_of_birth)}</dt>
                <dd>{born}</dd>
                <dt>{say!(l, common.person.phone)}</dt>
                <dd>{phone}</dd>
            </dl>
        </Card>
        <Form form class="card">
            <input type="hidden" name="person" value=person.clone()/>
            <Radios name="same" choices=choices.clone()/>
            <TextField name="reason" hint=say!(l, directory.compare.reason_hint)/>
            <div class="row"><SubmitButton label=say!(l, directory.compare.submit)/></div>
        </Form>
    }
    .into_any()
}

/// A known patient as a choice: the name, and below it the date of birth and what is the same.
fn choice(l: Locale, likely: &LikelyPatient) -> Choice {
    let born = date_of_birth(names(l), likely.date_of_birth);
    let why = match (likely.same_person, likely.same_phone) {
        (true, true) => say!(l, directory.compare.same_both),
        (true, false) => say!(l, directory.compare.same_birth),
        (false, _) => say!(l, directory.compare.same_phone),
    };
    let place = if likely.known_here { say!(l, directory.compare.here) } else { say!(l, directory.compare.elsewhere) };
    Choice {
        value: likely.id.to_string(),
        label: say!(l, directory.compare.is, name = likely.name),
        hint: Some(format!("{born} · {why} · {place}")),
    }
}
