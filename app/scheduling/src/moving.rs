//! Moving an appointment to another time of the same doctor.

use super::side::Side;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::{names, readable, zone as rules_of};
use kit::parts::{Choice, MomentRange, PageTitle, Radios, SearchDate, SearchedDate, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::format;
use model::ids::AppointmentId;
use model::scheduling::views::{MoveTrial, MoveView};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that moves an appointment.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveValues {
    /// The appointment's id.
    pub appointment: String,
    /// When the visit is to begin, as an instant.
    pub start: String,
    /// What the clinic tells the patient.
    pub message: String,
}

impl FormValues for MoveValues {
    const FORM: &'static str = "scheduling.move";
    // Times go while one thinks about them.
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the free times to which an appointment can move on a day; without one, on the first day with a free time.
///
/// # Errors
/// `NotFound`, `Forbidden`, `AppointmentSettled`, `MoveTooLate`, `MovedTooOften`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "read-move")]
pub async fn read_move(
    /// The appointment's id.
    id: String,
    /// The day, `2026-11-24`.
    day: Option<String>,
) -> Result<MoveView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    let day = day.and_then(|day| day.parse().ok());
    kit::request::call(|| domain::scheduling::times_to_move(&request.domain, &request.access, id, day)).await
}

/// Says whether an appointment could begin at an instant.
///
/// # Errors
/// `NotFound`, also for a start that is no instant; otherwise those of [`read_move`].
#[server(prefix = "/do", endpoint = "try-move")]
pub async fn try_move(
    /// The appointment's id.
    id: String,
    /// The instant.
    start: String,
) -> Result<MoveTrial, Failure> {
    let request = kit::request::RequestContext::require()?;
    let (id, start) = (kit::request::id(&id)?, kit::request::id(&start)?);
    kit::request::call(|| domain::scheduling::try_move(&request.domain, &request.access, id, start)).await
}

/// Moves an appointment.
///
/// # Errors
/// No time, or a doctor's message that is missing or too long; `NotFound`, `Forbidden`, `AppointmentSettled`, `MoveTooLate`, `MovedTooOften`, `SlotTaken`, `Stale`.
#[server(prefix = "/do", endpoint = "move-visit")]
pub async fn move_visit(
    /// The posted form.
    #[server(flatten)]
    form: Posted<MoveValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::move_to(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, MoveValues, Posted, Side};
    use domain::scheduling::{self, MoveAppointment};
    use kit::request::{RequestContext, posted_id};
    use model::errors::{FieldError, FieldFault};

    pub(super) async fn move_to(form: &Posted<MoveValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let appointment = posted_id(&form.values.appointment)?;
        let missing = |_| Failure::fields(vec![FieldError::new("start", FieldFault::Missing)]);
        let command = MoveAppointment {
            appointment,
            start: form.values.start.parse().map_err(missing)?,
            version: form.version().ok(),
            message: Some(form.values.message.clone()),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        let access = &request.access;
        let view = domain::error::retry(|| scheduling::move_appointment(&request.domain, access, command.clone())).await?;
        let side = Side::of(access);
        Ok(FormReply::to(format!("{}/{}?moved=1", side.folder(), view.card.id)))
    }
}

/// The link to the page.
#[component]
pub(super) fn MoveLink(
    /// The appointment.
    id: AppointmentId,
    /// Who moves it.
    side: Side,
) -> impl IntoView {
    let l = use_locale();
    view! { <a class="end" href=format!("{}/{id}/move", side.folder())>{say!(l, scheduling.moving.link)}</a> }
}

/// The patient's page.
#[component]
pub fn MovePage() -> impl IntoView {
    page(Side::Patient)
}

/// The doctor's page.
#[component]
pub fn DoctorMovePage() -> impl IntoView {
    page(Side::Doctor)
}

/// The page of reception.
#[component]
pub fn DeskMovePage() -> impl IntoView {
    page(Side::Desk)
}

fn page(side: Side) -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let day = move || query.with(|query| SearchedDate::in_address(query, "day"));
    let found = Resource::new_blocking(move || (id(), day().value()), |(id, day)| read_move(id, day));
    let form = use_form::<MoveVisit, MoveValues>()
        .choice("start", say!(l, scheduling.moving.times), say!(l, scheduling.moving.times_missing))
        .field("message", say!(l, scheduling.moving.message), say!(l, scheduling.moving.message_missing))
        .noun(say!(l, scheduling.cancel.message_noun));
    view! {
        <PageTitle text=say!(l, scheduling.moving.title)/>
        {loaded(found, move |options| {
            let start = query.with_untracked(|query| query.get("start")).unwrap_or_default();
            view! { <Options options side form start/> }
        })}
    }
}

#[component]
fn Options(
    options: MoveView,
    side: Side,
    form: FormHandle,
    /// The time that was chosen in the calendar; may be empty.
    start: String,
) -> impl IntoView {
    let l = use_locale();
    let MoveView { appointment, day, starts, by_patient } = options;
    let card = appointment.card;
    let id = card.id.to_string();
    let here = format!("{}/{id}/move", side.folder());
    let back = format!("{}/{id}", side.folder());
    let zone = card.clinic.time_zone.clone();
    let rules = rules_of(&zone);
    let what = match side {
        Side::Patient => say!(l, scheduling.cancel.with_doctor, doctor = card.doctor.name.clone()),
        Side::Doctor | Side::Desk => say!(l, scheduling.cancel.with_patient, patient = card.patient.name.clone()),
    };
    let choices: Vec<Choice> = starts
        .iter()
        .map(|start| Choice { value: start.to_string(), label: format::time(*start, &rules, names(l)), hint: None })
        .collect();
    let form = form.editing(&MoveValues { start, ..MoveValues::default() }, i64::from(appointment.version));
    let date = format::date_long(day, names(l));
    let searched = SearchedDate::of(day);
    let times = if choices.is_empty() {
        view! { <p>{say!(l, scheduling.moving.none, date = date)}</p> }.into_any()
    } else {
        view! {
            <h2>{date}</h2>
            <Form form>
                <input type="hidden" name="appointment" value=id.clone()/>
                <Radios name="start" choices=choices.clone()/>
                {(!by_patient).then(|| view! { <TextArea name="message" hint=say!(l, scheduling.cancel.message_hint) rows=3/> })}
                <div class="row">
                    <SubmitButton label=say!(l, scheduling.moving.submit)/>
                    <a class="button plain" href=back.clone()>{say!(l, scheduling.moving.keep)}</a>
                </div>
            </Form>
        }
        .into_any()
    };
    view! {
        <h1>{say!(l, scheduling.moving.title)}</h1>
        <section class="card">
            <p>
                <strong>{what}</strong> <br/>
                {card.range().map(|range| view! { <MomentRange range with_day=true zone=zone.clone()/> })}
            </p>
            <p class="quiet">{say!(l, scheduling.why.zone, zone = readable(&zone))}</p>
            <form method="get" action=here>
                <SearchDate name="day" label=say!(l, scheduling.moving.day) date=searched/>
                <div class="row"><button type="submit" class="button plain">{say!(l, scheduling.moving.show)}</button></div>
            </form>
            {times}
        </section>
    }
    .into_any()
}
