//! Taking time off: the visits in it are listed, and each stays, moves or is cancelled, with one message to the patients.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{Choice, MomentRange, PageTitle, Radios, SearchDate, SearchedDate, TextArea, TextField, ZoneNote, loaded, said};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::ids::AppointmentId;
use model::scheduling::views::{TimeOffView, TouchedVisit};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use words::say;

/// Time off and what becomes of the visits in it, as chosen.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TimeOffValues {
    /// The first day, `2026-11-24`.
    pub first: String,
    /// The last day.
    pub last: String,
    /// From when, on one day; empty for whole days.
    pub from: String,
    /// Until when.
    pub until: String,
    /// What the doctor writes for themselves.
    pub note: String,
    /// What the patients are told.
    pub message: String,
    /// By [`key`] of the appointment: `keep`, `cancel`, or `move~` and the instant.
    pub visits: BTreeMap<String, String>,
    /// By [`key`] of the appointment: the version that was shown.
    pub seen: BTreeMap<String, String>,
}

impl FormValues for TimeOffValues {
    const FORM: &'static str = "scheduling.time_off";
    // It belongs to the visits that are there now.
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the visits that time off would touch.
///
/// # Errors
/// Wrong days or hours; `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-time-off")]
pub async fn read_time_off(
    /// The first day.
    first: String,
    /// The last day.
    last: String,
    /// From when; may be empty.
    from: String,
    /// Until when; may be empty.
    until: String,
) -> Result<TimeOffView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let zone = request.viewer.zone_name();
    let off = match post::off([&first, &last, &from, &until], zone) {
        Ok(off) => off,
        Err(faults) => return kit::failure::answered(Err(domain::Error::fields(faults))),
    };
    kit::request::call(|| domain::scheduling::visits_in_time_off(&request.domain, &request.access, off.clone())).await
}

/// Takes time off, and moves or cancels the visits in it.
///
/// # Errors
/// Wrong fields; `Stale` when the visits have changed; `SlotTaken`, `SlotUnknown`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "take-time-off")]
pub async fn take_time_off(
    /// The posted form.
    #[server(flatten)]
    form: Posted<TimeOffValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::take(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::super::hours::post::range;
    use super::{Failure, FormReply, KEY, MOVE, Posted, TimeOffValues};
    use domain::scheduling::{self, Fate, TakeTimeOff, TimeOff, VisitFate};
    use kit::request::{RequestContext, posted_id};
    use model::errors::{Code, FieldError, FieldFault};

    pub(super) async fn take(form: &Posted<TimeOffValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let TimeOffValues { first, last, from, until, note, message, .. } = &form.values;
        let command = TakeTimeOff {
            off: off([first, last, from, until], request.viewer.zone_name()).map_err(Failure::fields)?,
            note: note.clone(),
            message: message.clone(),
            visits: fates(&form.values)?,
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        domain::error::retry(|| scheduling::take_time_off(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/doctor/hours/days?saved=1"))
    }

    /// Parses the days and hours, and reports all faults at once.
    pub(super) fn off([first, last, from, until]: [&String; 4], zone: &str) -> Result<TimeOff, Vec<FieldError>> {
        let mut faults = Vec::new();
        let mut day = |name: &str, text: &str| {
            let parsed = text.parse::<jiff::civil::Date>().ok();
            if parsed.is_none() {
                faults.push(FieldError::new(name, FieldFault::Missing));
            }
            parsed
        };
        let (first, last) = (day("first", first), day("last", last));
        let hours = range(from, until).map_err(|(part, fault)| faults.push(FieldError::new(part, fault)));
        match (first, last, hours) {
            (Some(first), Some(last), Ok(hours)) => Ok(TimeOff { first, last, hours, zone: zone.to_owned() }),
            _ => Err(faults),
        }
    }

    /// What becomes of each visit.
    fn fates(values: &TimeOffValues) -> Result<Vec<VisitFate>, Failure> {
        let fate = |(key, choice): (&String, &String)| -> Result<VisitFate, Code> {
            let version = values.seen.get(key).and_then(|seen| seen.parse().ok()).ok_or(Code::Stale)?;
            let fate = match (choice.as_str(), choice.strip_prefix(MOVE)) {
                ("cancel", _) => Fate::Cancel,
                (_, Some(start)) => Fate::Move(start.parse().map_err(|_| Code::Stale)?),
                (_, None) => Fate::Keep,
            };
            Ok(VisitFate { appointment: posted_id(key.strip_prefix(KEY).unwrap_or_default())?, version, fate })
        };
        values.visits.iter().map(fate).collect::<Result<_, Code>>().map_err(Failure::from)
    }
}

/// What the name of a visit's field begins with; the id of the appointment follows. `serde_qs` takes a name that begins with a digit for a place in a list.
const KEY: &str = "of-";

/// The name of the fields of this visit.
fn key(appointment: AppointmentId) -> String {
    format!("{KEY}{appointment}")
}

/// What the choice to move a visit begins with; the instant follows.
const MOVE: &str = "move~";

/// What the address asks about: first and last day, from and until.
type Asked = [String; 4];

/// The page `/doctor/hours/time-off`.
#[component]
pub fn TimeOffPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<TakeTimeOff, TimeOffValues>()
        .optional("note", say!(l, scheduling.block.note))
        .field("message", say!(l, scheduling.time_off.message), say!(l, scheduling.time_off.message_missing))
        .noun(say!(l, scheduling.cancel.message_noun));
    let asked = move || {
        query.with(|query| {
            let given = |name: &str| query.get(name).unwrap_or_default();
            let first = SearchedDate::in_address(query, "first").value()?;
            let last = SearchedDate::in_address(query, "last").value().unwrap_or_else(|| first.clone());
            Some([first, last, given("from"), given("until")])
        })
    };
    let found = Resource::new_blocking(asked, |asked: Option<Asked>| async move {
        match asked {
            Some([first, last, from, until]) => read_time_off(first, last, from, until).await.map(Some),
            None => Ok(None),
        }
    });
    let (first, last) =
        query.with_untracked(|query| (SearchedDate::in_address(query, "first"), SearchedDate::in_address(query, "last")));
    let given = move |name: &str| query.with_untracked(|query| query.get(name)).unwrap_or_default();
    view! {
        <PageTitle text=say!(l, scheduling.time_off.title)/>
        <p><a href="/doctor/hours/days">"← " {say!(l, scheduling.days.title)}</a></p>
        <div class="lead">
            <h1>{say!(l, scheduling.time_off.title)}</h1>
            <p>{say!(l, scheduling.time_off.lead)}</p>
        </div>
        <form class="card" method="get" action="/doctor/hours/time-off">
            <div class="two">
                <SearchDate name="first" label=say!(l, scheduling.time_off.first) date=first/>
                <SearchDate name="last" label=say!(l, scheduling.time_off.last) date=last/>
            </div>
            <p class="quiet">{say!(l, scheduling.time_off.hours_hint)}</p>
            <div class="two">
                <div class="field">
                    <label for="from">{say!(l, scheduling.days.from)}</label>
                    <input type="time" id="from" name="from" value=given("from")/>
                </div>
                <div class="field">
                    <label for="until">{say!(l, scheduling.days.until)}</label>
                    <input type="time" id="until" name="until" value=given("until")/>
                </div>
            </div>
            <ZoneNote/>
            <div class="row"><button type="submit" class="button">{say!(l, scheduling.time_off.show)}</button></div>
        </form>
        {loaded(found, move |found| {
            let asked = untrack(asked);
            found.zip(asked).map(|(found, asked)| view! { <Touched found asked form/> })
        })}
    }
}

/// The time off with its visits, and the form that takes it.
#[component]
fn Touched(found: TimeOffView, asked: Asked, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let TimeOffView { range, visits } = found;
    let [first, last, from, until] = asked.clone();
    let keep = visits.iter().map(|visit| (key(visit.card.id), "keep".to_owned())).collect();
    let form = form.filled(&TimeOffValues { visits: keep, ..TimeOffValues::default() });
    let title = if visits.is_empty() { say!(l, scheduling.time_off.none) } else { say!(l, scheduling.time_off.visits) };
    let tells = !visits.is_empty();
    // A form is drawn again with its typed values, so its content is made each time.
    let hidden = [("first", first), ("last", last), ("from", from), ("until", until)];
    view! {
        <section class="card">
            <h2><MomentRange range with_day=true/></h2>
            <p>{title}</p>
            <Form form>
                {hidden.clone().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).into_iter().collect_view()}
                {visits.iter().cloned().map(|visit| view! { <Choose visit/> }).collect_view()}
                {tells.then(|| view! { <TextArea name="message" hint=say!(l, scheduling.time_off.message_hint) rows=3/> })}
                <TextField name="note" hint=say!(l, scheduling.block.note_hint) optional=true/>
                <div class="row"><SubmitButton label=say!(l, scheduling.time_off.submit)/></div>
            </Form>
        </section>
    }
}

/// What becomes of one visit.
#[component]
fn Choose(visit: TouchedVisit) -> impl IntoView {
    let l = use_locale();
    let zone = use_viewer().zone_rules();
    let TouchedVisit { card, version, next_free } = visit;
    let (id, key) = (card.id.to_string(), key(card.id));
    let when = format::date_time(card.starts_at, &zone, names(l));
    let label = say!(l, scheduling.time_off.visit_of, patient = card.patient.name.clone(), time = when);
    let choice = |value: String, label: String| Choice { value, label, hint: None };
    let mut choices = vec![choice("keep".to_owned(), say!(l, scheduling.time_off.keep).to_owned())];
    choices.extend(next_free.map(|start| {
        let time = format::date_time(start, &zone, names(l));
        choice(format!("{MOVE}{start}"), say!(l, scheduling.time_off.move_to, time = time))
    }));
    choices.push(choice("cancel".to_owned(), say!(l, scheduling.time_off.cancel).to_owned()));
    view! {
        <input type="hidden" name=format!("seen[{key}]") value=version/>
        <Radios name=format!("visits.{key}") label choices/>
        <p><a href=format!("/doctor/appointments/{id}")>{said(card.patient.name)}</a></p>
    }
}
