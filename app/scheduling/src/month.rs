//! A doctor's month: how many visits there are on each day. On a wide screen and on paper each week is a row, otherwise the days are a list.

use super::day_calendar::kept_day;
use jiff::civil::Date;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{PageTitle, loaded};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::views::{DoctorMonth, MonthDay};
use words::{plural, say};

/// Loads a month of the doctor whom the user acts as.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-month")]
pub async fn read_month(
    /// A day of the month, `2026-11-24`; today if it is absent or malformed.
    day: Option<String>,
) -> Result<DoctorMonth, Failure> {
    let request = kit::request::RequestContext::require()?;
    let day = day.and_then(|day| day.parse().ok());
    kit::request::call(|| domain::scheduling::month_of_doctor(&request.domain, &request.access, day, request.viewer.zone_name()))
        .await
}

/// The page with a doctor's month.
#[component]
pub fn MonthPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    let asked = move || (query.with(|query| query.get("day")), changes.get());
    let month = Resource::new_blocking(asked, |(day, _)| read_month(day));
    view! {
        <PageTitle text=say!(l, scheduling.month.title)/>
        {loaded(month, move |month| view! { <Month month/> })}
    }
}

#[component]
fn Month(month: DoctorMonth) -> impl IntoView {
    let l = use_locale();
    let DoctorMonth { first, days } = month;
    let today = use_viewer().zone_rules().to_datetime(use_now().get_untracked()).date();
    let month = names(l).months[usize::from(first.month().unsigned_abs().saturating_sub(1)) % 12];
    let title = say!(l, scheduling.month.of, month = month, year = first.year());
    let way = |day: Date| format!("/doctor/month?day={day}");
    let kept = kept_day(first, first.last_of_month());
    let before = first.yesterday().map_or(first, Date::first_of_month);
    let after = first.last_of_month().tomorrow().unwrap_or(first);
    let shown: Vec<_> = days
        .into_iter()
        .map(|day| view! { <Day day is_today={day.date == today} is_other={day.date.month() != first.month()}/> })
        .collect();
    view! {
        <div class="row">
            <h1>{title}</h1>
            <nav class="row end" aria-label=say!(l, scheduling.month.months)>
                <a class="button plain" href=way(before)>{say!(l, scheduling.month.before)}</a>
                <a class="button plain" href=way(after)>{say!(l, scheduling.month.after)}</a>
                <a href="/doctor/month">{say!(l, scheduling.month.this)}</a>
                <a href=format!("/doctor/calendar?day={kept}")>{say!(l, scheduling.day_calendar.title)}</a>
                <a href=format!("/doctor/week?day={kept}")>{say!(l, scheduling.week.title)}</a>
            </nav>
        </div>
        <ol class="month" role="list">{shown}</ol>
    }
}

/// A day, which leads to the page of the day. `is_other` says that it belongs to another month.
#[component]
fn Day(day: MonthDay, is_today: bool, is_other: bool) -> impl IntoView {
    let l = use_locale();
    let MonthDay { date, visits, works, is_blocked } = day;
    let n = i64::from(visits);
    let is_off = !works;
    let visits = (n > 0).then(|| {
        let text = plural(n, say!(l, scheduling.month.visits_singular, n = n), say!(l, scheduling.month.visits_plural, n = n));
        view! { <strong>{text}</strong> }
    });
    let off = is_off.then(|| view! { <small>{say!(l, scheduling.month.no_hours)}</small> });
    let blocked = is_blocked.then(|| view! { <small>{say!(l, scheduling.month.blocked)}</small> });
    view! {
        <li class="day" class:today=is_today class:other=is_other class:off=is_off>
            <a href=format!("/doctor?day={date}") aria-current=is_today.then_some("date")>
                {format::day_short(date, names(l))}
            </a>
            {visits}
            {off}
            {blocked}
        </li>
    }
}
