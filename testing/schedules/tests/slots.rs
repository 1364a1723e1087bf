//! The slot engine against a slow oracle that shares no code with it: it looks at every minute, asks the zone what the clock shows then, and decides by the
//! definitions. `cargo xtask test --long` checks ten thousand schedules.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use model::scheduling::{Availability, DayException, ExceptionKind, HoursRule, LocalHours, SlotReason, TimeRange};
use proptest::prelude::*;
use schedules::{COMPARED_MINS, Given, ZONES};
use std::collections::BTreeSet;

/// Minutes that the oracle looks at before and after the part that is compared.
const MARGIN: usize = 30 * 60;
/// Minutes that are compared.
const COMPARED: usize = COMPARED_MINS as usize;

fn cases() -> u32 {
    if std::env::var_os("BEDSIDE_LONG_TESTS").is_some() { 10_000 } else { 300 }
}

fn mins(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
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
        let zone = jiff::tz::db().get(given.zone).expect("a zone");
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

/// Compares the engine with the oracle for one schedule.
fn agree(given: &Given) -> Result<(), TestCaseError> {
    let zone = given.time_zone();
    let oracle = Oracle::new(given, &zone, given.at(0, &zone));
    let compared = MARGIN..MARGIN + COMPARED;
    let instant = |minute: usize| given.at(minute as i64 - MARGIN as i64, &zone);
    given.with_schedule(|schedule| {
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
        Ok(())
    })
}

fn any_given() -> impl Strategy<Value = Given> {
    prop::collection::vec(any::<u8>(), Given::BYTES).prop_map(|bytes| Given::of_bytes(&bytes))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn the_engine_and_the_oracle_agree(given in any_given()) {
        agree(&given)?;
    }
}

/// A browser test compares what WebAssembly and native code answer for these schedules.
#[test]
fn the_engine_and_the_oracle_agree_about_the_numbered_schedules() {
    for seed in 0..cases() {
        let given = Given::of_seed(seed);
        if let Err(error) = agree(&given) {
            panic!("schedule {seed}, {given:?}: {error}");
        }
    }
}

#[test]
fn the_numbered_schedules_are_in_every_zone_and_have_other_answers_each() {
    let zones: BTreeSet<&str> = (0..cases()).map(|seed| Given::of_seed(seed).zone).collect();
    let all: BTreeSet<&str> = ZONES.iter().map(|(zone, _)| *zone).collect();
    assert_eq!(zones, all);
    let digests: BTreeSet<u64> = (0..100).map(schedules::digest).collect();
    assert!(digests.len() > 50, "{} of 100 differ", digests.len());
}
