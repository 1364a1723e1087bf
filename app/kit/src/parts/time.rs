//! Times in human-readable form, with the exact instant in the `datetime` attribute.

use crate::viewer::use_locale;
use crate::viewer::use_viewer;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use model::format::{self, Names};
use model::scheduling::TimeRange;
use words::say;

pub use words::names;

/// How much of an instant is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// "Tuesday 24 November 2026".
    Day,
    /// "10:30".
    Time,
    /// "10:30:05".
    Seconds,
    /// "Tuesday 24 November 2026, 10:30".
    DayAndTime,
    /// "Tue 24 Nov 2026, 10:30".
    Short,
}

/// An instant in the viewer's time zone, or in another one that the page names.
#[component]
pub fn Moment(
    /// The instant.
    at: Timestamp,
    /// How much of it is shown.
    #[prop(default = Detail::DayAndTime)]
    detail: Detail,
    /// The IANA time zone, when it is not the viewer's.
    #[prop(into, optional)]
    zone: Option<String>,
) -> impl IntoView {
    let (zone, names) = (zone_or_viewers(zone), names(use_locale()));
    let text = match detail {
        Detail::Day => format::date_long(zone.to_datetime(at).date(), names),
        Detail::Time => format::time(at, &zone, names),
        Detail::Seconds => format::time_with_seconds(at, &zone, names),
        Detail::DayAndTime => format::date_time(at, &zone, names),
        Detail::Short => format::date_time_short(at, &zone, names),
    };
    view! { <time datetime=format::machine(at, &zone)>{text}</time> }
}

/// A time range, "10:30 to 11:00", with the day before it if `with_day` is set.
#[component]
pub fn MomentRange(
    /// The range.
    range: TimeRange,
    /// Whether the day is shown before it.
    #[prop(optional)]
    with_day: bool,
    /// The IANA time zone, when it is not the viewer's.
    #[prop(into, optional)]
    zone: Option<String>,
) -> impl IntoView {
    let (zone, names) = (zone_or_viewers(zone), names(use_locale()));
    let day = with_day.then(|| format::date_long(zone.to_datetime(range.start()).date(), names) + ", ");
    let text = day.unwrap_or_default() + &format::time_range(range, &zone, names);
    view! { <time datetime=format::machine(range.start(), &zone)>{text}</time> }
}

/// Says in which time zone the page shows times: the viewer's, or, while that is not known, that of the clinic.
#[component]
pub fn ZoneNote() -> impl IntoView {
    let l = use_locale();
    let text = match use_viewer().zone {
        Some(zone) => say!(l, common.time.zone, zone = city(&zone)),
        None => say!(l, common.time.zone_of_clinic).to_owned(),
    };
    view! { <p class="quiet">{text}</p> }
}

/// The city that a time zone is named after: `New York`. For the zone of the reader, who knows where that is.
#[must_use]
pub fn city(zone: &str) -> String {
    readable(zone.rsplit('/').next().unwrap_or(zone))
}

/// The name of a time zone as people read it: `America/New York`.
#[must_use]
pub fn readable(zone: &str) -> String {
    zone.replace('_', " ")
}

/// Returns a date of birth in words: "24 March 1990", without the day of the week.
#[must_use]
pub fn date_of_birth(names: &Names, born: Date) -> String {
    let date = format::date_long(born, names);
    date.split_once(' ').map_or_else(|| date.clone(), |(_, rest)| rest.to_owned())
}

/// Returns the time zone of this name, or UTC if the name is unknown: no time is ever shown in an unnamed zone.
#[must_use]
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn zone_or_viewers(name: Option<String>) -> TimeZone {
    match name {
        Some(name) => zone(&name),
        None => zone(use_viewer().zone_name()),
    }
}
