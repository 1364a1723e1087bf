//! A clinic's day: all appointments by their time, with doctor and state.

use super::appointment::read_appointment;
use super::attend::{AttendForms, NoteArrival, is_open};
use super::desk_visits::visit_link;
use super::meeting::{EnterLink, meeting_form};
use super::rooms::{ChooseRoom, read_visit_rooms, room_form, room_name};
use super::states::{StateTag, mode_name};
use jiff::civil::Date;
use kit::address::query;
use kit::failure::Failure;
use kit::forms::FormHandle;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{Column, Detail, Moment, Table, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::views::{AppointmentCard, AppointmentView, ClinicDay, OverbookedVisit};
use model::scheduling::{AppointmentState, VisitMode, VisitRooms};
use words::{Locale, plural, say};

/// The home page of reception.
const DESK: &str = "/desk";

/// Loads a day of the clinic in which the user acts.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for patients, and for roles that have no appointments.
#[server(prefix = "/do", endpoint = "read-clinic-day")]
pub async fn read_clinic_day(
    /// The day, `2026-11-24`; today if it is absent or malformed.
    day: Option<String>,
) -> Result<ClinicDay, Failure> {
    let request = kit::request::RequestContext::require()?;
    let day = day.and_then(|day| day.parse().ok());
    kit::request::call(|| domain::scheduling::clinic_day(&request.domain, &request.access, day, request.viewer.zone_name())).await
}

/// The day in the address, or today, as the content of a home page.
#[component]
pub fn ClinicDayTable(
    /// The address of the home page; the pages of patients are below it.
    home: &'static str,
) -> impl IntoView {
    let address = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    // Nurses see the day too, and do not note who came.
    let forms = (home == DESK).then(AttendForms::new);
    let link_form = (home == DESK).then(meeting_form);
    let rooms_form = (home == DESK).then(room_form);
    let named = move |name: &str| address.with(|address| address.get(name));
    // A card that is opened for a note, for a link or for its room is in the address, so that it works without scripts.
    let at_desk = move |name: &str| named(name).filter(|_| home == DESK);
    let asked = Memo::new(move |_| (named("day"), named("note"), at_desk("meeting"), at_desk("room")));
    let day = Resource::new_blocking(
        move || (asked.get(), changes.get(), forms.map_or(0, AttendForms::done)),
        |((day, _, meeting, room), ..)| read_opened(day, meeting, room),
    );
    loaded(day, move |(day, meeting, rooms)| {
        let (_, noted, ..) = asked.get_untracked();
        let (meeting, rooms) = (meeting.zip(link_form), rooms.zip(rooms_form));
        view! { <Day day home noted forms meeting rooms/> }
    })
    .into_any()
}

/// The day, with the appointment whose link reception enters, and the rooms of the one that gets another room.
async fn read_opened(
    day: Option<String>,
    meeting: Option<String>,
    room: Option<String>,
) -> Result<(ClinicDay, Option<AppointmentView>, Option<VisitRooms>), Failure> {
    let day = read_clinic_day(day).await?;
    let meeting = match meeting {
        Some(id) => Some(read_appointment(id).await?),
        None => None,
    };
    let rooms = match room {
        Some(id) => Some(read_visit_rooms(id).await?),
        None => None,
    };
    Ok((day, meeting, rooms))
}

#[component]
fn Day(
    day: ClinicDay,
    home: &'static str,
    noted: Option<String>,
    forms: Option<AttendForms>,
    /// The appointment whose link reception enters, and the form for it.
    meeting: Option<(AppointmentView, FormHandle)>,
    /// The rooms of the appointment that gets another room, and the form for it.
    rooms: Option<(VisitRooms, FormHandle)>,
) -> impl IntoView {
    let l = use_locale();
    let ClinicDay { date, cards, may_note, overbooked, has_rooms } = day;
    let noted =
        cards.iter().find(|card| is_open(card) && noted.as_ref().is_some_and(|noted| *noted == card.encounter.to_string()));
    let note = noted.zip(forms).filter(|_| may_note).map(|(card, forms)| {
        view! { <NoteArrival card=card.clone() day=date.to_string() forms/> }
    });
    let address = |day: Date| format!("{home}?day={day}");
    let link = meeting.and_then(|(visit, form)| {
        let card = visit.card;
        let meeting = visit.meeting.filter(|meeting| meeting.may_enter)?;
        Some(view! {
            <section class="card next">
                <p>
                    <strong>{said(card.patient.name)}</strong>
                    " · " <Moment at=card.starts_at/> " · " {mode_name(l, card.mode)} " · " {said(card.doctor.name)}
                </p>
                <EnterLink appointment=card.id meeting version=visit.version day=date.to_string() form/>
            </section>
        })
    });
    let room = rooms.and_then(|(rooms, form)| {
        let card = cards.iter().find(|card| card.id == rooms.appointment)?;
        let (who, room) = (said(&card.patient.name), room_name(card));
        let (starts_at, doctor) = (card.starts_at, said(&card.doctor.name));
        Some(view! {
            <section class="card next">
                <p><strong>{who}</strong> " · " <Moment at=starts_at/> " · " {doctor} {room}</p>
                <ChooseRoom rooms day=date.to_string() form/>
            </section>
        })
    });
    let ways =
        [(date.yesterday().ok(), say!(l, scheduling.today.before)), (date.tomorrow().ok(), say!(l, scheduling.today.after))]
            .map(|(day, label)| day.map(|day| view! { <a class="button plain" href=address(day)>{label}</a> }));
    // Nurses have no page for it.
    let why = (home == "/desk").then(|| {
        view! {
            <p class="no-print">
                <a href=format!("/desk/why?day={date}")>{say!(l, scheduling.why.link)}</a>
                " "
                <a href="/desk/waiting">{say!(l, scheduling.waiting.desk_title)}</a>
                " "
                <a href="/desk/requests">{say!(l, scheduling.desk_visits.requests)}</a>
            </p>
        }
    });
    let columns_link =
        (home == DESK).then(|| view! { <a href=format!("/desk/day?day={date}")>{say!(l, scheduling.columns.title)}</a> });
    let n = i64::try_from(cards.len()).unwrap_or(i64::MAX);
    let caption =
        plural(n, say!(l, scheduling.clinic_day.count_singular, n = n), say!(l, scheduling.clinic_day.count_plural, n = n));
    view! {
        <div class="row">
            <h1>{format::date_long(date, names(l))}</h1>
            <nav class="row end no-print" aria-label=say!(l, scheduling.today.days)>
                {ways.into_iter().collect_view()}
                <a href=home>{say!(l, scheduling.today.to_today)}</a>
                {columns_link}
            </nav>
        </div>
        {note}
        {link}
        {room}
        <Table
            columns=columns(l, home, may_note.then_some(date), overbooked, has_rooms)
            rows=cards
            caption
            with_zone=true
            empty_title=say!(l, scheduling.clinic_day.empty_title)
            empty_text=say!(l, scheduling.clinic_day.empty)
        >
            <a class="button" href=format!("{home}/patients")>{say!(l, scheduling.clinic_day.patients)}</a>
        </Table>
        {why}
    }
    .into_any()
}

/// `noted` is the day if the reader notes who came.
fn columns(
    l: Locale,
    home: &'static str,
    noted: Option<Date>,
    overbooked: Vec<OverbookedVisit>,
    has_rooms: bool,
) -> Vec<Column<AppointmentCard>> {
    let mut columns = vec![
        Column::text(say!(l, scheduling.today.time), |card: &AppointmentCard| {
            view! { <Moment at=card.starts_at detail=Detail::Time/> }
        }),
        Column::text(say!(l, scheduling.today.patient), move |card: &AppointmentCard| {
            let (patient, href) = (&card.patient, format!("{home}/patients/{}", card.patient.id));
            view! {
                <strong><a href=href>{said(&patient.name)}</a></strong>
                <small>" " <span class="num">{patient.number.clone()}</span></small>
            }
        }),
        Column::text(say!(l, scheduling.clinic_day.doctor), |card: &AppointmentCard| said(&card.doctor.name)),
        Column::text(say!(l, scheduling.clinic_day.mode), move |card: &AppointmentCard| {
            let day = noted.filter(|_| card.mode == VisitMode::External && !card.state.is_settled());
            let link = day.map(|day| {
                let (day, id) = (day.to_string(), card.id.to_string());
                let href = format!("{home}{}", query(&[("day", Some(day.as_str())), ("meeting", Some(id.as_str()))]));
                let label = say!(l, scheduling.meeting.desk_of, patient = card.patient.name.clone());
                view! { " " <a class="no-print" href=href aria-label=label>{say!(l, scheduling.meeting.desk)}</a> }
            });
            let day = noted.filter(|_| has_rooms && card.mode == VisitMode::InPerson && !card.state.is_settled());
            let room = day.map(|day| {
                let (day, id) = (day.to_string(), card.id.to_string());
                let href = format!("{home}{}", query(&[("day", Some(day.as_str())), ("room", Some(id.as_str()))]));
                let label = say!(l, scheduling.room.change_of, patient = card.patient.name.clone());
                let none = card.room.is_none().then(|| view! { " · " {say!(l, scheduling.room.none)} });
                view! { {none} " " <a class="no-print" href=href aria-label=label>{say!(l, scheduling.room.change)}</a> }
            });
            view! { <span class="one-line">{mode_name(l, card.mode)}</span> {room_name(card)} {link} {room} }
        }),
        Column::text(say!(l, scheduling.today.state), move |card: &AppointmentCard| {
            let waits = card.arrived_at.filter(|_| card.state == AppointmentState::Confirmed);
            let here = waits.map(|at| {
                view! { <br/> <small>{say!(l, scheduling.attend.here_since)} " " <Moment at detail=Detail::Time/></small> }
            });
            let why = overbooked.iter().find(|visit| visit.appointment == card.id).map(|visit| {
                let why = visit.reason.clone();
                view! { <br/> <small>{say!(l, scheduling.overbooking.reason)} ": " {said(why)}</small> }
            });
            view! { <StateTag state=card.state/> {here} {why} }
        }),
    ];
    if let Some(day) = noted {
        columns.push(Column::text(say!(l, scheduling.attend.column), move |card: &AppointmentCard| {
            let (day, visit) = (day.to_string(), card.encounter.to_string());
            is_open(card).then(|| {
                let href = format!("{home}{}", query(&[("day", Some(day.as_str())), ("note", Some(visit.as_str()))]));
                let label = say!(l, scheduling.attend.note_of, patient = card.patient.name.clone());
                view! { <a class="no-print" href=href aria-label=label>{say!(l, scheduling.attend.note)}</a> }
            })
        }));
    }
    // Nurses have no page of an appointment.
    if home == DESK {
        let details = say!(l, scheduling.desk_visits.details);
        columns.push(Column::text(details, move |card: &AppointmentCard| visit_link(l, card)));
    }
    columns
}
