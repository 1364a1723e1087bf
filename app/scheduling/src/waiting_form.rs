//! The form that puts a patient on the waiting list.

use super::states::mode_name;
use jiff::ToSpan;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Checkbox, Choice, DateFields, PageTitle, SelectField, TextArea, TextField, loaded, said};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::scheduling::{VisitMode, WaitingChoices};
use serde::{Deserialize, Serialize};
use words::say;

/// For how many days a patient is on the waiting list by default.
const USUAL_DAYS: i32 = 60;

/// What a patient wishes, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WishValues {
    /// The patient, for reception; empty for the one on whose behalf the viewer acts.
    pub patient: String,
    /// The appointment that is to move; empty for none.
    pub appointment: String,
    /// The doctor; empty for none.
    pub doctor: String,
    /// The slug of the specialty; empty for none.
    pub specialty: String,
    /// The mode, as its word; empty for any.
    pub mode: String,
    /// `true` if Mondays suit.
    pub monday: String,
    /// `true` if Tuesdays suit.
    pub tuesday: String,
    /// `true` if Wednesdays suit.
    pub wednesday: String,
    /// `true` if Thursdays suit.
    pub thursday: String,
    /// `true` if Fridays suit.
    pub friday: String,
    /// `true` if Saturdays suit.
    pub saturday: String,
    /// `true` if Sundays suit.
    pub sunday: String,
    /// From when on a day suits.
    pub from: String,
    /// When the visit has to be over.
    pub to: String,
    /// The day of the last date.
    pub until_day: String,
    /// Its month.
    pub until_month: String,
    /// Its year.
    pub until_year: String,
    /// The reason for the visit.
    pub reason: String,
}

impl FormValues for WishValues {
    const FORM: &'static str = "scheduling.join_waiting";
    // It begins with the doctor of the page before, so a draft about another one would confuse.
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the names of what was chosen on the page before, and for reception the doctors of the clinic.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "read-waiting-choices")]
pub async fn read_waiting_choices(
    /// The id of the doctor.
    doctor: Option<String>,
    /// The slug of the specialty.
    specialty: Option<String>,
) -> Result<WaitingChoices, Failure> {
    let request = kit::request::RequestContext::require()?;
    let doctor = doctor.and_then(|id| id.parse().ok());
    let slug = specialty.as_deref();
    kit::request::call(|| domain::scheduling::waiting_choices(&request.domain, &request.access, doctor, slug)).await
}

/// Puts a patient on the waiting list.
///
/// # Errors
/// Wrong fields; `AlreadyWaiting`, `WaitingTooOften`, `WaitingWithoutAccount`, `AppointmentSettled`, `NotFound`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "join-waiting")]
pub async fn join_waiting(
    /// The posted form.
    #[server(flatten)]
    form: Posted<WishValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::join(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::super::hours::post::range;
    use super::{Failure, FormReply, WishValues};
    use domain::{
        error::retry,
        scheduling::{self, JoinWaitingList},
    };
    use kit::request::{RequestContext, posted_id};
    use model::errors::FieldError;
    use model::identity::DateFields;
    use model::scheduling::{DAY_NAMES, VisitMode};

    pub(super) async fn join(values: &WishValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let mut faults = Vec::new();
        let ticked = [
            &values.monday,
            &values.tuesday,
            &values.wednesday,
            &values.thursday,
            &values.friday,
            &values.saturday,
            &values.sunday,
        ];
        let days =
            DAY_NAMES.iter().zip(ticked).filter(|(_, ticked)| *ticked == "true").map(|(name, _)| (*name).to_owned()).collect();
        let hours = match range(&values.from, &values.to) {
            Ok(hours) => hours,
            Err((part, fault)) => {
                faults.push(FieldError::new(if part == "until" { "to" } else { part }, fault));
                None
            }
        };
        let typed = DateFields { day: &values.until_day, month: &values.until_month, year: &values.until_year };
        let until = typed.parse().map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under("until")))).ok();
        let (Some(until), true) = (until, faults.is_empty()) else { return Err(Failure::fields(faults)) };
        let optional = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let command = JoinWaitingList {
            patient: optional(&values.patient).map(|id| posted_id(&id)).transpose()?,
            appointment: optional(&values.appointment).map(|id| posted_id(&id)).transpose()?,
            doctor: optional(&values.doctor).map(|id| posted_id(&id)).transpose()?,
            specialty: optional(&values.specialty),
            mode: optional(&values.mode).and_then(|mode| VisitMode::parse(&mode).ok()),
            days,
            from: hours.map(|hours| hours.start()),
            to: hours.map(|hours| hours.end()),
            until,
            reason: values.reason.clone(),
        };
        retry(|| scheduling::join_waiting_list(&request.domain, &request.access, command.clone())).await?;
        let page = if values.patient.is_empty() { "/waiting" } else { "/desk/waiting" };
        Ok(FormReply::to(format!("{page}?done=joined")))
    }
}

/// The patient's form. The address says for which doctor, specialty or appointment.
#[component]
pub fn JoinWaitingPage() -> impl IntoView {
    page("/waiting")
}

/// The form of reception. The address names the patient.
#[component]
pub fn DeskJoinWaitingPage() -> impl IntoView {
    page("/desk/waiting")
}

fn page(back: &'static str) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let asked = move |name: &str| query.with_untracked(|query| query.get(name)).unwrap_or_default();
    let given = move |name: &str| query.with(|query| query.get(name)).filter(|value| !value.is_empty());
    let today = use_viewer().zone_rules().to_datetime(use_now().get_untracked()).date();
    let until = today.saturating_add(USUAL_DAYS.days());
    let values = WishValues {
        doctor: asked("doctor"),
        until_day: until.day().to_string(),
        until_month: until.month().to_string(),
        until_year: until.year().to_string(),
        ..WishValues::default()
    };
    let form = use_form::<JoinWaiting, WishValues>()
        .field("doctor", say!(l, scheduling.waiting.doctor), say!(l, scheduling.waiting.doctor_missing))
        .optional("mode", say!(l, scheduling.waiting.mode))
        .optional("monday", say!(l, scheduling.waiting.monday))
        .optional("tuesday", say!(l, scheduling.waiting.tuesday))
        .optional("wednesday", say!(l, scheduling.waiting.wednesday))
        .optional("thursday", say!(l, scheduling.waiting.thursday))
        .optional("friday", say!(l, scheduling.waiting.friday))
        .optional("saturday", say!(l, scheduling.waiting.saturday))
        .optional("sunday", say!(l, scheduling.waiting.sunday))
        .field("from", say!(l, scheduling.days.from), say!(l, scheduling.waiting.from_missing))
        .malformed(say!(l, scheduling.days.from_malformed))
        .field("to", say!(l, scheduling.days.until), say!(l, scheduling.waiting.to_missing))
        .malformed(say!(l, scheduling.days.until_malformed))
        .noun(say!(l, scheduling.waiting.to_noun))
        .date("until", say!(l, scheduling.waiting.until), say!(l, scheduling.waiting.until_missing))
        .field("reason", say!(l, scheduling.waiting.reason), say!(l, scheduling.waiting.reason_missing))
        .filled(&values);
    let choices = Resource::new_blocking(
        move || (given("doctor"), given("specialty")),
        |(doctor, specialty)| read_waiting_choices(doctor, specialty),
    );
    view! {
        <PageTitle text=say!(l, scheduling.waiting.join_title)/>
        <p><a href=back>"← " {say!(l, scheduling.waiting.title)}</a></p>
        <div class="lead">
            <h1>{say!(l, scheduling.waiting.join_title)}</h1>
            <p>{say!(l, scheduling.waiting.join_lead)}</p>
        </div>
        {loaded(choices, move |choices| {
            view! { <Wish choices form patient=asked("patient") appointment=asked("appointment")/> }
        })}
    }
}

#[component]
fn Wish(choices: WaitingChoices, form: FormHandle, patient: String, appointment: String) -> impl IntoView {
    let l = use_locale();
    let WaitingChoices { doctor, specialty, doctors } = choices;
    let is_new = appointment.is_empty();
    let options: Vec<Choice> =
        doctors.iter().map(|doctor| Choice { value: doctor.id.to_string(), label: doctor.name.clone(), hint: None }).collect();
    // Who comes from a doctor, a specialty or an appointment has chosen already.
    let chooses = is_new && doctor.is_none() && specialty.is_none();
    if chooses && options.is_empty() {
        return view! { <p><a class="button" href="/doctors">{say!(l, scheduling.search.title)}</a></p> }.into_any();
    }
    let known = doctor.as_ref().filter(|_| is_new).map(|doctor| doctor.id.to_string()).unwrap_or_default();
    let slug =
        specialty.as_ref().filter(|_| is_new && doctor.is_none()).map(|specialty| specialty.slug.clone()).unwrap_or_default();
    let about = match (doctor, specialty) {
        _ if !is_new => view! { <p>{say!(l, scheduling.waiting.for_appointment)}</p> }.into_any(),
        (Some(doctor), _) => view! { <p><strong>{said(doctor.name)}</strong></p> }.into_any(),
        (None, Some(specialty)) => view! { <p><strong>{said(specialty.name)}</strong></p> }.into_any(),
        (None, None) => ().into_any(),
    };
    let any = Choice { value: String::new(), label: say!(l, scheduling.waiting.any_mode).to_owned(), hint: None };
    let modes: Vec<Choice> = std::iter::once(any)
        .chain(VisitMode::ALL.iter().map(|mode| Choice {
            value: mode.as_str().to_owned(),
            label: mode_name(l, *mode).to_owned(),
            hint: None,
        }))
        .collect();
    view! {
        {about}
        <Form form class="card">
            <input type="hidden" name="patient" value=patient.clone()/>
            <input type="hidden" name="appointment" value=appointment.clone()/>
            <input type="hidden" name="specialty" value=slug.clone()/>
            {(!chooses).then(|| view! { <input type="hidden" name="doctor" value=known.clone()/> })}
            {chooses.then(|| view! { <SelectField name="doctor" choices=options.clone()/> })}
            {is_new.then(|| view! { <SelectField name="mode" choices=modes.clone() preset=String::new()/> })}
            <fieldset class="field">
                <legend>{say!(l, scheduling.waiting.days)}</legend>
                <Checkbox name="monday"/>
                <Checkbox name="tuesday"/>
                <Checkbox name="wednesday"/>
                <Checkbox name="thursday"/>
                <Checkbox name="friday"/>
                <Checkbox name="saturday"/>
                <Checkbox name="sunday"/>
            </fieldset>
            <div class="row range">
                <TextField name="from" kind="time" width="time" optional=true/>
                <TextField name="to" kind="time" width="time" optional=true/>
            </div>
            <p class="quiet">{say!(l, scheduling.waiting.hours_hint)}</p>
            <DateFields name="until" hint=say!(l, scheduling.days.date_hint)/>
            {is_new.then(|| view! { <TextArea name="reason" hint=say!(l, scheduling.waiting.reason_hint) rows=3/> })}
            <div class="row"><SubmitButton label=say!(l, scheduling.waiting.submit)/></div>
        </Form>
    }
    .into_any()
}
