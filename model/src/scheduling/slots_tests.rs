//! Example-based and property-based tests of the slot engine.

use super::*;
use crate::scheduling::{ClosedDays, LocalHours};
use jiff::civil::{Weekday, date, time};
use proptest::prelude::*;
use std::num::NonZeroU16;

const ZONES: [&str; 5] = ["Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"];

fn zone(name: &str) -> TimeZone {
    jiff::tz::db().get(name).expect("a zone")
}

fn hours(text: &str) -> LocalHours {
    let (start, end) = text.split_once('-').expect("start-end");
    LocalHours::new(start.parse().expect("a time"), end.parse().expect("a time")).expect("hours")
}

fn every_day(text: &str) -> Vec<HoursRule> {
    let rule = |weekday| HoursRule { weekday, hours: hours(text), valid_from: None, valid_until: None };
    Weekday::Monday.cycle_forward().take(7).map(rule).collect()
}

fn policy(length: u16, step: u16) -> BookingPolicy {
    let nonzero = |minutes| NonZeroU16::new(minutes).expect("not zero");
    BookingPolicy { step_mins: nonzero(step), notice_mins: 0, ..BookingPolicy::of_length(nonzero(length)) }
}

/// A schedule for one day; the current time is a week before it.
struct Given {
    zone: TimeZone,
    day: Date,
    rules: Vec<HoursRule>,
    exceptions: Vec<ExceptionKind>,
    policy: BookingPolicy,
    busy: Vec<Occupied>,
    counted: Vec<Timestamp>,
    closed: Vec<ClosedDays>,
    opening: Option<[Vec<LocalHours>; 7]>,
    licensed_until: Option<Date>,
    rooms: Vec<RoomTimes>,
}

fn given(zone_name: &str, day: Date, weekly: &str) -> Given {
    Given {
        zone: zone(zone_name),
        day,
        rules: every_day(weekly),
        exceptions: Vec::new(),
        policy: policy(30, 30),
        busy: Vec::new(),
        counted: Vec::new(),
        closed: Vec::new(),
        opening: None,
        licensed_until: None,
        rooms: Vec::new(),
    }
}

impl Given {
    fn with<T>(&self, act: impl FnOnce(Schedule<'_>) -> T) -> T {
        let now = self.day.saturating_sub(7.days()).to_zoned(self.zone.clone()).expect("a day").timestamp();
        let exceptions: Vec<_> = self.exceptions.iter().map(|kind| DayException { date: self.day, kind: *kind }).collect();
        let hours = Schedule::of_hours(&self.zone, &self.rules, &exceptions, self.policy, now);
        let clinic = ClinicDays { closed: &self.closed, opening: self.opening.as_ref() };
        let (busy, counted, licensed_until) = (&self.busy, &self.counted, self.licensed_until);
        act(Schedule { clinic, busy, counted, licensed_until, rooms: &self.rooms, ..hours })
    }

    /// The starts of the day's slots, as local times of the clinic with the offset.
    fn starts(&self) -> Vec<String> {
        let Some(range) = TimeRange::of_days(self.day, self.day, &self.zone) else { return Vec::new() };
        let show = |slot: Slot| format!("{}{}", self.zone.to_datetime(slot.start).strftime("%H:%M"), slot.offset);
        self.with(|schedule| schedule.slots(range)).into_iter().map(show).collect()
    }

    fn explain(&self, local: &str) -> Availability {
        let at = self.day.to_datetime(local.parse().expect("a time"));
        self.with(|schedule| schedule.explain_local(at))
    }
}

#[test]
fn nine_stays_nine_across_a_clock_change() {
    for (day, starts) in [
        (date(2026, 3, 28), ["09:00+00", "09:30+00"]),
        (date(2026, 3, 29), ["09:00+01", "09:30+01"]),
        (date(2026, 10, 24), ["09:00+01", "09:30+01"]),
        (date(2026, 10, 25), ["09:00+00", "09:30+00"]),
    ] {
        assert_eq!(given("Europe/London", day, "09:00-10:00").starts(), starts);
    }
}

#[test]
fn a_time_that_does_not_exist_is_not_offered() {
    let london = given("Europe/London", date(2026, 3, 29), "00:30-02:30");
    assert_eq!(london.starts(), ["00:30+00", "02:00+01"]);
    assert_eq!(london.explain("01:30"), Availability::NonexistentLocalTime);
    // On Lord Howe Island the clock goes forward by half an hour, from 02:00 to 02:30.
    assert_eq!(given("Australia/Lord_Howe", date(2026, 10, 4), "01:30-03:00").starts(), ["01:30+10:30", "02:30+11"]);
    // Samoa skipped 30 December 2011.
    assert!(given("Pacific/Apia", date(2011, 12, 30), "09:00-10:00").starts().is_empty());
    assert_eq!(given("Pacific/Apia", date(2011, 12, 30), "09:00-10:00").explain("09:00"), Availability::NonexistentLocalTime);
}

#[test]
fn a_time_that_comes_twice_is_offered_twice() {
    let london = given("Europe/London", date(2026, 10, 25), "00:30-02:00");
    assert_eq!(london.starts(), ["00:30+01", "01:00+01", "01:30+01", "01:00+00", "01:30+00"]);
    assert_eq!(london.explain("01:30"), Availability::Free);
    assert_eq!(given("Australia/Lord_Howe", date(2026, 4, 5), "01:30-02:00").starts(), ["01:30+11", "01:30+10:30"]);
    assert_eq!(
        given("America/New_York", date(2026, 11, 1), "01:00-02:00").starts(),
        ["01:00-04", "01:30-04", "01:00-05", "01:30-05"]
    );
}

#[test]
fn a_visit_longer_than_the_jump_never_overlaps_the_next() {
    let mut given = given("Australia/Lord_Howe", date(2026, 10, 4), "01:30-05:00");
    given.policy = policy(60, 60);
    // The visit at 01:30 ends at 03:00 after the clock change, and the next ones follow it.
    assert_eq!(given.starts(), ["01:30+10:30", "03:00+11", "04:00+11"]);
    assert_eq!(given.explain("02:30"), Availability::NotOnGrid);
}

#[test]
fn hours_end_at_midnight_and_a_visit_must_end_within_them() {
    assert_eq!(given("Asia/Kolkata", date(2026, 11, 24), "23:00-00:00").starts(), ["23:00+05:30", "23:30+05:30"]);
    assert_eq!(given("Asia/Kolkata", date(2026, 11, 24), "09:00-09:50").starts(), ["09:00+05:30"]);
}

#[test]
fn open_hours_leave_out_time_off_and_join_extra_hours() {
    let mut london = given("Europe/London", date(2026, 11, 24), "09:00-17:00");
    london.exceptions =
        vec![ExceptionKind::Off { hours: hours("12:00-13:00") }, ExceptionKind::Extra { hours: hours("17:00-18:00") }];
    let day = TimeRange::of_days(london.day, london.day, &london.zone).expect("a range");
    let show = |range: &TimeRange| format!("{} {}", range.start().strftime("%H:%M"), range.end().strftime("%H:%M"));
    let shown = |ranges: Vec<TimeRange>| ranges.iter().map(show).collect::<Vec<_>>();
    assert_eq!(shown(london.with(|schedule| schedule.open(day))), ["09:00 12:00", "13:00 18:00"]);
    let taken = |kind| london.with(|schedule| schedule.taken_by(DayException { date: london.day, kind }));
    assert_eq!(shown(taken(london.exceptions[0])), ["12:00 13:00"]);
    assert_eq!(shown(taken(ExceptionKind::DayOff)), ["09:00 17:00"]);
    assert!(taken(london.exceptions[1]).is_empty());
    london.exceptions.push(ExceptionKind::DayOff);
    assert!(london.with(|schedule| schedule.open(day)).is_empty());
}

#[test]
fn exceptions_take_away_and_add_and_time_off_wins() {
    let mut given = given("Asia/Kolkata", date(2026, 11, 24), "09:00-11:00");
    given.exceptions =
        vec![ExceptionKind::Off { hours: hours("09:45-10:15") }, ExceptionKind::Extra { hours: hours("10:45-12:15") }];
    // The weekly grid stays; the extra hours begin at 10:45 and add only slots that do not overlap it.
    assert_eq!(given.starts(), ["09:00+05:30", "10:30+05:30", "11:15+05:30", "11:45+05:30"]);
    assert_eq!(given.explain("09:30"), Availability::Away);
    assert_eq!(given.explain("10:45"), Availability::NotOnGrid);
    given.exceptions.push(ExceptionKind::DayOff);
    assert!(given.starts().is_empty());
    assert_eq!(given.explain("09:00"), Availability::DayOff);
}

#[test]
fn what_is_busy_goes_with_the_buffers() {
    let mut given = given("Asia/Kolkata", date(2026, 11, 24), "09:00-12:00");
    let at = |text: &str| {
        given.day.to_datetime(text.parse().expect("a time")).to_zoned(given.zone.clone()).expect("a time").timestamp()
    };
    let busy =
        [("10:30", "11:00"), ("09:00", "09:20")].map(|(from, until)| TimeRange::new(at(from), at(until)).expect("a range"));
    given.busy = busy.map(Occupied::without_buffers).to_vec();
    assert_eq!(given.starts(), ["09:30+05:30", "10:00+05:30", "11:00+05:30", "11:30+05:30"]);
    given.policy.buffer_before_mins = 15;
    assert_eq!(given.starts(), ["10:00+05:30", "11:30+05:30"]);
    given.policy.buffer_after_mins = 5;
    assert_eq!(given.starts(), ["11:30+05:30"]);
    assert_eq!(given.explain("10:00"), Availability::TooClose);
    assert_eq!(given.explain("10:30"), Availability::Busy);
}

#[test]
fn both_the_buffers_of_a_booked_visit_and_those_of_the_new_one_are_kept() {
    let mut given = given("Asia/Kolkata", date(2026, 11, 24), "09:00-12:00");
    given.policy = policy(30, 30).with_buffers(10, 0);
    let at = |text: &str| {
        given.day.to_datetime(text.parse().expect("a time")).to_zoned(given.zone.clone()).expect("a time").timestamp()
    };
    let range = |from: &str, until: &str| TimeRange::new(at(from), at(until)).expect("a range");
    // Half an hour after the visit, 20 minutes of which are its buffer, and 10 minutes before the next one.
    given.busy = vec![Occupied { visit: range("09:30", "10:00"), with_buffers: range("09:30", "10:21") }];
    assert_eq!(given.starts(), ["09:00+05:30", "11:00+05:30", "11:30+05:30"]);
    assert_eq!(given.explain("10:00"), Availability::TooClose);
    assert_eq!(given.explain("10:30"), Availability::TooClose);
    given.busy[0].with_buffers = range("09:30", "10:20");
    assert_eq!(given.explain("10:30"), Availability::Free);
}

#[test]
fn a_full_day_a_closed_clinic_and_a_licence_that_ends_have_their_reasons() {
    let mut given = given("Europe/London", date(2026, 11, 24), "09:00-12:00");
    let nine: Timestamp = "2026-11-24T09:00:00Z".parse().expect("an instant");
    given.policy.most_per_day = NonZeroU16::new(2);
    // The third one is on the day before.
    given.counted = vec![nine, nine - minutes(24 * 60)];
    assert_eq!(given.explain("10:00"), Availability::Free);
    given.counted.push(nine + minutes(30));
    assert_eq!(given.explain("10:00"), Availability::DayFull);
    let closed = ClosedDays { first: date(2026, 11, 20), last: date(2026, 11, 24) };
    given.closed = vec![closed];
    assert_eq!(given.explain("10:00"), Availability::ClinicClosed);
    given.closed = vec![ClosedDays { last: date(2026, 11, 23), ..closed }];
    let mut opening = <[Vec<LocalHours>; 7]>::default();
    // Tuesday.
    opening[1] = vec![hours("09:00-10:15"), hours("10:15-11:00")];
    given.opening = Some(opening);
    assert_eq!(given.explain("10:00"), Availability::DayFull);
    assert_eq!(given.explain("11:00"), Availability::ClinicClosed);
    given.licensed_until = Some(date(2026, 11, 24));
    assert_eq!(given.explain("10:00"), Availability::DayFull);
    given.licensed_until = Some(date(2026, 11, 23));
    assert_eq!(given.explain("10:00"), Availability::Unlicensed);
}

#[test]
fn a_visit_in_person_needs_one_room_for_its_whole_time() {
    let mut given = given("Europe/London", date(2026, 11, 24), "09:00-12:00");
    let nine: Timestamp = "2026-11-24T09:00:00Z".parse().expect("an instant");
    let range = |from: i64, to: i64| TimeRange::new(nine + minutes(from), nine + minutes(to)).expect("a range");
    // Each half of the visit at half past nine has a free room, and no room is free for both.
    given.rooms = vec![RoomTimes::new(&[range(30, 45)]), RoomTimes::new(&[range(45, 60)])];
    assert_eq!(given.explain("09:00"), Availability::Free);
    assert_eq!(given.explain("09:30"), Availability::NoRoom);
    assert_eq!(given.explain("10:00"), Availability::Free);
    // The time around a visit needs the room too.
    given.policy = given.policy.with_buffers(0, 5);
    assert_eq!(given.explain("09:00"), Availability::Free, "the second room");
    given.rooms.truncate(1);
    assert_eq!(given.explain("09:00"), Availability::NoRoom);
    given.busy = vec![Occupied::without_buffers(range(0, 30))];
    assert_eq!(given.explain("09:00"), Availability::Busy, "the doctor's own visit is named first");
}

#[test]
fn a_visit_that_would_end_after_the_hours_is_told_so() {
    let mut given = given("Europe/London", date(2026, 11, 24), "09:00-10:00");
    assert_eq!(given.explain("09:45"), Availability::EndsAfterHours);
    assert_eq!(given.explain("10:00"), Availability::OutsideHours);
    // Time off says nothing about a time at which the doctor does not work anyway.
    given.exceptions = vec![ExceptionKind::DayOff];
    assert_eq!(given.explain("10:00"), Availability::OutsideHours);
    assert_eq!(given.explain("09:00"), Availability::DayOff);
}

#[test]
fn past_notice_and_horizon_are_told_apart() {
    let (zone, rules) = (zone("Europe/London"), every_day("00:00-00:00"));
    let now: Timestamp = "2026-11-24T10:00:00Z".parse().expect("an instant");
    let policy = BookingPolicy { notice_mins: 60, horizon_days: 2, ..BookingPolicy::default() };
    let schedule = Schedule::of_hours(&zone, &rules, &[], policy, now);
    let explain = |text: &str| schedule.explain(text.parse().expect("an instant"));
    assert_eq!(explain("2026-11-24T09:30:00Z"), Availability::Past);
    assert_eq!(explain("2026-11-24T10:30:00Z"), Availability::TooSoon);
    assert_eq!(explain("2026-11-24T11:00:00Z"), Availability::Free);
    assert_eq!(explain("2026-11-24T11:10:00Z"), Availability::NotOnGrid);
    assert_eq!(explain("2026-11-26T23:30:00Z"), Availability::Free);
    assert_eq!(explain("2026-11-27T00:00:00Z"), Availability::BeyondHorizon);
    let all = TimeRange::new(Timestamp::MIN, Timestamp::MAX).expect("a range");
    let slots = schedule.slots(all);
    assert_eq!(slots.len(), 26 + 48 + 48);
    assert_eq!(schedule.slot_at(slots[0].start), Ok(slots[0]));
    assert_eq!(schedule.slot_at(now), Err(Availability::TooSoon));
    let json = serde_json::to_string(&slots[0]).expect("json");
    assert_eq!(json, r#"{"start":"2026-11-24T11:00:00Z","end":"2026-11-24T11:30:00Z","offset_secs":0}"#);
    assert_eq!(serde_json::from_str::<Slot>(&json).expect("a slot"), slots[0]);
}

#[test]
fn rules_hold_only_between_their_dates() {
    let mut given = given("Europe/London", date(2026, 11, 24), "09:00-09:30");
    for rule in &mut given.rules {
        rule.valid_until = Some(date(2026, 11, 23));
    }
    assert_eq!(given.explain("09:00"), Availability::OutsideHours);
}

fn any_hours() -> impl Strategy<Value = LocalHours> {
    (0..96_i16, 1..40_i16).prop_map(|(start, length)| {
        let at = |quarter: i16| match i8::try_from(quarter / 4) {
            Ok(hour @ 0..24) => time(hour, i8::try_from(quarter % 4 * 15).expect("minutes"), 0, 0),
            _ => Time::midnight(),
        };
        LocalHours::new(at(start), at(start + length)).expect("hours")
    })
}

fn any_rule() -> impl Strategy<Value = HoursRule> {
    (1..=7_i8, any_hours()).prop_map(|(weekday, hours)| HoursRule {
        weekday: Weekday::from_monday_one_offset(weekday).expect("a weekday"),
        hours,
        valid_from: None,
        valid_until: None,
    })
}

fn any_exception() -> impl Strategy<Value = ExceptionKind> {
    prop_oneof![
        1 => Just(ExceptionKind::DayOff),
        3 => any_hours().prop_map(|hours| ExceptionKind::Off { hours }),
        3 => any_hours().prop_map(|hours| ExceptionKind::Extra { hours }),
    ]
}

/// Days around the clock changes of the zones, and an ordinary day.
fn any_day() -> impl Strategy<Value = Date> {
    let days = [
        (2026, 3, 8),
        (2026, 3, 29),
        (2026, 4, 5),
        (2026, 6, 17),
        (2026, 10, 4),
        (2026, 10, 25),
        (2026, 11, 1),
        (2011, 12, 30),
        (2011, 9, 24),
    ];
    prop::sample::select(days.map(|(year, month, day)| date(year, month, day)).to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_laws_of_slots(
        zone_name in prop::sample::select(ZONES.to_vec()),
        day in any_day(),
        rules in prop::collection::vec(any_rule(), 0..12),
        exceptions in prop::collection::vec((-3..4_i32, any_exception()), 0..6),
        busy in prop::collection::vec((-72 * 60..72 * 60_i64, 1..180_i64), 0..8),
        (length, step, before, after) in (1..12_u16, 1..12_u16, 0..3_u16, 0..3_u16),
        (now_mins, notice_mins, horizon_days) in (-4320..1440_i64, 0..600_u32, 0..6_u16),
    ) {
        let zone = zone(zone_name);
        let noon = day.at(12, 0, 0, 0).to_zoned(zone.clone()).expect("a day").timestamp();
        let exceptions: Vec<_> =
            exceptions.into_iter().map(|(days, kind)| DayException { date: day.saturating_add(days.days()), kind }).collect();
        let busy: Vec<_> = busy
            .into_iter()
            .filter_map(|(start, length)| TimeRange::new(noon + minutes(start), noon + minutes(start + length)))
            .collect();
        let policy = BookingPolicy {
            buffer_before_mins: before * 5,
            buffer_after_mins: after * 5,
            notice_mins,
            horizon_days,
            ..policy(length * 10, step * 10)
        };
        let now = noon + minutes(now_mins);
        let occupied: Vec<_> = busy.iter().copied().map(Occupied::without_buffers).collect();
        let schedule = Schedule { busy: &occupied, ..Schedule::of_hours(&zone, &rules, &exceptions, policy, now) };
        let within = TimeRange::new(noon - minutes(3 * 1440), noon + minutes(3 * 1440)).expect("a range");
        let slots = schedule.slots(within);

        // The slots are sorted, and none overlaps the next.
        for pair in slots.windows(2) {
            prop_assert!(pair[0].end <= pair[1].start);
        }
        for slot in &slots {
            let visit = slot.range().expect("not empty");
            prop_assert_eq!(visit.duration(), schedule.length());
            prop_assert!(slot.start >= now + minutes(notice_mins.into()));
            prop_assert!(busy.iter().all(|busy| !busy.overlaps(policy.doctor_range(visit))));
            prop_assert_eq!(slot.offset, zone.to_offset(slot.start));

            // A simple check minute by minute in local time: the slot lies within one rule or one extra period, and within no time off.
            let clock: Vec<DateTime> =
                (0..visit.duration().as_mins()).map(|minute| zone.to_datetime(slot.start + minutes(minute))).collect();
            let inside = |hours: LocalHours, at: &DateTime| {
                hours.start() <= at.time() && (at.time() < hours.end() || hours.end() == Time::midnight())
            };
            let by_rule = rules.iter().any(|rule| clock.iter().all(|at| rule.holds_on(at.date()) && inside(rule.hours, at)));
            let by_extra = exceptions.iter().any(|exception| {
                matches!(exception.kind, ExceptionKind::Extra { hours } if clock.iter().all(|at| at.date() == exception.date && inside(hours, at)))
            });
            prop_assert!(by_rule || by_extra, "{:?}", slot);
            let off = exceptions.iter().any(|exception| clock.iter().any(|at| at.date() == exception.date && match exception.kind {
                ExceptionKind::DayOff => true,
                ExceptionKind::Off { hours } => inside(hours, at),
                ExceptionKind::Extra { .. } => false,
            }));
            prop_assert!(!off, "{:?}", slot);
        }

        // Every five minutes: `Free` exactly where a slot begins.
        let mut at = within.start();
        while at < within.end() {
            let offered = slots.binary_search_by_key(&at, |slot| slot.start).is_ok();
            prop_assert_eq!(schedule.explain(at) == Availability::Free, offered, "{}", at);
            at += minutes(5);
        }

        // A query for a part of the range gives that part of the slots.
        let part = TimeRange::new(noon, within.end()).expect("a range");
        let expected: Vec<_> = slots.iter().copied().filter(|slot| part.contains(slot.start)).collect();
        prop_assert_eq!(schedule.slots(part), expected);
    }
}
