//! The page of an appointment: its details, what happens next, the link to the visit.

use super::appointment_facts::Facts;
use super::attend::{AttendForms, NoteAbsence, is_open};
use super::cancel::CancelLink;
use super::confirm::{ConfirmButton, ConfirmValues, ConfirmVisit};
use super::follow_up::{BookAgain, FollowUp, follow_up_form};
use super::meeting::{EnterLink, MeetingWay, meeting_form};
use super::moving::MoveLink;
use super::side::Side;
use super::states::StateTag;
use kit::failure::Failure;
use kit::forms::{FormHandle, use_form};
use kit::live::use_changes;
use kit::parts::{Detail, Moment, Notice, NoticeKind, PageTitle, RunsLate, ZoneNote, loaded, switch};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::live::LiveKind;
use model::scheduling::views::AppointmentView;
use model::scheduling::{AppointmentState, VisitMode};
use words::say;

/// Loads an appointment.
///
/// # Errors
/// `NotFound`, also for another patient's or doctor's appointment; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "read-appointment")]
pub async fn read_appointment(
    /// The appointment's id.
    id: String,
) -> Result<AppointmentView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::scheduling::get(&request.domain, &request.access, id)).await
}

/// The patient's page of an appointment.
#[component]
pub fn AppointmentPage() -> impl IntoView {
    page(Side::Patient)
}

/// The doctor's page of an appointment.
#[component]
pub fn DoctorAppointmentPage() -> impl IntoView {
    page(Side::Doctor)
}

/// The page of an appointment for reception.
#[component]
pub fn DeskAppointmentPage() -> impl IntoView {
    page(Side::Desk)
}

fn page(side: Side) -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let changes = use_changes(LiveKind::Appointment);
    let forms = (side == Side::Doctor).then(AttendForms::new);
    let confirm = side.is_clinic().then(use_form::<ConfirmVisit, ConfirmValues>);
    let link_form = (side == Side::Doctor).then(meeting_form);
    let follow = (side == Side::Doctor).then(follow_up_form);
    let found = Resource::new_blocking(
        move || (id(), changes.get(), forms.map_or(0, AttendForms::done)),
        |(id, ..)| read_appointment(id),
    );
    let told = move |name: &str| query.with_untracked(|query| query.get(name).is_some());
    let (back, label) = match side {
        Side::Patient => ("/appointments", say!(l, scheduling.appointment.back)),
        Side::Doctor => ("/doctor", say!(l, scheduling.appointment.back_doctor)),
        Side::Desk => ("/desk", say!(l, scheduling.appointment.back_doctor)),
    };
    view! {
        <PageTitle text=say!(l, scheduling.appointment.title)/>
        <p><a href=back>"← " {label}</a></p>
        {loaded(found, move |visit| view! { <Visit visit side forms confirm link_form follow just_booked=told("booked") just_cancelled=told("cancelled") just_moved=told("moved") link_saved=told("meeting")/> })}
    }
}

#[component]
fn Visit(
    visit: AppointmentView,
    side: Side,
    forms: Option<AttendForms>,
    confirm: Option<FormHandle>,
    link_form: Option<FormHandle>,
    follow: Option<FormHandle>,
    just_booked: bool,
    just_cancelled: bool,
    just_moved: bool,
    link_saved: bool,
) -> impl IntoView {
    let l = use_locale();
    let card = visit.card.clone();
    let title = match side {
        Side::Patient => say!(l, scheduling.appointment.with_doctor, doctor = card.doctor.name.clone()),
        Side::Doctor | Side::Desk => say!(l, scheduling.appointment.with_patient, patient = card.patient.name.clone()),
    };
    let opens_mins = card.starts_at.duration_since(card.room_opens_at).as_mins();
    let is_live = !card.state.is_settled();
    // Reception keeps no calendar of other people's visits.
    let calendar = (side != Side::Desk).then(|| format!("/appointments/{}/calendar.ics", card.id));
    let is_request = card.state == AppointmentState::Requested;
    let asked = (is_request && side == Side::Patient).then(|| {
        view! { <Notice kind=NoticeKind::Warn title=say!(l, scheduling.requests.waits)><p>{say!(l, scheduling.requests.waits_text)}</p></Notice> }
    });
    let answer = confirm.filter(|_| is_request).map(|form| view! { <ConfirmButton id=card.id form/> });
    let booked = (just_booked && is_live && !is_request).then(|| {
        view! {
            {match side {
                Side::Patient => view! {
                    <Notice kind=NoticeKind::Good title=say!(l, scheduling.appointment.booked_title)>
                        <p>{say!(l, scheduling.appointment.booked)}</p>
                    </Notice>
                }
                .into_any(),
                Side::Doctor | Side::Desk => view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.columns.booked)/> }.into_any(),
            }}
        }
    });
    let cancelled = (just_cancelled && !is_live).then(|| {
        view! {
            <Notice kind=NoticeKind::Good title=say!(l, scheduling.cancel.done)>
                <p>{match side {
                    Side::Patient => say!(l, scheduling.cancel.done_text),
                    Side::Doctor => say!(l, scheduling.cancel.done_text_doctor),
                    Side::Desk => say!(l, scheduling.cancel.done_text_desk),
                }}</p>
            </Notice>
        }
    });
    let moved = (just_moved && is_live).then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.moving.done)/> });
    let late = card.late.filter(|_| side == Side::Patient).map(|late| {
        view! { <RunsLate late doctor=card.doctor.name.clone()/> }
    });
    let next = (side == Side::Patient && is_live).then(|| {
        let steps = match card.mode {
            VisitMode::Video => vec![
                say!(l, scheduling.appointment.next_room, n = opens_mins),
                say!(l, scheduling.appointment.next_device).to_owned(),
            ],
            VisitMode::InPerson => vec![say!(l, scheduling.appointment.next_in_person).to_owned()],
            VisitMode::Phone => vec![say!(l, scheduling.appointment.next_phone).to_owned()],
            VisitMode::External => vec![say!(l, scheduling.appointment.next_external).to_owned()],
        };
        let steps: Vec<_> = steps.into_iter().map(|step| view! { <li>{step}</li> }).collect();
        view! {
            <aside class="card">
                <h2>{say!(l, scheduling.appointment.next_title)}</h2>
                <ol>
                    <li>{say!(l, scheduling.appointment.next_calendar)}</li>
                    {steps}
                </ol>
            </aside>
        }
    });
    let saved = link_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.meeting.saved)/> });
    let enter_link = visit.meeting.clone().filter(|meeting| meeting.may_enter).zip(link_form).map(|(meeting, form)| {
        view! { <EnterLink appointment=card.id meeting version=visit.version day=String::new() form/> }
    });
    let actions = is_live.then(|| {
        view! {
            {visit.meeting.clone().filter(|_| side != Side::Desk).map(|meeting| view! { <MeetingWay card=card.clone() meeting side/> })}
            <WayIn card=card.clone() side/>
            <div class="row">
                // The server generates the file; `rel=external` prevents the router from treating the link as a page.
                {calendar.map(|calendar| view! {
                    <a class="button plain" href=calendar rel="external" download="visit.ics">{say!(l, scheduling.appointment.calendar)}</a>
                })}
                {visit.can_move.then(|| view! { <MoveLink id=card.id side/> })}
                {(visit.can_move && side == Side::Patient).then(|| {
                    view! { <a href=format!("/waiting/new?appointment={}", card.id)>{say!(l, scheduling.waiting.earlier)}</a> }
                })}
                {visit.can_cancel.then(|| view! { <CancelLink id=card.id side/> })}
            </div>
        }
    });
    // The day is where reception notes who came, and gives out rooms and links.
    let day = (side == Side::Desk).then(|| {
        let day = use_viewer().zone_rules().to_datetime(card.starts_at).date();
        view! { <p><a href=format!("/desk?day={day}")>{say!(l, scheduling.appointment.day)}</a></p> }.into_any()
    });
    let absence = forms.filter(|_| is_open(&card)).map(|forms| view! { <NoteAbsence card=card.clone() forms/> });
    let sees_record = use_viewer().who.is_none_or(|who| !who.sees_appointments_only());
    let summary = (side == Side::Patient && card.state == AppointmentState::Completed && sees_record).then(|| {
        let href = format!("/visits/{}/summary", card.encounter);
        view! { <div class="row"><a class="button" href=href>{say!(l, scheduling.appointment.summary)}</a></div> }
    });
    let again = (side == Side::Patient && !is_live).then(|| view! { <BookAgain visit=visit.clone()/> });
    let follow_up = view! { <FollowUp visit=visit.clone() form=follow/> };
    let record = match (side, visit.may_read_record) {
        (Side::Doctor, true) => {
            let href = format!("/doctor/patients/{}", card.patient.id);
            Some(view! { <p><a href=href>{say!(l, scheduling.appointment.record)}</a></p> }.into_any())
        }
        (Side::Doctor, false) if is_live => {
            Some(view! { <p class="quiet">{say!(l, scheduling.appointment.record_early)}</p> }.into_any())
        }
        (Side::Doctor, false) | (Side::Patient | Side::Desk, _) => None,
    };
    // Nothing is prescribed without knowing what the patient must not get.
    let prescribe = (side == Side::Doctor && card.state == AppointmentState::Completed && visit.may_read_record).then(|| {
        let href = format!("/doctor/visits/{}/prescription", card.encounter);
        view! { <div class="row"><a class="button plain" href=href>{say!(l, common.write_prescription)}</a></div> }
    });
    // In a visit that is in progress, the notes are next to the call.
    let notes = (side == Side::Doctor && card.state == AppointmentState::Completed).then(|| {
        let href = format!("/doctor/visits/{}/notes", card.encounter);
        view! { <div class="row"><a class="button" href=href>{say!(l, scheduling.appointment.notes)}</a></div> }
    });
    view! {
        {asked}
        {booked}
        {cancelled}
        {moved}
        {saved}
        <div class="row">
            <h1>{title}</h1>
            <StateTag state=card.state/>
        </div>
        {late}
        <div class="wide">
            <section class="card" class:next=is_live>
                <Facts visit side/>
                <ZoneNote/>
                {answer}
                {actions}
                {day}
                {enter_link}
                {absence}
                {record}
                {notes}
                {prescribe}
                {summary}
                {follow_up}
                {again}
            </section>
            {next}
        </div>
    }
}

/// The link back to the visit in progress, the link to the waiting room, or the time at which it opens. It switches by itself while the page is open. A patient
/// does not come in here to a visit that is not on video.
#[component]
pub(super) fn WayIn(
    /// The appointment.
    card: model::scheduling::views::AppointmentCard,
    /// Who follows the link.
    side: Side,
) -> impl IntoView {
    let l = use_locale();
    let now = use_now();
    let enter = match (card.mode, side) {
        // Reception does not enter visits.
        (VisitMode::Video, Side::Desk) => return ().into_any(),
        (VisitMode::Video, Side::Patient | Side::Doctor) => say!(l, scheduling.appointment.room_open),
        (VisitMode::InPerson | VisitMode::Phone | VisitMode::External, Side::Doctor) => {
            say!(l, scheduling.appointment.open_visit)
        }
        (VisitMode::InPerson | VisitMode::Phone | VisitMode::External, Side::Patient | Side::Desk) => return ().into_any(),
    };
    let opens = match card.mode {
        VisitMode::Video => say!(l, scheduling.appointment.room_opens),
        VisitMode::InPerson | VisitMode::Phone | VisitMode::External => say!(l, scheduling.appointment.can_begin),
    };
    let href = match side {
        Side::Patient => format!("/visits/{}", card.encounter),
        Side::Doctor | Side::Desk => format!("/doctor/visits/{}", card.encounter),
    };
    let (opens_at, in_visit) = (card.room_opens_at, card.is_in_visit());
    // Whether the room is open now, and whether it will open later.
    let state = move || (card.room_is_open(now.get()), now.get() < opens_at);
    let way = switch(state, move |(is_open, opens_later)| {
        if in_visit {
            view! {
                <div class="row"><a class="button" href=href.clone()>{say!(l, scheduling.appointment.resume)}</a></div>
            }
            .into_any()
        } else if is_open {
            view! {
                <div class="row"><a class="button" href=href.clone()>{enter}</a></div>
            }
            .into_any()
        } else if opens_later {
            view! {
                <p>
                    {opens} " " <Moment at=opens_at detail=Detail::Short/>
                </p>
            }
            .into_any()
        } else {
            ().into_any()
        }
    });
    view! { {way} }.into_any()
}
