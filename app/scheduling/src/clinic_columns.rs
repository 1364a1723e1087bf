//! A clinic's day with its doctors side by side, for reception: on a wide screen along an axis of time, otherwise and on paper a list for each doctor.

use super::attend::is_open;
use super::states::StateTag;
use super::week::{Axis, Item, Place, items};
use jiff::civil::Date;
use kit::address::query;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{EmptyState, MomentRange, PageTitle, ZoneNote, loaded, said};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::AppointmentState;
use model::scheduling::views::{AppointmentCard, ClinicColumns, ClinicDay, DayEntry, DoctorDay};
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
        {loaded(columns, move |columns| view! { <Columns columns/> })}
    }
}

#[component]
fn Columns(columns: ClinicColumns) -> impl IntoView {
    let l = use_locale();
    let ClinicColumns { day: ClinicDay { date, cards, may_note }, doctors } = columns;
    let zone = use_viewer().zone_rules();
    let address = |day: Date| format!("/desk/day?day={day}");
    let ways =
        [(date.yesterday().ok(), say!(l, scheduling.today.before)), (date.tomorrow().ok(), say!(l, scheduling.today.after))]
            .map(|(day, label)| day.map(|day| view! { <a class="button plain" href=address(day)>{label}</a> }));
    let is_held = |card: &AppointmentCard| !matches!(card.state, AppointmentState::Cancelled | AppointmentState::NoShow);
    let days: Vec<(String, DoctorDay)> = doctors
        .into_iter()
        .map(|column| {
            let own = cards.iter().filter(|card| card.doctor.id == column.doctor && is_held(card));
            let entries = own.map(|card| DayEntry { card: card.clone(), reason: None }).collect();
            (column.name, DoctorDay { date, entries, open: column.open, blocks: Vec::new(), late: None })
        })
        .filter(|(_, day)| !day.entries.is_empty() || !day.open.is_empty())
        .collect();
    let shown = if days.is_empty() {
        let (title, text) = (say!(l, scheduling.columns.empty_title), say!(l, scheduling.columns.empty));
        view! { <EmptyState title text><a class="button" href="/desk">{say!(l, scheduling.columns.list)}</a></EmptyState> }
            .into_any()
    } else {
        let axis = Axis::of(days.iter().map(|(_, day)| day), &zone);
        let hours = (0..axis.hours())
            .map(|hour| {
                let next = hour + 1;
                view! { <li class="at" data-h=hour data-m="0" data-eh=next data-em="0">{axis.clock(hour)}</li> }
            })
            .collect_view();
        let columns: Vec<_> = days.into_iter().map(|(name, day)| view! { <Doctor name day axis may_note/> }).collect();
        view! {
            <ZoneNote/>
            <div class="side" role="region" tabindex="0" aria-label=say!(l, scheduling.columns.title)>
                <div class="week doctors" data-hours=axis.hours()>
                    <ol class="axis" aria-hidden="true">{hours}</ol>
                    {columns}
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="row">
            <h1>{format::date_long(date, names(l))}</h1>
            <nav class="row end" aria-label=say!(l, scheduling.today.days)>
                {ways.into_iter().collect_view()}
                <a href="/desk/day">{say!(l, scheduling.today.to_today)}</a>
                <a href=format!("/desk?day={date}")>{say!(l, scheduling.columns.list)}</a>
            </nav>
        </div>
        {shown}
    }
}

#[component]
fn Doctor(name: String, day: DoctorDay, axis: Axis, may_note: bool) -> impl IntoView {
    let (now, zone) = (use_now().get_untracked(), use_viewer().zone_rules());
    let date = day.date;
    let shown: Vec<_> = items(&day, now)
        .into_iter()
        .map(|item| {
            let place = item.range().map(|range| axis.place(range, date, &zone));
            view! { <Entry item place date may_note/> }
        })
        .collect();
    view! {
        <section class="day">
            <h2>{said(name)}</h2>
            <ol class="slots" role="list">{shown}</ol>
        </section>
    }
}

/// A visit, or free time.
#[component]
fn Entry(item: Item, place: Option<Place>, date: Date, may_note: bool) -> impl IntoView {
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
                view! { <a href=href aria-label=label>{say!(l, scheduling.attend.note)}</a> }
            });
            let content = view! {
                <small>{card.range().map(|range| view! { <MomentRange range/> })}</small> " "
                <a href=format!("/desk/patients/{}", card.patient.id)>{said(card.patient.name.clone())}</a> " " {tag} " " {here} " "
                {note}
            };
            ("at booked", content.into_any())
        }
        Item::Free(range) => {
            ("at free", view! { <small><MomentRange range/></small> " " {say!(l, scheduling.week.free)} }.into_any())
        }
        // Reception does not see why a doctor is away.
        Item::Block(_) => ("at block", ().into_any()),
    };
    let (start, end) = (place.map(|place| place.start), place.map(|place| place.end));
    view! {
        <li
            class=class
            data-h=start.map(|start| start.0)
            data-m=start.map(|start| start.1)
            data-eh=end.map(|end| end.0)
            data-em=end.map(|end| end.1)
        >
            {content}
        </li>
    }
}
