//! Formats instants, dates and amounts for people. The words and patterns of a language are data: [`Names`].
//!
//! Invariant: the caller always chooses the time zone in which a time is shown, and an ambiguous local time (when the clock goes
//! back) is shown with its offset. ICU is not used: a language needs only a dozen words and six patterns.

use crate::{money::Money, scheduling::TimeRange};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    fmt::strtime,
    tz::{AmbiguousOffset, Offset, TimeZone},
};

/// The words and patterns of one language. In a pattern, a name in braces stands for its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    /// January to December.
    pub months: [&'static str; 12],
    /// January to December, abbreviated.
    pub months_short: [&'static str; 12],
    /// Monday to Sunday.
    pub weekdays: [&'static str; 7],
    /// Monday to Sunday, abbreviated.
    pub weekdays_short: [&'static str; 7],
    /// `{weekday} {day} {month} {year}`.
    pub date_long: &'static str,
    /// The same values with abbreviated names.
    pub date_short: &'static str,
    /// A date whose year is obvious: `{weekday} {day} {month}`.
    pub day: &'static str,
    /// `{date}, {time}`.
    pub date_time: &'static str,
    /// `{start} to {end}`.
    pub range: &'static str,
    /// A local time that occurs twice: `{time} ({offset})`.
    pub time_with_offset: &'static str,
    /// The separator between whole units and the fraction of an amount.
    pub decimal: &'static str,
    /// The separator between groups of thousands.
    pub group: &'static str,
}

impl Names {
    /// English as it is written outside the United States.
    pub const ENGLISH: Self = Self {
        months: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        months_short: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        weekdays_short: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        date_long: "{weekday} {day} {month} {year}",
        date_short: "{weekday} {day} {month} {year}",
        day: "{weekday} {day} {month}",
        date_time: "{date}, {time}",
        range: "{start} to {end}",
        time_with_offset: "{time} ({offset})",
        decimal: ".",
        group: ",",
    };
}

/// `Tuesday 24 November 2026`.
#[must_use]
pub fn date_long(date: Date, names: &Names) -> String {
    date_by(names.date_long, date, &names.weekdays, &names.months)
}

/// `Tue 24 Nov 2026`.
#[must_use]
pub fn date_short(date: Date, names: &Names) -> String {
    date_by(names.date_short, date, &names.weekdays_short, &names.months_short)
}

/// `Tuesday 24 November`, for pages where the year is obvious.
#[must_use]
pub fn day(date: Date, names: &Names) -> String {
    date_by(names.day, date, &names.weekdays, &names.months)
}

/// `Tue 24 Nov`.
#[must_use]
pub fn day_short(date: Date, names: &Names) -> String {
    date_by(names.day, date, &names.weekdays_short, &names.months_short)
}

/// `10:30` in the 24-hour clock; `01:30 (UTC+1)` when that local time occurs twice on that day.
#[must_use]
pub fn time(instant: Timestamp, zone: &TimeZone, names: &Names) -> String {
    let text = clock(zone.to_datetime(instant).time());
    with_offset(text, instant, zone, names)
}

/// `10:30:05`, for logs; with its offset when that local time occurs twice on that day.
#[must_use]
pub fn time_with_seconds(instant: Timestamp, zone: &TimeZone, names: &Names) -> String {
    let local = zone.to_datetime(instant).time();
    with_offset(format!("{}:{:02}", clock(local), local.second()), instant, zone, names)
}

/// `Tuesday 24 November 2026, 10:30`.
#[must_use]
pub fn date_time(instant: Timestamp, zone: &TimeZone, names: &Names) -> String {
    let date = date_long(zone.to_datetime(instant).date(), names);
    fill(names.date_time, &[("date", &date), ("time", &time(instant, zone, names))])
}

/// `Tue 24 Nov 2026, 10:30`.
#[must_use]
pub fn date_time_short(instant: Timestamp, zone: &TimeZone, names: &Names) -> String {
    let date = date_short(zone.to_datetime(instant).date(), names);
    fill(names.date_time, &[("date", &date), ("time", &time(instant, zone, names))])
}

/// `10:30 to 11:00`. If the range ends on another date than it starts, the end is shown with its date.
#[must_use]
pub fn time_range(range: TimeRange, zone: &TimeZone, names: &Names) -> String {
    let start = time(range.start(), zone, names);
    let end_is_midnight_after = zone.to_datetime(range.start()).date().tomorrow().ok().map(|next| next.at(0, 0, 0, 0));
    let end_local = zone.to_datetime(range.end());
    let same_day = end_local.date() == zone.to_datetime(range.start()).date() || Some(end_local) == end_is_midnight_after;
    let end = if same_day { time(range.end(), zone, names) } else { date_time_short(range.end(), zone, names) };
    fill(names.range, &[("start", &start), ("end", &end)])
}

/// `09:00`: a local time of the clinic, without a date.
#[must_use]
pub fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `UTC+5:30`, `UTC−3`, `UTC`.
#[must_use]
pub fn offset(offset: Offset) -> String {
    let minutes = offset.seconds().unsigned_abs() / 60;
    // U+2212 is a minus sign, not a hyphen: lines do not break after it and screen readers say "minus".
    let sign = if offset.is_negative() { '−' } else { '+' };
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// The `datetime` attribute of a `<time>` element: `2026-11-24T10:30+00:00`, local time with its offset (HTML §2.3.5.10).
#[must_use]
pub fn machine(instant: Timestamp, zone: &TimeZone) -> String {
    let zoned = instant.to_zoned(zone.clone());
    strtime::format("%Y-%m-%dT%H:%M%:z", &zoned).unwrap_or_else(|_| instant.to_string())
}

/// `£1,250.00`, or `CHF 85.00` for a currency without its own sign.
#[must_use]
pub fn money(amount: Money, names: &Names) -> String {
    let (negative, whole, fraction) = amount.parts();
    let mut grouped = grouped(&whole.to_string(), names);
    if !fraction.is_empty() {
        grouped.push_str(names.decimal);
        grouped.push_str(&fraction);
    }
    let minus = if negative { "−" } else { "" };
    match amount.currency.sign() {
        Some(sign) => format!("{minus}{sign}{grouped}"),
        // A no-break space.
        None => format!("{minus}{}\u{a0}{grouped}", amount.currency),
    }
}

/// `50,000`.
#[must_use]
pub fn count(number: usize, names: &Names) -> String {
    grouped(&number.to_string(), names)
}

fn grouped(digits: &str, names: &Names) -> String {
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push_str(names.group);
        }
        grouped.push(digit);
    }
    grouped
}

/// The local time with its offset, if it occurs twice on that day.
fn with_offset(text: String, instant: Timestamp, zone: &TimeZone, names: &Names) -> String {
    if !comes_twice(zone.to_datetime(instant), zone) {
        return text;
    }
    fill(names.time_with_offset, &[("time", &text), ("offset", &offset(zone.to_offset(instant)))])
}

fn date_by(pattern: &str, date: Date, weekdays: &[&str; 7], months: &[&str; 12]) -> String {
    // Both offsets are in range: jiff's weekday is 0 to 6, its month 1 to 12.
    let weekday = weekdays[usize::from(date.weekday().to_monday_zero_offset().unsigned_abs()) % 7];
    let month = months[usize::from(date.month().unsigned_abs().saturating_sub(1)) % 12];
    fill(pattern, &[("weekday", weekday), ("day", &date.day().to_string()), ("month", month), ("year", &date.year().to_string())])
}

fn comes_twice(local: DateTime, zone: &TimeZone) -> bool {
    matches!(zone.to_ambiguous_timestamp(local).offset(), AmbiguousOffset::Fold { .. })
}

fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(pattern.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    const EN: Names = Names::ENGLISH;

    fn zone(name: &str) -> TimeZone {
        jiff::tz::db().get(name).expect("a zone")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn an_instant_is_read_in_the_readers_zone() {
        let instant = at("2026-11-24T10:30:00Z");
        assert_eq!(date_time(instant, &zone("Europe/London"), &EN), "Tuesday 24 November 2026, 10:30");
        assert_eq!(date_time_short(instant, &zone("Pacific/Apia"), &EN), "Tue 24 Nov 2026, 23:30");
        assert_eq!(day(jiff::civil::date(2026, 3, 1), &EN), "Sunday 1 March");
        assert_eq!(time_with_seconds(at("2026-11-24T10:30:05Z"), &zone("Europe/London"), &EN), "10:30:05");
        assert_eq!(time_with_seconds(at("2026-10-25T00:30:05Z"), &zone("Europe/London"), &EN), "01:30:05 (UTC+1)");
        assert_eq!((count(999, &EN), count(50_000, &EN)), ("999".to_owned(), "50,000".to_owned()));
        assert_eq!(machine(instant, &zone("Asia/Kolkata")), "2026-11-24T16:00+05:30");
        assert_eq!(machine(instant, &zone("Europe/London")), "2026-11-24T10:30+00:00");
    }

    #[test]
    fn a_time_that_comes_twice_shows_its_offset() {
        let london = zone("Europe/London");
        assert_eq!(time(at("2026-10-25T00:30:00Z"), &london, &EN), "01:30 (UTC+1)");
        assert_eq!(time(at("2026-10-25T01:30:00Z"), &london, &EN), "01:30 (UTC)");
        assert_eq!(time(at("2026-10-25T02:30:00Z"), &london, &EN), "02:30");
        assert_eq!(offset(Offset::from_seconds(-12_600).expect("an offset")), "UTC−3:30");
    }

    #[test]
    fn a_range_names_the_date_only_when_it_changes() {
        let range = |start: &str, end: &str| TimeRange::new(at(start), at(end)).expect("a range");
        let utc = TimeZone::UTC;
        assert_eq!(time_range(range("2026-11-24T10:30:00Z", "2026-11-24T11:00:00Z"), &utc, &EN), "10:30 to 11:00");
        assert_eq!(time_range(range("2026-11-24T23:30:00Z", "2026-11-25T00:00:00Z"), &utc, &EN), "23:30 to 00:00");
        assert_eq!(
            time_range(range("2026-11-24T23:30:00Z", "2026-11-25T00:30:00Z"), &utc, &EN),
            "23:30 to Wed 25 Nov 2026, 00:30"
        );
    }

    #[test]
    fn amounts_have_a_sign_or_a_code() {
        let amount = |minor, code: &str| money(Money::new(minor, Currency::parse(code).expect("a currency")), &EN);
        assert_eq!(amount(4500, "GBP"), "£45.00");
        assert_eq!(amount(-125_000_050, "EUR"), "−€1,250,000.50");
        assert_eq!(amount(999, "JPY"), "JPY\u{a0}999");
        assert_eq!(amount(8500, "CHF"), "CHF\u{a0}85.00");
    }
}
