//! A doctor's day along an axis of time: visits are moved and free time is blocked here. On a narrow screen and on paper it is a list.

use super::block::{BlockedNotice, UnblockTime, UnblockValues};
use super::day_entries::DayEntries;
use super::outside::BlockedVisits;
use super::picking::{PickingArea, Pointer, use_picking};
use super::today::read_day;
use super::week::{Axis, hours_of};
use jiff::civil::Date;
use kit::forms::{FormHandle, use_form};
use kit::live::use_changes;
use kit::parts::time::names;
use kit::parts::{PageTitle, ZoneNote, followed, switch};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::live::LiveKind;
use model::scheduling::views::{AppointmentCard, DoctorDay};
use words::say;

/// The page `/doctor/calendar`.
#[component]
pub fn DayCalendarPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Appointment);
    let unblock = use_form::<UnblockTime, UnblockValues>();
    let unblocked = unblock.done();
    let asked = move || (query.with(|query| query.get("day")), changes.get(), unblocked.get());
    let day = Resource::new_blocking(asked, |(day, ..)| read_day(day));
    let pointer = use_picking("calendar");
    view! {
        <PageTitle text=say!(l, scheduling.day_calendar.title)/>
        <PickingArea pointer>
            {followed(day, move |day| {
                switch(move || day.get(), move |day| view! { <Day day unblock pointer/> })
            })}
        </PickingArea>
    }
}

/// The day that the week or the month keeps for the other pages of the calendar: the one in the address, or today, or its first day.
pub(super) fn kept_day(first: Date, last: Date) -> Date {
    let asked = use_query_map().with_untracked(|query| query.get("day")).and_then(|day| day.parse().ok());
    let today = use_viewer().zone_rules().to_datetime(use_now().get_untracked()).date();
    let days: [Option<Date>; 2] = [asked, Some(today)];
    days.into_iter().flatten().find(|day| (first..=last).contains(day)).unwrap_or(first)
}

#[component]
fn Day(day: DoctorDay, unblock: FormHandle, pointer: Pointer) -> impl IntoView {
    let l = use_locale();
    let date = day.date;
    let zone = use_viewer().zone_rules();
    let is_today = date == zone.to_datetime(use_now().get_untracked()).date();
    let address = |day: Date| format!("/doctor/calendar?day={day}");
    let ways =
        [(date.yesterday().ok(), say!(l, scheduling.today.before)), (date.tomorrow().ok(), say!(l, scheduling.today.after))]
            .map(|(day, label)| day.map(|day| view! { <a class="button plain" href=address(day)>{label}</a> }));
    let cards: Vec<AppointmentCard> = day.in_blocked_time().cloned().collect();
    let axis = Axis::of([&day], &zone);
    view! {
        <div class="row">
            <h1>{format::date_long(date, names(l))}</h1>
            <nav class="row end" aria-label=say!(l, scheduling.today.days)>
                {ways.into_iter().collect_view()}
                <a href="/doctor/calendar">{say!(l, scheduling.today.to_today)}</a>
                <a href=format!("/doctor/week?day={date}")>{say!(l, scheduling.week.title)}</a>
                <a href=format!("/doctor/month?day={date}")>{say!(l, scheduling.month.title)}</a>
            </nav>
        </div>
        <div class="row">
            <a class="button plain" href=format!("/doctor/block?day={date}&page=calendar")>{say!(l, scheduling.block.link)}</a>
            <a class="button plain" href=format!("/doctor/book?day={date}")>{say!(l, scheduling.desk_booking.title)}</a>
        </div>
        <BlockedNotice/>
        <BlockedVisits cards/>
        <ZoneNote/>
        <p class="quiet no-print keys">{say!(l, scheduling.day_calendar.keys)}</p>
        <div class="week one movable" data-hours=axis.hours()>
            {hours_of(axis)}
            <section class="day" class:today=is_today>
                <DayEntries day axis unblock pointer/>
            </section>
        </div>
    }
}
