//! A doctor's month for whoever wants a visit: how many times are free on each day. On a wide screen and on paper each week is a row, otherwise the days are a list.

use super::address::{self, Wanted};
use jiff::civil::Date;
use kit::failure::Failure;
use kit::live::use_times_of;
use kit::parts::time::{names, readable, zone as rules_of};
use kit::parts::{PageTitle, loaded, said};
use kit::viewer::{use_locale, use_now, use_zone};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::format;
use model::scheduling::views::{DayCount, FreeMonth};
use words::{plural, say};

/// Loads a month of a doctor with the number of free times on each day.
///
/// # Errors
/// `NotFound`, `DoctorUnavailable`, `DoctorWithoutFee`.
#[server(prefix = "/do", endpoint = "read-free-month")]
pub async fn read_free_month(
    /// The doctor's id.
    doctor: String,
    /// A day of the month, `2026-11-24`; that of the first free time if it is absent or malformed.
    day: Option<String>,
    /// An IANA time zone; the viewer's, or else the clinic's, if it is absent or unknown.
    zone: Option<String>,
    /// The id of a visit type; the doctor's first one, if it is absent or unknown.
    visit_type: Option<String>,
) -> Result<FreeMonth, Failure> {
    use domain::scheduling::{self, Offer};

    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&doctor)?;
    let chosen = zone.as_deref().filter(|zone| jiff::tz::db().get(zone).is_ok());
    let zone = chosen.or(request.viewer.zone.as_deref());
    let day = day.and_then(|day| day.parse().ok());
    let offer = Offer { doctor: id, visit_type: visit_type.and_then(|id| id.parse().ok()) };
    kit::request::call(|| scheduling::free_month(&request.domain, &request.access, offer, zone, day)).await
}

/// The page `/doctors/{id}/month`.
#[component]
pub fn FreeMonthPage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let doctor = move || params.with(|params| params.get("id")).unwrap_or_default();
    let get = move |name: &str| query.with(|query| query.get(name));
    let changes = use_times_of(Signal::derive(move || doctor().parse().ok()));
    // Read anew when a stranger's zone becomes known.
    let own_zone = use_zone();
    let asked = move || (doctor(), get("day"), get("zone"), get("type"), changes.get(), own_zone.get());
    let found =
        Resource::new_blocking(asked, |(doctor, day, zone, visit_type, ..)| read_free_month(doctor, day, zone, visit_type));
    view! {
        <PageTitle text=say!(l, scheduling.free_month.title)/>
        {loaded(found, move |month| {
            let kept = |name: &str| query.with_untracked(|query| query.get(name));
            view! { <Month month zone=kept("zone") booking=kept("booking")/> }
        })}
    }
}

#[component]
fn Month(
    month: FreeMonth,
    /// The time zone in the address.
    zone: Option<String>,
    /// The id of stored answers in the address, when another time is chosen for them.
    booking: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    let FreeMonth { doctor, visit_type, first, last, days, zone: shown } = month;
    let today = rules_of(&shown).to_datetime(use_now().get_untracked()).date();
    let name = names(l).months[usize::from(first.month().unsigned_abs().saturating_sub(1)) % 12];
    let title = say!(l, scheduling.month.of, month = name, year = first.year());
    // A zone that is not known was not shown.
    let zone = zone.filter(|zone| *zone == shown);
    let wanted = |from: Option<Date>, day: Option<Date>| Wanted {
        from,
        day,
        zone: zone.as_deref(),
        visit_type,
        booking: booking.as_deref(),
    };
    let way = |day: Date| address::month(doctor.id, wanted(None, Some(day)));
    let before = (first > today).then(|| first.yesterday().ok()).flatten();
    let before = before.map(|day| view! { <a class="button plain" href=way(day)>{say!(l, scheduling.month.before)}</a> });
    let after = first.last_of_month().tomorrow().ok().filter(|after| *after <= last);
    let after = after.map(|day| view! { <a class="button plain" href=way(day)>{say!(l, scheduling.month.after)}</a> });
    let items: Vec<_> = days
        .into_iter()
        .map(|count| {
            let href = address::doctor(doctor.id, wanted(Some(count.date), Some(count.date)));
            view! { <Day count href is_today={count.date == today} is_other={count.date.month() != first.month()}/> }
        })
        .collect();
    view! {
        <p><a href=address::doctor(doctor.id, wanted(None, None))>"← " {said(doctor.name.clone())}</a></p>
        <div class="row">
            <div class="lead">
                <h1>{title}</h1>
                <p>{say!(l, scheduling.free_month.lead)}</p>
            </div>
            <nav class="row end" aria-label=say!(l, scheduling.month.months)>{before} {after}</nav>
        </div>
        <p class="quiet">{say!(l, scheduling.doctor.zone, zone = readable(&shown))}</p>
        <ol class="month" role="list">{items}</ol>
    }
    .into_any()
}

/// A day, which leads to its free times. `is_other` says that it belongs to another month.
#[component]
fn Day(count: DayCount, href: String, is_today: bool, is_other: bool) -> impl IntoView {
    let l = use_locale();
    let DayCount { date, free } = count;
    let n = i64::from(free);
    let short = format::day_short(date, names(l));
    let content = if free == 0 {
        view! { <span>{short}</span> <small>{say!(l, scheduling.free_month.none)}</small> }.into_any()
    } else {
        let times = plural(n, say!(l, scheduling.doctor.times_singular, n = n), say!(l, scheduling.doctor.times_plural, n = n));
        let label = format!("{}, {times}", format::day(date, names(l)));
        view! { <a href=href aria-label=label>{short}</a> <strong>{times}</strong> }.into_any()
    };
    view! {
        <li class="day" class:today=is_today class:other=is_other class:off={free == 0}>
            {content}
        </li>
    }
}
