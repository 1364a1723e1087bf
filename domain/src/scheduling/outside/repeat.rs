//! How an event repeats (RRULE, RFC 5545 §3.3.10): daily, weekly, monthly and yearly rules with their usual parts. Other rules are not understood, which the
//! caller counts.

use super::zones::{date, date_time};
use jiff::{
    ToSpan,
    civil::{Date, DateTime, Weekday},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// The last start of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) enum Until {
    /// A day, or a local time.
    Local(DateTime),
    /// In UTC.
    Utc(DateTime),
}

/// A rule.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    frequency: Frequency,
    interval: i64,
    count: Option<u32>,
    pub(super) until: Option<Until>,
    /// Weekdays, each with its place in the month; 0 is every one.
    by_day: Vec<(i8, Weekday)>,
    by_month_day: Vec<i8>,
    by_month: Vec<i8>,
    week_start: Weekday,
}

/// The most values of a part of a rule. All weekdays with all their places are 77; a longer list would only take time.
const MOST_VALUES: usize = 100;

/// The starts of a rule became too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

impl Rule {
    /// Parses a rule; `None` when it is broken or has parts that are not understood.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            week_start: Weekday::Monday,
        };
        let mut has_frequency = false;
        for part in text.trim().split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=')?;
            if value.split(',').nth(MOST_VALUES).is_some() {
                return None;
            }
            match name.to_ascii_uppercase().as_str() {
                "FREQ" => {
                    has_frequency = true;
                    rule.frequency = match value.to_ascii_uppercase().as_str() {
                        "DAILY" => Frequency::Daily,
                        "WEEKLY" => Frequency::Weekly,
                        "MONTHLY" => Frequency::Monthly,
                        "YEARLY" => Frequency::Yearly,
                        _ => return None,
                    };
                }
                "INTERVAL" => rule.interval = value.parse::<i64>().ok().filter(|interval| (1..=1_000).contains(interval))?,
                "COUNT" => rule.count = Some(value.parse().ok()?),
                "UNTIL" => rule.until = Some(until(value)?),
                "BYDAY" => rule.by_day = value.split(',').map(day).collect::<Option<_>>()?,
                "BYMONTHDAY" => rule.by_month_day = numbers(value, 31)?,
                "BYMONTH" => rule.by_month = numbers(value, 12).filter(|months| months.iter().all(|month| *month > 0))?,
                "WKST" => rule.week_start = weekday(value)?,
                _ => return None,
            }
        }
        rule.by_month.sort_unstable();
        rule.by_month.dedup();
        let has_places = rule.by_day.iter().any(|(place, _)| *place != 0);
        let is_understood = match rule.frequency {
            Frequency::Daily | Frequency::Weekly => !has_places && rule.by_month_day.is_empty(),
            Frequency::Monthly => true,
            Frequency::Yearly => rule.by_day.is_empty() || !rule.by_month.is_empty(),
        };
        (has_frequency && is_understood).then_some(rule)
    }

    /// The local starts from the first one on, in order, up to a day. `from` lets those that nobody asks for be skipped quickly. Each day that is looked at is
    /// taken from `budget`.
    ///
    /// # Errors
    /// [`TooMany`] when the budget is used up.
    pub(super) fn starts(&self, first: DateTime, from: Date, last: Date, budget: &mut u32) -> Result<Vec<DateTime>, TooMany> {
        let (start, time) = (first.date(), first.time());
        let (mut starts, mut counted) = (Vec::new(), 0_u32);
        // With a COUNT, all starts must be counted.
        let mut step = if self.count.is_none() { self.steps_before(start, from) } else { 0 };
        loop {
            let Some(period) = self.period(start, step) else { return Ok(starts) };
            *budget = budget.checked_sub(1).ok_or(TooMany)?;
            if period > last {
                return Ok(starts);
            }
            for date in self.dates(start, period) {
                *budget = budget.checked_sub(1).ok_or(TooMany)?;
                if date < start {
                    continue;
                }
                let at = date.to_datetime(time);
                let is_over = matches!(self.until, Some(Until::Local(until)) if at > until);
                if is_over || date > last || self.count.is_some_and(|count| counted >= count) {
                    return Ok(starts);
                }
                counted += 1;
                if date >= from {
                    starts.push(at);
                }
            }
            step += 1;
        }
    }

    /// Whether it repeats once a year or more seldom.
    pub(super) const fn is_yearly(&self) -> bool {
        matches!(self.frequency, Frequency::Yearly)
    }

    /// The start in a year, of a rule that has one each year; for the changes of a clock.
    pub(super) fn in_year(&self, first: DateTime, year: i16) -> Option<DateTime> {
        let from = Date::new(year, 1, 1).ok()?;
        let last = Date::new(year, 12, 31).ok()?;
        let start = self.starts(first, from, last, &mut 500).ok()?.pop()?;
        // The end is an instant, and this a local time: they differ by less than a day.
        let is_over = matches!(self.until, Some(Until::Utc(until)) if start > until.saturating_add(1.day()));
        (!is_over).then_some(start)
    }

    /// How many steps can be skipped because they end before a day.
    fn steps_before(&self, start: Date, from: Date) -> i64 {
        let Ok(days) = from.since(start).map(|span| i64::from(span.get_days())) else { return 0 };
        let longest = match self.frequency {
            Frequency::Daily => 1,
            Frequency::Weekly => 7,
            Frequency::Monthly => 31,
            Frequency::Yearly => 366,
        };
        (days / longest / self.interval - 1).max(0)
    }

    /// The first day of a step: the day, the week, the month, the year.
    fn period(&self, start: Date, step: i64) -> Option<Date> {
        let by = step.checked_mul(self.interval).filter(|by| *by < 1_000_000)?;
        match self.frequency {
            Frequency::Daily => start.checked_add(by.days()).ok(),
            Frequency::Weekly => {
                let since = (start.weekday().to_monday_zero_offset() - self.week_start.to_monday_zero_offset()).rem_euclid(7);
                start.checked_sub(i64::from(since).days()).ok()?.checked_add(by.weeks()).ok()
            }
            Frequency::Monthly => start.first_of_month().checked_add(by.months()).ok(),
            Frequency::Yearly => {
                let year = i16::try_from(i64::from(start.year()) + by).ok()?;
                Date::new(year, 1, 1).ok()
            }
        }
    }

    /// The days of a step, in order.
    fn dates(&self, start: Date, period: Date) -> Vec<Date> {
        let in_month = |date: &Date| self.by_month.is_empty() || self.by_month.contains(&date.month());
        let on_day = |date: &Date| self.by_day.is_empty() || self.by_day.iter().any(|(_, day)| *day == date.weekday());
        match self.frequency {
            Frequency::Daily => Some(period).filter(in_month).filter(on_day).into_iter().collect(),
            Frequency::Weekly => {
                let wanted = |date: &Date| {
                    if self.by_day.is_empty() { date.weekday() == start.weekday() } else { on_day(date) }
                };
                (0..7_i64).filter_map(|day| period.checked_add(day.days()).ok()).filter(wanted).filter(in_month).collect()
            }
            Frequency::Monthly => Some(period).filter(in_month).map(|month| self.days_of_month(start, month)).unwrap_or_default(),
            Frequency::Yearly => {
                let own = [start.month()];
                let months = if self.by_month.is_empty() { &own[..] } else { &self.by_month[..] };
                let mut dates: Vec<Date> = months
                    .iter()
                    .filter_map(|month| Date::new(period.year(), *month, 1).ok())
                    .flat_map(|month| self.days_of_month(start, month))
                    .collect();
                dates.sort_unstable();
                dates
            }
        }
    }

    /// The days of a month, which begins with `month`. A month without the day of the start has none.
    fn days_of_month(&self, start: Date, month: Date) -> Vec<Date> {
        let length = month.days_in_month();
        let is_wanted = |date: &Date| {
            let from_end = date.day() - length - 1;
            let on_month_day = self.by_month_day.iter().any(|day| *day == date.day() || *day == from_end);
            let on_day = self.by_day.iter().any(|(place, weekday)| {
                let nth = (date.day() - 1) / 7 + 1;
                let nth_last = -((length - date.day()) / 7 + 1);
                *weekday == date.weekday() && (*place == 0 || *place == nth || *place == nth_last)
            });
            match (self.by_month_day.is_empty(), self.by_day.is_empty()) {
                (true, true) => date.day() == start.day(),
                (false, true) => on_month_day,
                (true, false) => on_day,
                (false, false) => on_month_day && on_day,
            }
        };
        (1..=length).filter_map(|day| Date::new(month.year(), month.month(), day).ok()).filter(is_wanted).collect()
    }
}

/// A day means its end.
fn until(text: &str) -> Option<Until> {
    if let Some(date) = date(text) {
        return Some(Until::Local(date.at(23, 59, 59, 0)));
    }
    match text.strip_suffix('Z') {
        Some(text) => date_time(text).map(Until::Utc),
        None => date_time(text).map(Until::Local),
    }
}

/// A weekday with its place: `MO`, `2TU`, `-1FR`.
fn day(text: &str) -> Option<(i8, Weekday)> {
    let (place, name) = text.trim().split_at_checked(text.trim().len().checked_sub(2)?)?;
    let place =
        if place.is_empty() { 0 } else { place.parse::<i8>().ok().filter(|place| *place != 0 && (-5..=5).contains(place))? };
    Some((place, weekday(name)?))
}

fn weekday(text: &str) -> Option<Weekday> {
    match text.to_ascii_uppercase().as_str() {
        "MO" => Some(Weekday::Monday),
        "TU" => Some(Weekday::Tuesday),
        "WE" => Some(Weekday::Wednesday),
        "TH" => Some(Weekday::Thursday),
        "FR" => Some(Weekday::Friday),
        "SA" => Some(Weekday::Saturday),
        "SU" => Some(Weekday::Sunday),
        _ => None,
    }
}

/// Numbers from 1 to `most`, or from the end.
fn numbers(text: &str, most: i8) -> Option<Vec<i8>> {
    let number = |text: &str| text.trim().parse::<i8>().ok().filter(|number| *number != 0 && (-most..=most).contains(number));
    text.split(',').map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(rule: &str, first: &str, from: &str, last: &str) -> Vec<String> {
        let day = |text: &str| date(text).unwrap();
        let found = Rule::parse(rule).unwrap().starts(date_time(first).unwrap(), day(from), day(last), &mut 10_000).unwrap();
        found.into_iter().map(|at| at.strftime("%m%d").to_string()).collect()
    }

    #[test]
    fn rules_name_their_days() {
        let month = |rule: &str, first: &str| starts(rule, first, "20261101", "20261231");
        assert_eq!(month("FREQ=DAILY;INTERVAL=10", "20261101T090000"), ["1101", "1111", "1121", "1201", "1211", "1221", "1231"]);
        assert_eq!(month("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", "20261124T090000"), ["1124", "1126", "1201"]);
        assert_eq!(month("FREQ=WEEKLY;INTERVAL=2;UNTIL=20261215", "20261103T090000"), ["1103", "1117", "1201", "1215"]);
        assert_eq!(month("FREQ=MONTHLY;BYDAY=-1FR", "20260130T090000"), ["1127", "1225"]);
        assert_eq!(month("FREQ=MONTHLY;BYDAY=2TU", "20260113T090000"), ["1110", "1208"]);
        assert_eq!(month("FREQ=MONTHLY", "20260131T090000"), ["1231"], "November has no 31st");
        assert_eq!(month("FREQ=MONTHLY;BYMONTHDAY=-1", "20260131T090000"), ["1130", "1231"]);
        assert_eq!(month("FREQ=YEARLY", "20001224T090000"), ["1224"]);
        // RFC 5545 §3.3.10: the week start decides which weeks are skipped.
        assert_eq!(
            starts("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "19970805T090000", "19970801", "19970831"),
            ["0805", "0817", "0819", "0831"]
        );
        assert_eq!(
            starts("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "19970805T090000", "19970801", "19970831"),
            ["0805", "0810", "0819", "0824"]
        );
    }

    #[test]
    fn what_is_not_understood_is_no_rule() {
        for rule in [
            "FREQ=SECONDLY",
            "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1",
            "INTERVAL=2",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=WEEKLY;BYDAY=XX",
            "",
        ] {
            assert!(Rule::parse(rule).is_none(), "{rule}");
        }
    }

    #[test]
    fn a_list_without_end_is_no_rule_and_a_month_counts_once() {
        let days = |count: usize| Rule::parse(&format!("FREQ=WEEKLY;BYDAY={}", vec!["MO"; count].join(",")));
        assert!(days(MOST_VALUES).is_some() && days(MOST_VALUES + 1).is_none());
        assert_eq!(starts("FREQ=YEARLY;BYMONTH=11,11,11;COUNT=2", "20261124T090000", "20261101", "20281231"), ["1124", "1124"]);
    }

    #[test]
    fn a_rule_without_an_end_stops_at_the_last_day_and_old_ones_are_skipped() {
        let rule = Rule::parse("FREQ=DAILY").unwrap();
        let first = date_time("19800101T090000").unwrap();
        let (from, last) = (date("20261124").unwrap(), date("20261126").unwrap());
        assert_eq!(rule.starts(first, from, last, &mut 100).unwrap().len(), 3);
        let counted = Rule::parse("FREQ=DAILY;COUNT=100000").unwrap();
        assert_eq!(counted.starts(first, from, last, &mut 100), Err(TooMany));
    }
}
