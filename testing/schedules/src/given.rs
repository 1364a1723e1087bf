//! What a generated schedule is made of.

use crate::draws::Draws;
use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use model::scheduling::{
    BookingPolicy, ClinicDays, ClosedDays, DayException, ExceptionKind, HoursRule, LocalHours, Occupied, RoomTimes, Schedule,
    TimeRange,
};
use std::num::NonZeroU16;

/// Zones with a date on which their clocks change, or near it. Apia and Kiritimati skipped a whole day.
pub const ZONES: [(&str, Date); 18] = [
    ("America/New_York", Date::constant(2026, 3, 8)),
    ("America/New_York", Date::constant(2026, 11, 1)),
    ("Europe/London", Date::constant(2026, 3, 29)),
    ("Europe/London", Date::constant(2026, 10, 25)),
    ("Australia/Lord_Howe", Date::constant(2026, 4, 5)),
    ("Australia/Lord_Howe", Date::constant(2026, 10, 4)),
    ("Africa/Cairo", Date::constant(2025, 4, 25)),
    ("Africa/Cairo", Date::constant(2025, 10, 31)),
    ("Pacific/Apia", Date::constant(2011, 12, 30)),
    ("Pacific/Apia", Date::constant(2012, 4, 1)),
    ("Asia/Kathmandu", Date::constant(1986, 1, 1)),
    ("Asia/Kathmandu", Date::constant(2026, 11, 24)),
    ("America/Sao_Paulo", Date::constant(2018, 11, 4)),
    ("America/Sao_Paulo", Date::constant(2019, 2, 17)),
    ("Pacific/Kiritimati", Date::constant(1994, 12, 31)),
    ("Pacific/Kiritimati", Date::constant(2026, 11, 24)),
    ("Africa/Casablanca", Date::constant(2024, 3, 10)),
    ("Africa/Casablanca", Date::constant(2024, 4, 14)),
];

/// Everything that a schedule is made of, with owned parts. Minutes are counted from the beginning of the day.
#[derive(Debug, Clone)]
pub struct Given {
    /// The name of the clinic's time zone.
    pub zone: &'static str,
    /// The day on which the answers begin.
    pub day: Date,
    /// The weekly hours.
    pub rules: Vec<HoursRule>,
    /// The exceptions on single dates.
    pub exceptions: Vec<DayException>,
    /// The days on which the clinic is closed.
    pub closed: Vec<ClosedDays>,
    /// The opening hours of the clinic, if they limit visits.
    pub opening: Option<[Vec<LocalHours>; 7]>,
    /// How slots are offered.
    pub policy: BookingPolicy,
    /// The last date of the licence, if licences matter.
    pub licensed_until: Option<Date>,
    /// The visits that are booked: the minute at which each begins, its length, and the buffers before and after it.
    pub busy: Vec<(i64, i64, i64, i64)>,
    /// The minutes at which visits begin that count for the largest number of a day.
    pub counted: Vec<i64>,
    /// Each room as the minutes at which it begins to be taken, and for how long.
    pub rooms: Vec<Vec<(i64, i64)>>,
    /// The minute that it is now.
    pub now: i64,
}

impl Given {
    /// How many bytes a schedule is made of. The largest one takes nearly all of them.
    pub const BYTES: usize = 512;

    /// The schedule with a number, the same on every machine.
    #[must_use]
    pub fn of_seed(seed: u32) -> Self {
        Self::of_bytes(&bytes_of(seed))
    }

    /// The schedule that these bytes stand for. All bytes stand for one.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut draws = Draws::new(bytes);
        let draws = &mut draws;
        let (zone, day) = ZONES[usize::from(draws.count(0, 18))];
        let day = day.saturating_add(draws.number(-1, 2).days());
        let minute = |draws: &mut Draws<'_>| i64::from(draws.number(-600, 2_760));
        Self {
            zone,
            day,
            rules: draws.list(14, |draws| rule(draws, day)),
            exceptions: draws.list(6, |draws| exception(draws, day)),
            closed: draws.list(2, |draws| closed(draws, day)),
            opening: draws.maybe(20, |draws| std::array::from_fn(|_| draws.list(3, hours))),
            policy: policy(draws),
            licensed_until: draws.maybe(30, |draws| day.saturating_add(draws.number(0, 3).days())),
            busy: draws.list(8, |draws| {
                let start = minute(draws);
                let (length, before, after) = (draws.number(1, 150), draws.number(0, 30), draws.number(0, 30));
                (start, i64::from(length), i64::from(before), i64::from(after))
            }),
            counted: draws.list(8, minute),
            now: i64::from(draws.number(-1_440, 720)),
            rooms: draws.list(3, |draws| draws.list(8, |draws| (minute(draws), i64::from(draws.number(1, 300))))),
        }
    }

    /// The clinic's time zone.
    #[must_use]
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(self.zone).expect("a zone that is known")
    }

    /// The instant of a minute of the day, in a zone.
    #[must_use]
    pub fn at(&self, minute: i64, zone: &TimeZone) -> Timestamp {
        let begin = self.day.to_zoned(zone.clone()).expect("a day").timestamp();
        begin + SignedDuration::from_mins(minute)
    }

    /// Does something with the schedule, which borrows its parts.
    pub fn with_schedule<T>(&self, work: impl FnOnce(&Schedule<'_>) -> T) -> T {
        let zone = self.time_zone();
        let begin = self.at(0, &zone);
        let at = |minute: i64| begin + SignedDuration::from_mins(minute);
        let range = |start: i64, end: i64| TimeRange::new(at(start), at(end)).expect("a range that is not empty");
        let busy: Vec<Occupied> = self
            .busy
            .iter()
            .map(|(start, length, before, after)| Occupied {
                visit: range(*start, start + length),
                with_buffers: range(start - before, start + length + after),
            })
            .collect();
        let counted: Vec<Timestamp> = self.counted.iter().map(|minute| at(*minute)).collect();
        let room = |taken: &Vec<(i64, i64)>| {
            RoomTimes::new(&taken.iter().map(|(from, length)| range(*from, from + length)).collect::<Vec<_>>())
        };
        let rooms: Vec<RoomTimes> = self.rooms.iter().map(room).collect();
        work(&Schedule {
            clinic: ClinicDays { closed: &self.closed, opening: self.opening.as_ref() },
            licensed_until: self.licensed_until,
            busy: &busy,
            counted: &counted,
            rooms: &rooms,
            ..Schedule::of_hours(&zone, &self.rules, &self.exceptions, self.policy, at(self.now))
        })
    }
}

/// The bytes of a number: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
fn bytes_of(seed: u32) -> [u8; Given::BYTES] {
    let mut state = u64::from(seed);
    let mut bytes = [0; Given::BYTES];
    for eight in bytes.chunks_exact_mut(8) {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        eight.copy_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes());
    }
    bytes
}

/// Hours in whole quarters; the end of the day is midnight.
fn hours(draws: &mut Draws<'_>) -> LocalHours {
    let start = draws.number(0, 96);
    let end = (start + draws.number(1, 60)).min(96);
    let small = |number: i32| i8::try_from(number).expect("a part of a day");
    let at = |quarter: i32| {
        if quarter >= 96 { Time::midnight() } else { Time::constant(small(quarter / 4), small(quarter % 4 * 15), 0, 0) }
    };
    LocalHours::new(at(start), at(end)).expect("hours that end after they begin")
}

fn rule(draws: &mut Draws<'_>, day: Date) -> HoursRule {
    let weekday = day.saturating_add(draws.number(0, 7).days()).weekday();
    let near = |draws: &mut Draws<'_>| day.saturating_add(draws.number(-2, 3).days());
    HoursRule { weekday, hours: hours(draws), valid_from: draws.maybe(50, near), valid_until: draws.maybe(50, near) }
}

fn exception(draws: &mut Draws<'_>, day: Date) -> DayException {
    let date = day.saturating_add(draws.number(-2, 3).days());
    let kind = match draws.number(0, 7) {
        0 => ExceptionKind::DayOff,
        1..=3 => ExceptionKind::Off { hours: hours(draws) },
        _ => ExceptionKind::Extra { hours: hours(draws) },
    };
    DayException { date, kind }
}

fn closed(draws: &mut Draws<'_>, day: Date) -> ClosedDays {
    let first = day.saturating_add(draws.number(-2, 3).days());
    ClosedDays { first, last: first.saturating_add(draws.number(0, 2).days()) }
}

fn policy(draws: &mut Draws<'_>) -> BookingPolicy {
    let five = |count: u16| NonZeroU16::new(count * 5).expect("not zero");
    let (length, step) = (draws.count(1, 25), draws.count(1, 25));
    let (before, after) = (draws.count(0, 5), draws.count(0, 5));
    BookingPolicy {
        step_mins: five(step),
        notice_mins: u32::from(draws.count(0, 300)),
        horizon_days: draws.count(0, 4),
        most_per_day: draws.maybe(30, |draws| draws.count(1, 4)).and_then(NonZeroU16::new),
        ..BookingPolicy::of_length(five(length)).with_buffers(before * 5, after * 5)
    }
}
