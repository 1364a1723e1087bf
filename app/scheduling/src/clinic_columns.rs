//! A clinic's day with its doctors side by side, for reception: on a wide screen along an axis of time, otherwise and on paper a list for each doctor.

use super::attend::is_open;
use super::desk_visits::visit_link;
use super::rooms::room_name;
use super::states::StateTag;
use super::week::{Axis, Item, Place, hours_of, items, placed};
use jiff::Timestamp;
use jiff::civil::Date;
use kit::address::query;
use kit::chosen::desk_page;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{EmptyState, MomentRange, Notice, NoticeKind, PageTitle, ZoneNote, loaded, said, switch};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::ids::{AppointmentId, ClinicId, DoctorId, PatientId};
use model::live::LiveKind;
use model::scheduling::views::{AppointmentCard, ClinicColumns, ClinicDay, DayEntry, DoctorDay, OverbookedVisit};
use model::scheduling::{AppointmentState, ChosenTime, TimeRange};
use words::say;

/// Loads a day of the clinic in which the user acts, with its doctors.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for patients, and for roles that have no appointments.
#[server(prefix = "/do", endpoint = "read-clinic-columns")]
pub async fn read_clinic_columns(
    /// The day, `2026-11-24`; today if it is absent or malformed.
    day: Option<String>,
) -> Result<ClinicColumns, Failure> {
    let request = kit::request::RequestContext::require()?;
    let day = day.and_then(|day| day.parse().ok());
    kit::request::call(|| domain::scheduling::clinic_columns(&request.domain, &request.access, day, request.viewer.zone_name()))
        .await
}

/// The page `/desk/day`.
#[component]
pub fn ClinicColumnsPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    let asked = move || (address.with(|address| address.get("day")), changes.get());
    let columns = Resource::new_blocking(asked, |(day, _)| read_clinic_columns(day));
    view! {
        <PageTitle text=say!(l, scheduling.columns.title)/>
        {booked_notice()}
        {loaded(columns, move |columns| {
            let patient = address.with_untracked(|address| address.get("patient")).and_then(|id| id.parse::<PatientId>().ok());
            view! { <Columns columns patient/> }
        })}
    }
}

#[component]
fn Columns(
    columns: ClinicColumns,
    /// The patient from whose page reception comes to book a time.
    patient: Option<PatientId>,
) -> impl IntoView {
    let l = use_locale();
    let ClinicColumns { day: ClinicDay { date, cards, may_note, overbooked, .. }, doctors, books_at } = columns;
    let zone = use_viewer().zone_rules();
    let patient_id = patient.map(|id| id.to_string());
    let address =
        |day: Date| format!("/desk/day{}", query(&[("day", Some(day.to_string().as_str())), ("patient", patient_id.as_deref())]));
    let choose = patient.filter(|_| books_at.is_some()).map(|_| {
        view! { <Notice kind=NoticeKind::Info title=say!(l, scheduling.columns.choose)/> }
    });
    let ways =
        [(date.yesterday().ok(), say!(l, scheduling.today.before)), (date.tomorrow().ok(), say!(l, scheduling.today.after))]
            .map(|(day, label)| day.map(|day| view! { <a class="button plain" href=address(day)>{label}</a> }));
    let is_held = |card: &AppointmentCard| !matches!(card.state, AppointmentState::Cancelled | AppointmentState::NoShow);
    let days: Vec<(String, Option<DeskChoice>, DoctorDay)> = doctors
        .into_iter()
        .map(|column| {
            let own = cards.iter().filter(|card| card.doctor.id == column.doctor && is_held(card));
            let entries = own.map(|card| DayEntry { card: card.clone(), reason: None }).collect();
            let booking = books_at.map(|clinic| DeskChoice { doctor: column.doctor, clinic, patient });
            (column.name, booking, DoctorDay { date, entries, open: column.open, blocks: Vec::new(), late: None })
        })
        .filter(|(_, _, day)| !day.entries.is_empty() || !day.open.is_empty())
        .collect();
    let shown = if days.is_empty() {
        let (title, text) = (say!(l, scheduling.columns.empty_title), say!(l, scheduling.columns.empty));
        view! { <EmptyState title text><a class="button" href="/desk">{say!(l, scheduling.columns.list)}</a></EmptyState> }
            .into_any()
    } else {
        let axis = Axis::of(days.iter().map(|(_, _, day)| day), &zone);
        let columns: Vec<_> = days
            .into_iter()
            .map(|(name, booking, day)| {
                let overbooked = overbooked.clone();
                view! { <Doctor name day axis may_note booking overbooked/> }
            })
            .collect();
        view! {
            <ZoneNote/>
            <div class="side" role="region" tabindex="0" aria-label=say!(l, scheduling.columns.title)>
                <div class="week doctors" data-hours=axis.hours()>
                    {hours_of(axis)}
                    {columns}
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="row">
            <h1>{format::date_long(date, names(l))}</h1>
            <nav class="row end no-print" aria-label=say!(l, scheduling.today.days)>
                {ways.into_iter().collect_view()}
                <a href="/desk/day">{say!(l, scheduling.today.to_today)}</a>
                <a href=format!("/desk?day={date}")>{say!(l, scheduling.columns.list)}</a>
            </nav>
        </div>
        {choose}
        {shown}
    }
}

/// Says that a visit was booked on the page before.
fn booked_notice() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    switch(
        move || query.with(|query| query.get("booked")),
        move |booked| booked.map(|_| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.columns.booked)/> }),
    )
}

/// With whom and where reception books, and for whom, if that is known.
#[derive(Debug, Clone, Copy)]
struct DeskChoice {
    doctor: DoctorId,
    clinic: ClinicId,
    patient: Option<PatientId>,
}

impl DeskChoice {
    /// The page that books this time.
    fn page(self, start: Timestamp) -> String {
        desk_page(&ChosenTime { doctor: self.doctor, clinic: self.clinic, start, visit_type: None }, self.patient)
    }
}

#[component]
fn Doctor(
    name: String,
    day: DoctorDay,
    axis: Axis,
    may_note: bool,
    booking: Option<DeskChoice>,
    overbooked: Vec<OverbookedVisit>,
) -> impl IntoView {
    let l = use_locale();
    let (now, zone) = (use_now().get_untracked(), use_viewer().zone_rules());
    let date = day.date;
    // The page shows all times of the day, also those that are taken.
    let book = booking.zip(day.open.first()).map(|(booking, open)| {
        let label = say!(l, scheduling.columns.book_with, doctor = name.clone());
        let href = booking.page(open.start());
        view! { " " <small class="no-print"><a href=href aria-label=label>{say!(l, scheduling.columns.book)}</a></small> }
    });
    let why = |id: AppointmentId| overbooked.iter().find(|visit| visit.appointment == id).map(|visit| visit.reason.clone());
    let beside: Vec<TimeRange> =
        day.entries.iter().filter(|entry| why(entry.card.id).is_some()).filter_map(|entry| entry.card.range()).collect();
    let shown: Vec<_> = items(&day, now)
        .into_iter()
        .map(|item| {
            let place = item.range().map(|range| axis.place(range, date, &zone));
            let (overbooked, shares) = match &item {
                Item::Visit(card) => {
                    (why(card.id), card.range().is_some_and(|own| beside.iter().any(|other| other.overlaps(own))))
                }
                Item::Block(_) | Item::Free(_) => (None, false),
            };
            view! { <Entry item place date may_note booking overbooked shares/> }
        })
        .collect();
    view! {
        <section class="day">
            <h2>{said(name)} {book}</h2>
            <ol class="slots" role="list">{shown}</ol>
        </section>
    }
}

/// A visit, or free time. `shares` says that it is an overbooked visit, or stands at the same time as one.
#[component]
fn Entry(
    item: Item,
    place: Option<Place>,
    date: Date,
    may_note: bool,
    booking: Option<DeskChoice>,
    overbooked: Option<String>,
    shares: bool,
) -> impl IntoView {
    let l = use_locale();
    let (class, content) = match item {
        Item::Visit(card) => {
            let tag = (card.state != AppointmentState::Confirmed).then(|| view! { <StateTag state=card.state/> });
            let here = card.arrived_at.filter(|_| card.state == AppointmentState::Confirmed);
            let here = here.map(|_| view! { <small>{say!(l, scheduling.columns.here)}</small> });
            let note = (may_note && is_open(&card)).then(|| {
                let (day, visit) = (date.to_string(), card.encounter.to_string());
                let href = format!("/desk{}", query(&[("day", Some(day.as_str())), ("note", Some(visit.as_str()))]));
                let label = say!(l, scheduling.attend.note_of, patient = card.patient.name.clone());
                view! { <a class="no-print" href=href aria-label=label>{say!(l, scheduling.attend.note)}</a> }
            });
            let class = match (&overbooked, shares) {
                (Some(_), _) => "at booked shares",
                (None, true) => "at booked beside",
                (None, false) => "at booked",
            };
            let why =
                overbooked.map(|why| view! { <small>{say!(l, scheduling.overbooking.reason)} ": " {said(why)}</small> " " });
            let room = room_name(&card);
            let content = view! {
                <small>{card.range().map(|range| view! { <MomentRange range/> })}</small> " "
                <a href=format!("/desk/patients/{}", card.patient.id)>{said(card.patient.name.clone())}</a> {room} " " {tag} " " {here} " "
                {why} {note} " " {visit_link(l, &card)}
            };
            (class, content.into_any())
        }
        Item::Free(range) => {
            let free = view! { <small><MomentRange range/></small> " " {say!(l, scheduling.week.free)} };
            let content = match booking {
                Some(booking) => view! { <a href=booking.page(range.start())>{free}</a> }.into_any(),
                None => free.into_any(),
            };
            ("at free", content)
        }
        // Reception does not see why a doctor is away.
        Item::Block(_) => ("at block", ().into_any()),
    };
    placed(class.to_owned(), place, content)
}
