//! Reads the busy times of an iCalendar file (RFC 5545).
//!
//! A file that is cut off or is no calendar is not read at all: what is missing could be busy. An event that cannot be understood is counted.

use super::{
    lines::{Line, lines},
    repeat::{Rule, Until},
    zones::{Moment, Observance, Zone, Zones, offset},
};
use jiff::{SignedDuration, Span, Timestamp, ToSpan, tz::TimeZone};
use model::scheduling::{OutsideTrouble, TimeRange};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// The most ranges that one calendar may make busy.
const MOST_RANGES: usize = 5_000;
/// How many days of repeating events are looked at in one file.
const BUDGET: u32 = 200_000;
/// The most parts of a zone that a file describes; each time in it is compared with all of them.
const MOST_PARTS: usize = 200;
/// How much work the times of one file may be: each is compared with all parts of the largest zone that the file describes.
const MOST_WORK: usize = 2_000_000;
/// The longest event.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 400);

/// What a calendar says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BusyTimes {
    /// In order; they do not overlap.
    pub(super) ranges: Vec<TimeRange>,
    /// How many lines and events could not be understood.
    pub(super) broken: u32,
}

/// Reads the busy times within a range. `usual` is the zone of times that name none, unless the file says which.
pub(super) fn busy_times(file: &[u8], within: TimeRange, usual: &TimeZone) -> Result<BusyTimes, OutsideTrouble> {
    let text = String::from_utf8_lossy(file);
    let (lines, mut broken) = lines(text.trim_start_matches('\u{feff}')).ok_or(OutsideTrouble::TooMany)?;
    let is = |line: Option<&Line>, name: &str| {
        line.is_some_and(|line| line.name == name && line.value.trim().eq_ignore_ascii_case("VCALENDAR"))
    };
    if !is(lines.first(), "BEGIN") || !is(lines.last(), "END") {
        return Err(OutsideTrouble::Unreadable);
    }
    let own = lines.iter().find(|line| line.name == "X-WR-TIMEZONE").and_then(|line| jiff::tz::db().get(line.value.trim()).ok());
    let usual = Zone::Known(own.unwrap_or_else(|| usual.clone()));
    let zones = Zones { described: described(&lines), usual };
    let most_parts = zones.described.values().map(|parts| parts.len()).max().unwrap_or(1).max(1);
    if moments(&lines).saturating_mul(most_parts) > MOST_WORK {
        return Err(OutsideTrouble::TooMany);
    }
    let mut events = Vec::new();
    for part in components(&lines, "VEVENT") {
        match Event::read(&part, &zones) {
            Some(event) => events.push(event),
            None => broken = broken.saturating_add(1),
        }
    }
    let replaced: HashSet<(&str, Timestamp)> =
        events.iter().filter_map(|event| event.replaces.map(|at| (event.uid.as_str(), at))).collect();
    let (mut ranges, mut budget) = (Vec::new(), BUDGET.min(u32::try_from(MOST_WORK / most_parts).unwrap_or(BUDGET)));
    for event in events.iter().filter(|event| event.is_busy) {
        let starts = event.starts(within, &mut budget).ok_or(OutsideTrouble::TooMany)?;
        for start in starts {
            let is_replaced = event.replaces.is_none() && replaced.contains(&(event.uid.as_str(), start.0));
            if !is_replaced && let Some(range) = TimeRange::new(start.0, start.1) {
                ranges.extend(range.intersection(within));
            }
        }
    }
    let ranges = TimeRange::joined(&ranges);
    if ranges.len() > MOST_RANGES { Err(OutsideTrouble::TooMany) } else { Ok(BusyTimes { ranges, broken }) }
}

/// How many times the file names.
fn moments(lines: &[Line]) -> usize {
    let names = |line: &&Line| matches!(line.name.as_str(), "DTSTART" | "DTEND" | "EXDATE" | "RDATE" | "RECURRENCE-ID");
    lines.iter().filter(names).map(|line| line.value.split(',').count()).sum()
}

/// The lines of each component of a kind, without those of the components in it.
fn components<'a>(lines: &'a [Line], kind: &str) -> Vec<Vec<&'a Line>> {
    let mut found = Vec::new();
    let mut open: Vec<(String, Vec<&Line>)> = Vec::new();
    for line in lines {
        match line.name.as_str() {
            "BEGIN" => open.push((line.value.trim().to_ascii_uppercase(), Vec::new())),
            "END" => {
                if let Some((name, lines)) = open.pop()
                    && name == kind
                {
                    found.push(lines);
                }
            }
            _ => {
                if let Some((_, lines)) = open.last_mut() {
                    lines.push(line);
                }
            }
        }
    }
    found
}

/// The zones that the file describes, by name.
fn described(lines: &[Line]) -> HashMap<String, Arc<Vec<Observance>>> {
    let (mut zones, mut name, mut parts, mut part) = (HashMap::new(), None, Vec::new(), Vec::new());
    for line in lines {
        let value = line.value.trim();
        match (line.name.as_str(), value.to_ascii_uppercase().as_str()) {
            ("BEGIN", "VTIMEZONE") => (name, parts) = (None, Vec::new()),
            ("BEGIN", "STANDARD" | "DAYLIGHT") => part = Vec::new(),
            ("END", "STANDARD" | "DAYLIGHT") => parts.extend(observance(&part)),
            ("END", "VTIMEZONE") => {
                if let Some(name) = name.take()
                    && (1..=MOST_PARTS).contains(&parts.len())
                {
                    zones.insert(name, Arc::new(std::mem::take(&mut parts)));
                }
            }
            ("TZID", _) => name = Some(value.to_owned()),
            _ => part.push(line),
        }
    }
    zones
}

fn observance(lines: &[&Line]) -> Option<Observance> {
    let value = |name: &str| lines.iter().find(|line| line.name == name).map(|line| line.value.trim());
    let rule = match value("RRULE") {
        // Others say no more about a clock, and take long.
        Some(text) => Some(Rule::parse(text).filter(Rule::is_yearly)?),
        None => None,
    };
    let start = super::zones::date_time(value("DTSTART")?)?;
    Some(Observance { start, from: offset(value("TZOFFSETFROM")?)?, to: offset(value("TZOFFSETTO")?)?, rule })
}

/// An event, as far as it decides about busy times.
struct Event {
    uid: String,
    start: Moment,
    length: Length,
    rule: Option<Rule>,
    more: Vec<Moment>,
    except: HashSet<Timestamp>,
    /// The start that this event replaces in a series.
    replaces: Option<Timestamp>,
    is_busy: bool,
}

/// How long an event is.
#[derive(Debug, Clone, Copy)]
enum Length {
    /// So many local days.
    Days(i64),
    /// An elapsed time.
    Elapsed(SignedDuration),
}

impl Event {
    /// `None` when it cannot be understood.
    fn read(lines: &[&Line], zones: &Zones) -> Option<Self> {
        let find = |name: &str| lines.iter().copied().find(|line| line.name == name);
        let all = |name: &'static str| lines.iter().copied().filter(move |line| line.name == name);
        let says = |name: &str, word: &str| find(name).is_some_and(|line| line.value.trim().eq_ignore_ascii_case(word));
        let start = zones.moment(find("DTSTART")?)?;
        let end = match (find("DTEND"), find("DURATION")) {
            (Some(end), _) => Some(zones.moment(end)?),
            (None, Some(duration)) => {
                let span: Span = duration.value.trim().parse().ok()?;
                Some(Moment { local: start.local.checked_add(span).ok()?, ..start.clone() })
            }
            (None, None) => None,
        };
        let length = match end {
            Some(end) if start.is_day => Length::Days(i64::from(end.local.date().since(start.local.date()).ok()?.get_days())),
            Some(end) => Length::Elapsed(end.instant()?.duration_since(start.instant()?)),
            // RFC 5545 §3.6.1: a day lasts a day, and a time without an end no time.
            None if start.is_day => Length::Days(1),
            None => Length::Elapsed(SignedDuration::ZERO),
        };
        let is_too_long = match length {
            Length::Days(days) => !(0..=400).contains(&days),
            Length::Elapsed(elapsed) => elapsed > LONGEST || elapsed.is_negative(),
        };
        if is_too_long {
            return None;
        }
        let rule = match find("RRULE") {
            Some(line) => Some(Rule::parse(&line.value)?),
            None => None,
        };
        let mut more = Vec::new();
        // Times with an end of their own (VALUE=PERIOD) are rare, and not understood.
        for line in all("RDATE") {
            more.extend(zones.moments(line)?);
        }
        let mut except = HashSet::new();
        for line in all("EXDATE") {
            except.extend(zones.moments(line)?.iter().filter_map(Moment::instant));
        }
        let replaces = match find("RECURRENCE-ID") {
            Some(line) => Some(zones.moment(line)?.instant()?),
            None => None,
        };
        Some(Self {
            uid: find("UID").map(|line| line.value.trim().to_owned()).unwrap_or_default(),
            start,
            length,
            rule,
            more,
            except,
            replaces,
            is_busy: !says("TRANSP", "TRANSPARENT") && !says("STATUS", "CANCELLED"),
        })
    }

    /// The starts that matter within a range, each with its end. `None` when they are too many.
    fn starts(&self, within: TimeRange, budget: &mut u32) -> Option<Vec<(Timestamp, Timestamp)>> {
        let utc = |at: Timestamp| TimeZone::UTC.to_datetime(at).date();
        let length = match self.length {
            Length::Days(days) => days,
            Length::Elapsed(elapsed) => elapsed.as_hours() / 24 + 1,
        };
        // Two days more on both sides: the dates of a zone may differ from those of UTC.
        let from = utc(within.start()).saturating_sub((length + 2).days());
        let last = utc(within.end()).saturating_add(2.days());
        let locals = match &self.rule {
            Some(rule) => rule.starts(self.start.local, from, last, budget).ok()?,
            None => vec![self.start.local],
        };
        let until = match self.rule.as_ref().and_then(|rule| rule.until) {
            Some(Until::Utc(until)) => TimeZone::UTC.to_timestamp(until).ok(),
            Some(Until::Local(_)) | None => None,
        };
        let in_series = locals.into_iter().filter_map(|local| self.times(&Moment { local, ..self.start.clone() }));
        let in_series = in_series.filter(|(start, _)| until.is_none_or(|until| *start <= until));
        let others = self.more.iter().filter_map(|moment| self.times(moment));
        Some(in_series.chain(others).filter(|(start, _)| !self.except.contains(start)).collect())
    }

    /// When the event that begins at a moment begins and ends.
    fn times(&self, moment: &Moment) -> Option<(Timestamp, Timestamp)> {
        let start = moment.instant()?;
        let end = match self.length {
            Length::Days(days) => moment.zone.instant(moment.local.checked_add(days.days()).ok()?)?,
            Length::Elapsed(elapsed) => start.checked_add(elapsed).ok()?,
        };
        Some((start, end))
    }
}

#[cfg(test)]
mod tests;
