//! A doctor's week.

use super::states::StateTag;
use jiff::ToSpan;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{MomentRange, PageTitle, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::AppointmentState;
use model::scheduling::views::{DayEntry, DoctorDay, DoctorWeek};
use words::say;

/// Loads a week of the doctor whom the user acts as.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-week")]
pub async fn read_week(
    /// A day of the week, `2026-11-24`; today if it is absent or malformed.
    day: Option<String>,
) -> Result<DoctorWeek, Failure> {
    let request = kit::request::RequestContext::require()?;
    let day = day.and_then(|day| day.parse().ok());
    kit::request::call(|| domain::scheduling::week_of_doctor(&request.domain, &request.access, day, request.viewer.zone_name()))
        .await
}

/// The page with a doctor's week.
#[component]
pub fn WeekPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    let week = Resource::new_blocking(move || (query.with(|query| query.get("day")), changes.get()), |(day, _)| read_week(day));
    view! {
        <PageTitle text=say!(l, scheduling.week.title)/>
        {loaded(week, |week| view! { <Week week/> })}
    }
}

#[component]
fn Week(week: DoctorWeek) -> impl IntoView {
    let l = use_locale();
    let DoctorWeek { first, days } = week;
    let last = first.saturating_add(6.days());
    let (from, to) = (format::day(first, names(l)), format::date_long(last, names(l)));
    let way = |days: i32| format!("/doctor/week?day={}", first.saturating_add(days.days()));
    let days: Vec<_> = days.into_iter().map(|day| view! { <WeekDay day/> }).collect();
    view! {
        <div class="row">
            <div class="lead">
                <h1>{say!(l, scheduling.week.title)}</h1>
                <p>{say!(l, scheduling.week.from_to, first = from, last = to)}</p>
            </div>
            <nav class="row end" aria-label=say!(l, scheduling.week.weeks)>
                <a class="button plain" href=way(-7)>{say!(l, scheduling.week.before)}</a>
                <a class="button plain" href=way(7)>{say!(l, scheduling.week.after)}</a>
                <a href="/doctor/week">{say!(l, scheduling.week.this)}</a>
            </nav>
        </div>
        <ZoneNote/>
        <div class="week">{days}</div>
    }
}

#[component]
fn WeekDay(day: DoctorDay) -> impl IntoView {
    let l = use_locale();
    let DoctorDay { date, entries } = day;
    let title = format::day(date, names(l));
    let list = if entries.is_empty() {
        view! { <p class="quiet">{say!(l, scheduling.week.nobody)}</p> }.into_any()
    } else {
        let items: Vec<_> = entries
            .into_iter()
            .map(|DayEntry { card, .. }| {
                // "Confirmed" is the default, so only other states get a tag.
                let tag = (card.state != AppointmentState::Confirmed).then(|| view! { <StateTag state=card.state/> });
                view! {
                    <li>
                        <small>{card.range().map(|range| view! { <MomentRange range/> })}</small> <br/>
                        <a href=format!("/doctor/appointments/{}", card.id)>{said(card.patient.name.clone())}</a> " " {tag}
                    </li>
                }
            })
            .collect();
        view! { <ul class="list">{items}</ul> }.into_any()
    };
    view! {
        <section class="card">
            <h2><a href=format!("/doctor?day={date}")>{title}</a></h2>
            {list}
        </section>
    }
}
