//! A doctor books a visit for a patient whom they treat: a follow-up on any day, from the calendar or from the patient's page. A time that is taken can be overbooked with a
//! reason.

use super::desk_booking::{Booker, Chosen, DeskBooking, booking_forms};
use jiff::ToSpan;
use jiff::civil::{Date, Time};
use kit::chosen::own_booking_page;
use kit::failure::Failure;
use kit::forms::FormHandle;
use kit::parts::time::zone as rules_of;
use kit::parts::{EmptyState, PageTitle, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::scheduling::ChosenTime;
use serde::{Deserialize, Serialize};
use words::say;

/// What the page shows, and the time with which it begins.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnBooking {
    /// The times of the day, and the patient.
    pub booking: DeskBooking,
    /// The time.
    pub chosen: ChosenTime,
}

/// Loads the times of the acting doctor on the day of a time, and the patient, or those whom a search found. Without a time, it begins on the day; without a day, with the
/// first free time. `None` for a doctor without working hours.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for everybody but doctors; `NotFound` for a patient of others; the reasons why a doctor cannot be booked.
#[server(prefix = "/do", endpoint = "read-own-booking")]
pub async fn read_own_booking(
    /// The time with its clinic and visit type.
    time: Option<String>,
    /// The day, `2026-11-24`.
    day: Option<String>,
    /// The patient's id.
    patient: Option<String>,
    /// The id of the kept search.
    search: Option<String>,
) -> Result<Option<OwnBooking>, Failure> {
    use super::desk_booking::post::of_time;
    use kit::request::{RequestContext, call};

    let request = RequestContext::require()?;
    let day = day.and_then(|day| day.parse().ok());
    let first = call(|| domain::scheduling::first_to_book(&request.domain, &request.access, day)).await?;
    let Some(first) = first else { return Ok(None) };
    let chosen = time.and_then(|time| ChosenTime::parse(&first.doctor.to_string(), &time)).unwrap_or(first);
    let booking = of_time(&request, chosen, patient, search).await?;
    Ok(Some(OwnBooking { booking, chosen }))
}

/// The page `/doctor/book`.
#[component]
pub fn DoctorBookingPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let given = |name: &str| query.get(name).filter(|value| !value.is_empty());
            (given("time"), given("day"), given("patient"), given("search"))
        })
    });
    let booking =
        Resource::new_blocking(move || asked.get(), |(time, day, patient, search)| read_own_booking(time, day, patient, search));
    let (find, form) = booking_forms();
    view! {
        <PageTitle text=say!(l, scheduling.own_booking.title)/>
        <p><a href="/doctor/calendar">"← " {say!(l, scheduling.day_calendar.title)}</a></p>
        <h1>{say!(l, scheduling.own_booking.title)}</h1>
        {loaded(booking, move |booking| match booking {
            Some(booking) => view! { <Own booking form find/> }.into_any(),
            None => view! {
                <EmptyState title=say!(l, scheduling.own_booking.no_hours_title) text=say!(l, scheduling.own_booking.no_hours)>
                    <a class="button" href="/doctor/hours">{say!(l, scheduling.hours.title)}</a>
                </EmptyState>
            }
            .into_any(),
        })}
    }
    .into_any()
}

/// The ways to other days, and the day.
#[component]
fn Own(booking: OwnBooking, form: FormHandle, find: FormHandle) -> impl IntoView {
    let l = use_locale();
    let OwnBooking { booking, chosen } = booking;
    let patient = booking.patient.as_ref().map(|patient| patient.id);
    let (day, rules) = (booking.view.day, rules_of(&booking.view.clinic.time_zone));
    let begin = |day: Date| rules.to_ambiguous_timestamp(day.to_datetime(Time::midnight())).compatible().ok();
    let ways = [
        (day.yesterday().ok(), say!(l, scheduling.today.before)),
        (day.tomorrow().ok(), say!(l, scheduling.today.after)),
        (day.checked_add(1.week()).ok(), say!(l, scheduling.own_booking.week_later)),
        (day.checked_add(4.weeks()).ok(), say!(l, scheduling.own_booking.four_weeks_later)),
    ];
    let ways: Vec<_> = ways
        .into_iter()
        .filter_map(|(day, label)| {
            let start = begin(day?)?;
            let href = own_booking_page(&ChosenTime { start, ..chosen }, patient);
            Some(view! { <a class="button plain" href=href>{label}</a> })
        })
        .collect();
    view! {
        <nav class="row" aria-label=say!(l, scheduling.today.days)>{ways}</nav>
        <Chosen booking chosen form find booker=Booker::Doctor/>
    }
    .into_any()
}
