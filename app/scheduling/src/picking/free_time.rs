//! A part of free time that is to be blocked.

use super::super::week::{ROW_MINS, minute_of};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::scheduling::TimeRange;

/// How many minutes of free time one step takes.
const BLOCK_STEP: i32 = 15;

/// A part of free time on a day, in minutes of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PickedTime {
    date: Date,
    /// The free time.
    whole: (i32, i32),
    /// The part of it that is chosen.
    part: (i32, i32),
}

impl PickedTime {
    /// All of a free time.
    pub(crate) fn of(range: TimeRange, date: Date, zone: &TimeZone) -> Self {
        let whole = (minute_of(range.start(), date, zone), minute_of(range.end(), date, zone));
        Self { date, whole, part: whole }
    }

    /// Its beginning, as long as one step.
    pub(super) fn first_step(self) -> Self {
        Self { part: (self.whole.0, (self.whole.0 + BLOCK_STEP).min(self.whole.1)), ..self }
    }

    /// From one minute to another, in any order, in whole rows within the free time.
    pub(crate) fn between(self, one: i32, other: i32) -> Self {
        let (from, until) = (one.min(other), one.max(other) + ROW_MINS);
        let (from, until) = (from.clamp(self.whole.0, self.whole.1), until.clamp(self.whole.0, self.whole.1));
        if from < until { Self { part: (from, until), ..self } } else { self.first_step() }
    }

    pub(super) fn longer(self) -> Self {
        self.grown(BLOCK_STEP)
    }

    pub(super) fn shorter(self) -> Self {
        self.grown(-BLOCK_STEP)
    }

    fn grown(self, by: i32) -> Self {
        let (from, until) = self.part;
        let least = (from + ROW_MINS).min(self.whole.1);
        Self { part: (from, (until + by).clamp(least, self.whole.1)), ..self }
    }

    /// When the chosen part is on a day; `None` if it is on another day.
    pub(super) fn range_on(self, date: Date, zone: &TimeZone) -> Option<TimeRange> {
        let at = |minute: i32| {
            let date = if minute < 24 * 60 { date } else { date.tomorrow().ok()? };
            let (hour, minute) = (i8::try_from(minute / 60 % 24).ok()?, i8::try_from(minute % 60).ok()?);
            zone.to_timestamp(date.at(hour, minute, 0, 0)).ok()
        };
        let range = TimeRange::new(at(self.part.0)?, at(self.part.1)?);
        range.filter(|_| self.date == date)
    }

    /// The clock at the beginning and at the end of the chosen part.
    pub(super) fn clocks(self) -> (String, String) {
        (clock(self.part.0), clock(self.part.1))
    }

    /// The address of the page that blocks it and then returns to `page`.
    pub(crate) fn way(self, page: &str) -> String {
        let (from, until) = self.clocks();
        format!("/doctor/block?day={}&from={from}&until={until}&page={page}", self.date)
    }
}

/// The clock at a minute of the day; the end of the day is `00:00`.
fn clock(minute: i32) -> String {
    format!("{:02}:{:02}", minute / 60 % 24, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::PickedTime;

    const FREE: PickedTime = PickedTime { date: jiff::civil::date(2026, 11, 24), whole: (540, 600), part: (540, 600) };

    #[test]
    fn free_time_is_chosen_in_steps_and_never_outside_itself() {
        let first = FREE.first_step();
        assert_eq!(first.part, (540, 555));
        assert_eq!(first.grown(15).part, (540, 570));
        assert_eq!(first.grown(-15).part, (540, 545));
        assert_eq!((0..9).fold(first, |time, _| time.grown(15)).part, (540, 600));
        assert_eq!(FREE.between(585, 550).part, (550, 590));
        assert_eq!(FREE.between(500, 700).part, (540, 600));
        assert_eq!(first.way("week"), "/doctor/block?day=2026-11-24&from=09:00&until=09:15&page=week");
    }
}
