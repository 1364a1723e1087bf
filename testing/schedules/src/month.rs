//! A doctor's month, for measurements.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Time, Weekday},
    tz::TimeZone,
};
use model::scheduling::{BookingPolicy, HoursRule, LocalHours, Occupied, Schedule, TimeRange};
use std::{hint::black_box, num::NonZeroU16};

/// 2026-11-24T09:00:00Z.
const NOW: Timestamp = Timestamp::constant(1_795_510_800, 0);

/// Finds the free times of a doctor in 31 days, `count` times: five weekdays of eight hours in London, with one visit each. Returns how many times are free.
#[must_use]
pub fn months(count: u32) -> u32 {
    let zone = TimeZone::get("Europe/London").expect("a zone");
    let at = |hour: i8| Time::constant(hour, 0, 0, 0);
    let hours = LocalHours::new(at(9), at(17)).expect("hours");
    let weekdays = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    let rules = weekdays.map(|weekday| HoursRule { weekday, hours, valid_from: None, valid_until: None });
    let busy: Vec<Occupied> = (1..31)
        .filter_map(|day| {
            let start = NOW + SignedDuration::from_hours(24 * day + 1);
            TimeRange::new(start, start + SignedDuration::from_mins(30)).map(Occupied::without_buffers)
        })
        .collect();
    let policy =
        BookingPolicy { notice_mins: 60, horizon_days: 60, ..BookingPolicy::of_length(NonZeroU16::new(30).expect("not zero")) };
    let schedule = Schedule { busy: &busy, ..Schedule::of_hours(&zone, &rules, &[], policy, NOW) };
    let month = TimeRange::new(NOW, NOW + SignedDuration::from_hours(31 * 24)).expect("a month");
    let mut free = 0;
    for _ in 0..count {
        free = black_box(black_box(&schedule).slots(month)).len();
    }
    u32::try_from(free).unwrap_or(u32::MAX)
}
