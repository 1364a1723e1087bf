//! Open times as choices, grouped by part of the day or by day, and the list of days.

use super::address::{self, Wanted};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::parts::time::{names, zone};
use kit::parts::{Choice, TimeGroup};
use kit::viewer::use_locale;
use leptos::ev::FocusEvent;
use leptos::html::Nav;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use model::format;
use model::ids::{DoctorId, VisitTypeId};
use model::scheduling::views::{ClinicBrief, DayCount, OpenTime};
use model::scheduling::{ChosenTime, DayPart};
use words::{Locale, plural, say};

/// What a part of the day is called.
pub(super) fn part_name(l: Locale, part: DayPart) -> &'static str {
    match part {
        DayPart::Night => say!(l, scheduling.doctor.night),
        DayPart::Morning => say!(l, scheduling.doctor.morning),
        DayPart::Afternoon => say!(l, scheduling.doctor.afternoon),
        DayPart::Evening => say!(l, scheduling.doctor.evening),
    }
}

/// Groups the times of one day by part of the day. If there are several clinics, each time names its clinic.
pub(super) fn by_day_part(
    l: Locale,
    times: &[OpenTime],
    visit_type: Option<VisitTypeId>,
    clinics: &[ClinicBrief],
    zone_name: &str,
) -> Vec<TimeGroup> {
    let zone = zone(zone_name);
    let key = |time: &OpenTime| part_name(l, DayPart::of(zone.to_datetime(time.start).time())).to_owned();
    grouped(l, times, visit_type, clinics, &zone, key)
}

/// Groups times of several days by day.
pub(super) fn by_day(
    l: Locale,
    times: &[OpenTime],
    visit_type: Option<VisitTypeId>,
    clinics: &[ClinicBrief],
    zone_name: &str,
) -> Vec<TimeGroup> {
    let zone = zone(zone_name);
    let key = |time: &OpenTime| format::day(zone.to_datetime(time.start).date(), names(l));
    grouped(l, times, visit_type, clinics, &zone, key)
}

fn grouped(
    l: Locale,
    times: &[OpenTime],
    visit_type: Option<VisitTypeId>,
    clinics: &[ClinicBrief],
    zone: &TimeZone,
    key: impl Fn(&OpenTime) -> String,
) -> Vec<TimeGroup> {
    let mut groups: Vec<TimeGroup> = Vec::new();
    for time in times {
        let title = key(time);
        let clinic = clinics.iter().find(|clinic| clinic.id == time.clinic).filter(|_| clinics.len() > 1);
        let choice = Choice {
            value: ChosenTime::write_time(time.start, time.clinic, visit_type),
            label: format::time(time.start, zone, names(l)),
            hint: clinic.map(|clinic| clinic.name.clone()),
        };
        match groups.last_mut().filter(|group| group.title == title) {
            Some(group) => group.times.push(choice),
            None => groups.push(TimeGroup { title, times: vec![choice] }),
        }
    }
    groups
}

/// A strip of days, each a link with its number of free times.
#[component]
pub(super) fn DayStrip(
    /// The doctor.
    doctor: DoctorId,
    /// The days.
    #[prop(into)]
    days: Signal<Vec<DayCount>>,
    /// The day whose times are shown.
    #[prop(into)]
    chosen: Signal<Date>,
    /// The time zone to keep in the address, if the user has chosen one.
    zone: Option<String>,
    /// The visit type to keep in the address, if it is not the doctor's first one.
    visit_type: Option<VisitTypeId>,
    /// The id of stored answers to keep in the address.
    booking: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    let words = names(l);
    let link = move |DayCount { date, free }: DayCount| {
        let from = days.with(|days| days.first().map(|day| day.date));
        let wanted = Wanted { from, day: Some(date), zone: zone.as_deref(), visit_type, booking: booking.as_deref() };
        let weekday = words.weekdays_short[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
        // The strip names a month where it begins.
        let begins = from == Some(date) || date.day() == 1;
        let month = begins.then(|| format!(" {}", words.months_short[usize::from(date.month().unsigned_abs() - 1) % 12]));
        let n = i64::from(free);
        let count = match free {
            0 => say!(l, scheduling.doctor.none).to_owned(),
            _ => plural(n, say!(l, scheduling.doctor.times_singular, n = n), say!(l, scheduling.doctor.times_plural, n = n)),
        };
        view! {
            <a
                href=address::doctor(doctor, wanted)
                class:none=free == 0
                aria-current=(date == chosen.get()).then_some("date")
                aria-label=format!("{}, {count}", format::day(date, words))
            >
                <small>{weekday}</small>
                <strong class="num">{date.day()} {month}</strong>
                <small>{count.clone()}</small>
            </a>
        }
    };
    // The links are updated in place, so that a focused link keeps the focus.
    let links = move || days.get().into_iter().map(&link).collect::<Vec<_>>();
    let strip = NodeRef::<Nav>::new();
    // Tab scrolls the strip to its last day. When the focus leaves it, the day whose times are shown comes back into view.
    let left = move |event: FocusEvent| {
        let Some(strip) = strip.get_untracked() else { return };
        let next = event.related_target().and_then(|next| next.dyn_into::<web_sys::Node>().ok());
        if !strip.contains(next.as_ref()) {
            show_current(&strip);
        }
    };
    view! { <nav class="days" aria-label=say!(l, scheduling.doctor.days) node_ref=strip on:focusout=left>{links}</nav> }
}

/// Scrolls the strip, but not the page, so that its current day is seen.
fn show_current(strip: &web_sys::Element) {
    let Ok(Some(current)) = strip.query_selector("[aria-current]") else { return };
    let (frame, day) = (strip.get_bounding_client_rect(), current.get_bounding_client_rect());
    let is_seen = day.left() >= frame.left() && day.right() <= frame.right();
    if !is_seen {
        let middle = |rect: &web_sys::DomRect| rect.left() + rect.width() / 2.0;
        strip.scroll_by_with_x_and_y(middle(&day) - middle(&frame), 0.0);
    }
}
