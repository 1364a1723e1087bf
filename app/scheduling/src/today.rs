//! A doctor's day as a table.

use super::states::StateTag;
use jiff::civil::Date;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{Detail, EmptyState, Moment, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use kit::viewer::use_now;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::views::{DayEntry, DoctorDay};
use words::{plural, say};

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
    kit::request::call(|| domain::scheduling::day_of_doctor(&request.domain, &request.access, day, &request.viewer.zone)).await
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
    if entries.is_empty() {
        view! {
            <EmptyState title=say!(l, scheduling.today.empty_title) text=say!(l, scheduling.today.empty)>
                <a class="button" href="/doctor/hours">{say!(l, common.home.doctor_hours)}</a>
            </EmptyState>
        }
        .into_any()
    } else {
        let rows: Vec<_> = entries.into_iter().map(|entry| view! { <Row entry/> }).collect();
        view! {
            <section class="card">
                <ZoneNote/>
                <div class="scroll">
                    <table class="agenda">
                        <caption>{caption}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{say!(l, scheduling.today.time)}</th>
                                <th scope="col">{say!(l, scheduling.today.patient)}</th>
                                <th scope="col">{say!(l, scheduling.today.state)}</th>
                                <th scope="col">{say!(l, scheduling.today.action)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any()
    }
}

fn day_address(day: Date) -> String {
    format!("/doctor?day={day}")
}

#[component]
fn Row(entry: DayEntry) -> impl IntoView {
    let l = use_locale();
    let DayEntry { card, reason } = entry;
    let now = use_now();
    let (details, room) = (format!("/doctor/appointments/{}", card.id), format!("/doctor/visits/{}", card.encounter));
    let shown = card.clone();
    let patient = card.patient.name.clone();
    // While the waiting room is open the link leads to the visit, otherwise to the appointment.
    let way = move || {
        let (href, class) = if shown.room_is_open(now.get()) { (room.clone(), "button") } else { (details.clone(), "") };
        view! {
            <a class=class href=href aria-label=say!(l, scheduling.today.open_of, patient = shown.patient.name.clone())>
                {say!(l, scheduling.today.open)}
            </a>
        }
    };
    view! {
        <tr>
            <td><Moment at=card.starts_at detail=Detail::Time/></td>
            <td>
                <strong>{said(patient)}</strong> <small>" " {say!(l, scheduling.appointment.age, n = card.patient.age)}</small> <br/>
                <small class="lines">{reason.map(said)}</small>
            </td>
            <td><StateTag state=card.state/></td>
            <td>{way}</td>
        </tr>
    }
}
