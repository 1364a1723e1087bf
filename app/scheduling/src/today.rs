//! A doctor's day as a table.

use super::states::StateTag;
use jiff::Timestamp;
use jiff::civil::Date;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{Column, Detail, Moment, Table, loaded, said};
use kit::viewer::use_locale;
use kit::viewer::use_now;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::views::{AppointmentCard, DayEntry, DoctorDay};
use words::{Locale, plural, say};

/// Loads a day of the doctor whom the user acts as.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-day")]
pub async fn read_day(
    /// The day, `2026-11-24`; today if it is absent or malformed.
    day: Option<String>,
) -> Result<DoctorDay, Failure> {
    let request = kit::request::RequestContext::require()?;
    let day = day.and_then(|day| day.parse().ok());
    kit::request::call(|| domain::scheduling::day_of_doctor(&request.domain, &request.access, day, request.viewer.zone_name()))
        .await
}

/// The day in the address, or today.
pub(crate) type Day = Resource<Result<DoctorDay, Failure>>;

/// Loads the day in the address. Call it at the top of the page.
pub fn day_of_address() -> Day {
    let query = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    Resource::new_blocking(move || (query.with(|query| query.get("day")), changes.get()), |(day, _)| read_day(day))
}

/// The date as the heading of the page, with links to the days before and after.
#[component]
pub fn DayHead(
    /// The day.
    day: Day,
) -> impl IntoView {
    loaded(day, |day| view! { <Head date=day.date/> })
}

/// The appointments of a day.
#[component]
pub fn DayTable(
    /// The day.
    day: Day,
) -> impl IntoView {
    loaded(day, |day| view! { <Visits entries=day.entries/> })
}

#[component]
fn Head(date: Date) -> impl IntoView {
    let l = use_locale();
    let ways =
        [(date.yesterday().ok(), say!(l, scheduling.today.before)), (date.tomorrow().ok(), say!(l, scheduling.today.after))]
            .map(|(day, label)| day.map(|day| view! { <a class="button plain" href=day_address(day)>{label}</a> }));
    view! {
        <div class="row">
            <h1>{format::date_long(date, names(l))}</h1>
            <nav class="row end" aria-label=say!(l, scheduling.today.days)>
                {ways.into_iter().collect_view()}
                <a href="/doctor">{say!(l, scheduling.today.to_today)}</a>
            </nav>
        </div>
    }
}

#[component]
fn Visits(entries: Vec<DayEntry>) -> impl IntoView {
    let l = use_locale();
    let n = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let caption = plural(n, say!(l, scheduling.today.caption_singular, n = n), say!(l, scheduling.today.caption_plural, n = n));
    let now = use_now();
    let columns = vec![
        Column::text(say!(l, scheduling.today.time), |entry: &DayEntry| {
            view! { <Moment at=entry.card.starts_at detail=Detail::Time/> }
        }),
        Column::text(say!(l, scheduling.today.patient), move |entry: &DayEntry| {
            let patient = &entry.card.patient;
            view! {
                <strong>{said(&patient.name)}</strong> <small>" " {say!(l, scheduling.appointment.age, n = patient.age)}</small> <br/>
                <small class="lines">{entry.reason.as_ref().map(said)}</small>
            }
        }),
        Column::text(say!(l, scheduling.today.state), |entry: &DayEntry| view! { <StateTag state=entry.card.state/> }),
        Column::text(say!(l, scheduling.today.action), move |entry: &DayEntry| way(l, now, entry.card.clone())),
    ];
    view! {
        <Table
            columns
            rows=entries
            caption
            with_zone=true
            empty_title=say!(l, scheduling.today.empty_title)
            empty_text=say!(l, scheduling.today.empty)
        >
            <a class="button" href="/doctor/hours">{say!(l, common.home.doctor_hours)}</a>
        </Table>
    }
}

fn day_address(day: Date) -> String {
    format!("/doctor?day={day}")
}

/// The link to the visit while its waiting room is open, otherwise to the appointment.
fn way(l: Locale, now: Signal<Timestamp>, card: AppointmentCard) -> impl IntoView {
    let (details, room) = (format!("/doctor/appointments/{}", card.id), format!("/doctor/visits/{}", card.encounter));
    move || {
        let (href, class) = if card.room_is_open(now.get()) { (room.clone(), "button") } else { (details.clone(), "") };
        view! {
            <a class=class href=href aria-label=say!(l, scheduling.today.open_of, patient = card.patient.name.clone())>
                {say!(l, scheduling.today.open)}
            </a>
        }
    }
}
