//! Times in human-readable form, with the exact instant in the `datetime` attribute.

use crate::viewer::use_locale;
use crate::viewer::use_viewer;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use model::format::{self, Names};
use model::scheduling::TimeRange;
use words::{Locale, say};

/// How much of an instant is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// "Tuesday 24 November 2026".
    Day,
    /// "10:30".
    Time,
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

/// Says in which time zone the page shows times.
#[component]
pub fn ZoneNote() -> impl IntoView {
    let l = use_locale();
    let zone = use_viewer().zone.replace('_', " ");
    view! { <p class="quiet">{say!(l, common.time.zone, zone = zone)}</p> }
}

/// Returns the names of days and months in a language.
#[must_use]
pub const fn names(l: Locale) -> &'static Names {
    match l {
        Locale::en => &Names::ENGLISH,
        #[cfg(feature = "pseudo")]
        Locale::en_XA => &Names::ENGLISH,
    }
}

/// Returns the time zone of this name, or UTC if the name is unknown: no time is ever shown in an unnamed zone.
#[must_use]
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn zone_or_viewers(name: Option<String>) -> TimeZone {
    zone(&name.unwrap_or_else(|| use_viewer().zone))
}
