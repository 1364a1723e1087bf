//! The slot engine against a slow oracle that shares no code with it: it looks at every minute, asks the zone what the clock shows then, and decides by the
//! definitions. `cargo xtask test --long` checks ten thousand schedules.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
    tz::TimeZone,
};
use model::scheduling::{
    Availability, BookingPolicy, ClinicDays, ClosedDays, DayException, ExceptionKind, HoursRule, LocalHours, Occupied, RoomTimes,
    Schedule, SlotReason, TimeRange,
};
use proptest::prelude::*;
use std::num::NonZeroU16;

/// Zones with a date on which their clocks change, or near it. Apia and Kiritimati skipped a whole day.
const CHANGES: [(&str, (i16, i8, i8)); 18] = [
    ("America/New_York", (2026, 3, 8)),
    ("America/New_York", (2026, 11, 1)),
    ("Europe/London", (2026, 3, 29)),
    ("Europe/London", (2026, 10, 25)),
    ("Australia/Lord_Howe", (2026, 4, 5)),
    ("Australia/Lord_Howe", (2026, 10, 4)),
    ("Africa/Cairo", (2025, 4, 25)),
    ("Africa/Cairo", (2025, 10, 31)),
    ("Pacific/Apia", (2011, 12, 30)),
    ("Pacific/Apia", (2012, 4, 1)),
    ("Asia/Kathmandu", (1986, 1, 1)),
    ("Asia/Kathmandu", (2026, 11, 24)),
    ("America/Sao_Paulo", (2018, 11, 4)),
    ("America/Sao_Paulo", (2019, 2, 17)),
    ("Pacific/Kiritimati", (1994, 12, 31)),
    ("Pacific/Kiritimati", (2026, 11, 24)),
    ("Africa/Casablanca", (2024, 3, 10)),
    ("Africa/Casablanca", (2024, 4, 14)),
];

/// Minutes that the oracle looks at before and after the part that is compared.
const MARGIN: usize = 30 * 60;
/// Minutes that are compared.
const COMPARED: usize = 36 * 60;

fn cases() -> u32 {
    if std::env::var_os("BEDSIDE_LONG_TESTS").is_some() { 10_000 } else { 300 }
}

fn mins(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// Everything that a schedule is made of, with owned parts.
#[derive(Debug, Clone)]
struct Given {
    zone: String,
    day: Date,
    rules: Vec<HoursRule>,
    exceptions: Vec<DayException>,
    closed: Vec<ClosedDays>,
    opening: Option<[Vec<LocalHours>; 7]>,
    policy: BookingPolicy,
    licensed_until: Option<Date>,
    /// Each as the minutes from the beginning of the compared part to the visit, its length, and the buffers before and after it.
    busy: Vec<(i64, i64, i64, i64)>,
    counted: Vec<i64>,
    /// Each room as the minutes at which it begins to be taken, and for how long.
    rooms: Vec<Vec<(i64, i64)>>,
    now: i64,
}

/// What the oracle knows about each minute: the clock, and the judgement.
struct Oracle<'a> {
    given: &'a Given,
    /// The instant of the first minute.
    origin: Timestamp,
    clock: Vec<DateTime>,
    candidates: Vec<usize>,
}

impl<'a> Oracle<'a> {
    fn new(given: &'a Given, zone: &TimeZone, from: Timestamp) -> Self {
        let origin = from - mins(MARGIN as i64);
        let clock = (0..MARGIN + COMPARED + MARGIN).map(|minute| zone.to_datetime(origin + mins(minute as i64))).collect();
        let mut oracle = Self { given, origin, clock, candidates: Vec::new() };
        oracle.find_candidates();
        oracle
    }

    fn length(&self) -> usize {
        usize::from(self.given.policy.length_mins.get())
    }

    /// The candidates: in each unbroken run of minutes of a period, one after each step, while the visit is within the run and touches no candidate that was there
    /// before. The weekly periods of a date come before its extra hours.
    fn find_candidates(&mut self) {
        let mut dates: Vec<Date> = self.clock.iter().map(|clock| clock.date()).collect();
        dates.dedup();
        dates.sort();
        dates.dedup();
        for date in dates {
            let by_start = |hours: &LocalHours| (hours.start(), end_of(*hours));
            let mut weekly: Vec<LocalHours> =
                self.given.rules.iter().filter(|rule| applies(rule, date)).map(|rule| rule.hours).collect();
            weekly.sort_by_key(by_start);
            let mut extra: Vec<LocalHours> = self.given.exceptions.iter().filter_map(|other| extra_on(*other, date)).collect();
            extra.sort_by_key(by_start);
            let mut of_date: Vec<usize> = Vec::new();
            for hours in weekly.into_iter().chain(extra) {
                for (first, after) in self.runs(date, hours) {
                    let mut start = first;
                    while start + self.length() <= after {
                        let end = start + self.length();
                        if of_date.iter().all(|other| other + self.length() <= start || end <= *other) {
                            of_date.push(start);
                        }
                        start += usize::from(self.given.policy.step_mins.get());
                    }
                }
            }
            self.candidates.extend(of_date);
        }
        self.candidates.sort_unstable();
    }

    /// The runs of minutes whose clock is within hours of a date, each as its first minute and the one after its last.
    fn runs(&self, date: Date, hours: LocalHours) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for minute in (0..self.clock.len()).filter(|minute| self.is_in(*minute, date, hours)) {
            match runs.last_mut() {
                Some((_, after)) if *after == minute => *after += 1,
                _ => runs.push((minute, minute + 1)),
            }
        }
        runs
    }

    fn is_in(&self, minute: usize, date: Date, hours: LocalHours) -> bool {
        let clock = self.clock[minute];
        clock.date() == date && hours.start() <= clock.time() && minute_of(clock.time()) < end_of(hours)
    }

    /// Whether the doctor works in a minute, time off or not.
    fn works(&self, minute: usize) -> bool {
        let date = self.clock[minute].date();
        let by_rule = self.given.rules.iter().any(|rule| applies(rule, date) && self.is_in(minute, date, rule.hours));
        by_rule
            || self
                .given
                .exceptions
                .iter()
                .any(|other| extra_on(*other, date).is_some_and(|hours| self.is_in(minute, date, hours)))
    }

    /// Why no visit can begin at a minute; `None` when one can. The order of the questions is the documented one.
    fn reason(&self, at: usize) -> Option<SlotReason> {
        let (given, length) = (self.given, self.length() as i64);
        let (start, date) = (at as i64 - MARGIN as i64, self.clock[at].date());
        let visit = || at..at + self.length();
        let today = |zone: &TimeZone| zone.to_datetime(self.origin + mins(MARGIN as i64 + given.now)).date();
        if start < given.now + i64::from(given.policy.notice_mins) {
            return Some(SlotReason::Notice);
        }
        let zone = jiff::tz::db().get(&given.zone).expect("a zone");
        if date > today(&zone).saturating_add(i32::from(given.policy.horizon_days).days()) {
            return Some(SlotReason::Horizon);
        }
        if given.licensed_until.is_some_and(|last| last < date) {
            return Some(SlotReason::Licence);
        }
        if given.closed.iter().any(|days| days.first <= date && date <= days.last) {
            return Some(SlotReason::Closed);
        }
        if let Some(week) = &given.opening {
            let opening = &week[usize::try_from(date.weekday().to_monday_zero_offset()).expect("a weekday")];
            let is_open = |minute: usize| opening.iter().any(|hours| self.is_in(minute, date, *hours));
            if !visit().all(is_open) {
                return Some(SlotReason::Closed);
            }
        }
        // The hours of a date end with it: a visit does not reach into the next one.
        if !visit().all(|minute| self.works(minute) && self.clock[minute].date() == date) {
            return Some(SlotReason::Closed);
        }
        let is_off = |minute: usize| {
            given.exceptions.iter().filter(|other| other.date == date).any(|other| match other.kind {
                ExceptionKind::DayOff => true,
                ExceptionKind::Off { hours } => self.is_in(minute, date, hours),
                ExceptionKind::Extra { .. } => false,
            })
        };
        if visit().any(is_off) {
            return Some(SlotReason::Leave);
        }
        if !self.candidates.contains(&at) {
            return Some(SlotReason::OffGrid);
        }
        let end = start + length;
        if given.busy.iter().any(|(from, length, ..)| *from < end && start < from + length) {
            return Some(SlotReason::Conflict);
        }
        let (before, after) = (i64::from(given.policy.buffer_before_mins), i64::from(given.policy.buffer_after_mins));
        let is_near = |(from, length, their_before, their_after): &(i64, i64, i64, i64)| {
            from - their_before < end + after && start - before < from + length + their_after
        };
        if given.busy.iter().any(is_near) {
            return Some(SlotReason::Buffer);
        }
        let on_date =
            given.counted.iter().filter(|minute| zone.to_datetime(self.origin + mins(MARGIN as i64 + **minute)).date() == date);
        if given.policy.most_per_day.is_some_and(|most| on_date.count() >= usize::from(most.get())) {
            return Some(SlotReason::DailyLimit);
        }
        let is_free = |taken: &Vec<(i64, i64)>| {
            (start - before..end + after)
                .all(|minute| taken.iter().all(|(from, length)| minute < *from || from + length <= minute))
        };
        (!given.rooms.is_empty() && !given.rooms.iter().any(is_free)).then_some(SlotReason::Room)
    }
}

fn applies(rule: &HoursRule, date: Date) -> bool {
    rule.weekday == date.weekday()
        && rule.valid_from.is_none_or(|from| from <= date)
        && rule.valid_until.is_none_or(|until| date <= until)
}

fn extra_on(exception: DayException, date: Date) -> Option<LocalHours> {
    match exception.kind {
        ExceptionKind::Extra { hours } if exception.date == date => Some(hours),
        ExceptionKind::Extra { .. } | ExceptionKind::DayOff | ExceptionKind::Off { .. } => None,
    }
}

fn minute_of(time: Time) -> i32 {
    i32::from(time.hour()) * 60 + i32::from(time.minute())
}

fn end_of(hours: LocalHours) -> i32 {
    if hours.end() == Time::midnight() { 24 * 60 } else { minute_of(hours.end()) }
}

fn any_hours() -> impl Strategy<Value = LocalHours> {
    (0..96_i8, 1..60_i8).prop_map(|(start, length)| {
        let at = |quarter: i8| if quarter >= 96 { Time::midnight() } else { Time::constant(quarter / 4, quarter % 4 * 15, 0, 0) };
        LocalHours::new(at(start), at(start.saturating_add(length).min(96))).expect("hours")
    })
}

fn any_rule(day: Date) -> impl Strategy<Value = HoursRule> {
    (0..7_i32, any_hours(), prop::option::of(-2..3_i32), prop::option::of(-2..3_i32)).prop_map(
        move |(weekday, hours, from, until)| {
            let weekday: Weekday = day.saturating_add(weekday.days()).weekday();
            let on = |days: i32| day.saturating_add(days.days());
            HoursRule { weekday, hours, valid_from: from.map(on), valid_until: until.map(on) }
        },
    )
}

fn any_exception(day: Date) -> impl Strategy<Value = DayException> {
    let kind = prop_oneof![
        1 => Just(ExceptionKind::DayOff),
        3 => any_hours().prop_map(|hours| ExceptionKind::Off { hours }),
        3 => any_hours().prop_map(|hours| ExceptionKind::Extra { hours }),
    ];
    (-2..3_i32, kind).prop_map(move |(days, kind)| DayException { date: day.saturating_add(days.days()), kind })
}

fn any_policy() -> impl Strategy<Value = BookingPolicy> {
    let sizes = (1..25_u16, 1..25_u16, 0..5_u16, 0..5_u16);
    (sizes, 0..300_u32, 0..4_u16, prop::option::weighted(0.3, 1..4_u16)).prop_map(|(sizes, notice_mins, horizon_days, most)| {
        let (length, step, before, after) = sizes;
        let five = |count: u16| NonZeroU16::new(count * 5).expect("not zero");
        BookingPolicy {
            step_mins: five(step),
            notice_mins,
            horizon_days,
            most_per_day: most.and_then(NonZeroU16::new),
            ..BookingPolicy::of_length(five(length)).with_buffers(before * 5, after * 5)
        }
    })
}

/// The clinic: mostly always open, sometimes closed for days or open at some hours.
fn any_clinic(day: Date) -> impl Strategy<Value = (Vec<ClosedDays>, Option<[Vec<LocalHours>; 7]>)> {
    let closed = (-2..3_i32, 0..2_i32).prop_map(move |(first, more)| {
        let first = day.saturating_add(first.days());
        ClosedDays { first, last: first.saturating_add(more.days()) }
    });
    let opening = prop::array::uniform7(prop::collection::vec(any_hours(), 0..3));
    (prop::collection::vec(closed, 0..2), prop::option::weighted(0.2, opening))
}

fn any_given() -> impl Strategy<Value = Given> {
    (prop::sample::select(CHANGES.to_vec()), -1..2_i32).prop_flat_map(|((zone, (year, month, day)), shift)| {
        let day = Date::constant(year, month, day).saturating_add(shift.days());
        let visit = (-600..2_760_i64, 1..150_i64, 0..30_i64, 0..30_i64);
        (
            (prop::collection::vec(any_rule(day), 0..14), prop::collection::vec(any_exception(day), 0..6)),
            any_clinic(day),
            (any_policy(), prop::option::weighted(0.3, 0..3_i32)),
            (prop::collection::vec(visit, 0..8), prop::collection::vec(-600..2_760_i64, 0..8), -1_440..720_i64),
            prop::collection::vec(prop::collection::vec((-600..2_760_i64, 1..300_i64), 0..8), 0..3),
        )
            .prop_map(
                move |((rules, exceptions), (closed, opening), (policy, licensed), (busy, counted, now), rooms)| Given {
                    zone: zone.to_owned(),
                    day,
                    rules,
                    exceptions,
                    closed,
                    opening,
                    policy,
                    licensed_until: licensed.map(|days| day.saturating_add(days.days())),
                    busy,
                    counted,
                    rooms,
                    now,
                },
            )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn the_engine_and_the_oracle_agree(given in any_given()) {
        let zone = jiff::tz::db().get(&given.zone).expect("a zone");
        let from = given.day.to_zoned(zone.clone()).expect("a day").timestamp();
        let at = |minute: i64| from + mins(minute);
        let busy: Vec<Occupied> = given
            .busy
            .iter()
            .map(|(start, length, before, after)| Occupied {
                visit: TimeRange::new(at(*start), at(start + length)).expect("not empty"),
                with_buffers: TimeRange::new(at(start - before), at(start + length + after)).expect("not empty"),
            })
            .collect();
        let counted: Vec<Timestamp> = given.counted.iter().map(|minute| at(*minute)).collect();
        let room = |taken: &Vec<(i64, i64)>| {
            let range = |(from, length): &(i64, i64)| TimeRange::new(at(*from), at(from + length)).expect("not empty");
            RoomTimes::new(&taken.iter().map(range).collect::<Vec<_>>())
        };
        let rooms: Vec<RoomTimes> = given.rooms.iter().map(room).collect();
        let schedule = Schedule {
            clinic: ClinicDays { closed: &given.closed, opening: given.opening.as_ref() },
            licensed_until: given.licensed_until,
            busy: &busy,
            counted: &counted,
            rooms: &rooms,
            ..Schedule::of_hours(&zone, &given.rules, &given.exceptions, given.policy, at(given.now))
        };
        let oracle = Oracle::new(&given, &zone, from);
        let compared = MARGIN..MARGIN + COMPARED;
        let instant = |minute: usize| at(minute as i64 - MARGIN as i64);

        // The same times are offered, each with its offset.
        let within = TimeRange::new(instant(compared.start), instant(compared.end)).expect("a range");
        let slots = schedule.slots(within);
        let of_oracle = oracle.candidates.iter().copied().filter(|minute| compared.contains(minute));
        let expected: Vec<Timestamp> = of_oracle.clone().filter(|minute| oracle.reason(*minute).is_none()).map(instant).collect();
        prop_assert_eq!(slots.iter().map(|slot| slot.start).collect::<Vec<_>>(), expected);
        for slot in &slots {
            prop_assert_eq!(slot.offset, zone.to_offset(slot.start));
            prop_assert_eq!(slot.end.duration_since(slot.start), mins(i64::from(given.policy.length_mins.get())));
        }

        // Each candidate that is not offered has the same one reason, and so has a sample of the other minutes.
        for minute in of_oracle.chain(compared.clone().step_by(37)) {
            let answer = schedule.explain(instant(minute));
            prop_assert_eq!(answer.reason(), oracle.reason(minute), "minute {} of {:?}", minute, oracle.clock[minute]);
        }

        // A local time that the clock never shows has no instant, and no other reason.
        for quarter in 0..96_i8 {
            let local = given.day.at(quarter / 4, quarter % 4 * 15, 0, 0);
            let shown = oracle.clock.iter().filter(|clock| **clock == local).count();
            prop_assert_eq!(schedule.explain_each(local).len(), shown, "{}", local);
            prop_assert_eq!(schedule.explain_local(local) == Availability::NonexistentLocalTime, shown == 0, "{}", local);
        }
    }
}
