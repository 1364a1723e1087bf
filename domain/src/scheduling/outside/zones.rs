//! Times in an iCalendar file, and the zones that it names: those of the zone data, or those that it describes itself (RFC 5545 §3.6.5).

use super::{lines::Line, repeat::Rule};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};
use std::{collections::HashMap, sync::Arc};

/// The rules by which a local time is an instant.
#[derive(Debug, Clone)]
pub(super) enum Zone {
    /// Those of the zone data.
    Known(TimeZone),
    /// Those that the file describes.
    Described(Arc<Vec<Observance>>),
}

/// A part of a year in which an offset holds, as a VTIMEZONE describes it.
#[derive(Debug, Clone)]
pub(super) struct Observance {
    pub(super) start: DateTime,
    pub(super) from: Offset,
    pub(super) to: Offset,
    /// How the start repeats; none if it does not.
    pub(super) rule: Option<Rule>,
}

impl Observance {
    /// The last start that is not after a local time.
    fn last_start(&self, local: DateTime) -> Option<DateTime> {
        let Some(rule) = &self.rule else { return (self.start <= local).then_some(self.start) };
        let year = local.year();
        [year, year.saturating_sub(1)].into_iter().find_map(|year| rule.in_year(self.start, year).filter(|start| *start <= local))
    }
}

impl Zone {
    /// The instant of a local time. One that the clock repeats means the first, one that it skips is taken as before the change.
    pub(super) fn instant(&self, local: DateTime) -> Option<Timestamp> {
        match self {
            Self::Known(zone) => zone.to_timestamp(local).ok(),
            Self::Described(parts) => {
                let last = parts.iter().filter_map(|part| part.last_start(local).map(|start| (start, part.to)));
                let offset = last.max_by_key(|(start, _)| *start).map(|(_, to)| to);
                offset.or_else(|| parts.first().map(|part| part.from))?.to_timestamp(local).ok()
            }
        }
    }
}

/// The zones of a file.
#[derive(Debug)]
pub(super) struct Zones {
    pub(super) described: HashMap<String, Arc<Vec<Observance>>>,
    /// The zone of times that name none, and of whole days.
    pub(super) usual: Zone,
}

impl Zones {
    /// The zone of this name; `None` when nobody knows it.
    fn named(&self, name: &str) -> Option<Zone> {
        // Some programs write `/citadel.org/20210210_1/Europe/Berlin`.
        let mut names =
            std::iter::successors(Some(name.trim_start_matches('/')), |name| name.split_once('/').map(|(_, rest)| rest));
        let known = names.find_map(|name| jiff::tz::db().get(name).ok());
        known.map(Zone::Known).or_else(|| self.described.get(name).cloned().map(Zone::Described))
    }

    /// The time of a property; `None` when it is none, or is of an unknown zone.
    pub(super) fn moment(&self, line: &Line) -> Option<Moment> {
        self.moment_of(line, &line.value)
    }

    /// The times of a property that may have several.
    pub(super) fn moments(&self, line: &Line) -> Option<Vec<Moment>> {
        line.value.split(',').map(|value| self.moment_of(line, value)).collect()
    }

    fn moment_of(&self, line: &Line, value: &str) -> Option<Moment> {
        let value = value.trim();
        if let Some(date) = date(value) {
            return Some(Moment {
                local: date.to_datetime(jiff::civil::Time::midnight()),
                zone: self.usual.clone(),
                is_day: true,
            });
        }
        let (value, is_utc) = value.strip_suffix('Z').map_or((value, false), |value| (value, true));
        let zone = match line.parameter("TZID") {
            _ if is_utc => Zone::Known(TimeZone::UTC),
            Some(name) => self.named(name)?,
            None => self.usual.clone(),
        };
        Some(Moment { local: date_time(value)?, zone, is_day: false })
    }
}

/// A local time with its zone, or a whole day.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) local: DateTime,
    pub(super) zone: Zone,
    pub(super) is_day: bool,
}

impl Moment {
    pub(super) fn instant(&self) -> Option<Timestamp> {
        self.zone.instant(self.local)
    }
}

/// A date as `20261124`.
pub(super) fn date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

/// A date with a time, as `20261124T093000`.
pub(super) fn date_time(text: &str) -> Option<DateTime> {
    let (day, time) = text.split_once('T')?;
    if time.len() != 6 || !time.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // A second that was inserted is the one before it.
    let second: i8 = time[4..].parse::<i8>().ok()?.min(59);
    let time = jiff::civil::Time::new(time[..2].parse().ok()?, time[2..4].parse().ok()?, second, 0).ok()?;
    Some(date(day)?.to_datetime(time))
}

/// An offset as `+0100` or `-053000`.
pub(super) fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| digits.get(from..from + 2).map_or(Some(0), |text| text.parse::<i32>().ok());
    Offset::from_seconds(sign * (part(0)? * 3_600 + part(2)? * 60 + part(4)?)).ok()
}
