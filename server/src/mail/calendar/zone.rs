//! Time zones in calendar files: local times with the rules of their zone (RFC 5545 §3.6.5).

use super::lines::Lines;
use jiff::{
    SignedDuration, Timestamp,
    tz::{Offset, TimeZone},
};
use model::scheduling::TimeRange;

/// A zone that a file names, with its rules.
#[derive(Debug)]
pub(super) struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// The zone of this IANA name; none for UTC, whose times need no zone, and for a name that nobody knows.
    pub(super) fn of(name: &str) -> Option<Self> {
        let rules = jiff::tz::db().get(name).ok()?;
        (name != "UTC").then(|| Self { name: name.to_owned(), rules })
    }

    /// Whether the local times of a range mean its instants. A time that the clock repeats means the first of the two (RFC 5545 §3.3.5).
    fn can_say(&self, start: Timestamp, end: Timestamp) -> bool {
        [start, end].into_iter().all(|at| self.rules.to_timestamp(self.rules.to_datetime(at)).is_ok_and(|again| again == at))
    }

    /// Adds the component with the transitions that decide the local times of a range.
    ///
    /// The transitions are listed one by one. Rules (RRULE) would say how they repeat, and the clocks of a country follow no rule when its government decides so.
    pub(super) fn write(&self, lines: &mut Lines, range: TimeRange) {
        lines.raw("BEGIN", "VTIMEZONE");
        lines.raw("TZID", &self.name);
        let before = self.rules.preceding(range.start()).next().map(|transition| transition.timestamp());
        match before.filter(|at| *at >= Timestamp::UNIX_EPOCH) {
            Some(at) => self.write_transition(lines, at),
            None => {
                let info = self.rules.to_offset_info(range.start());
                let offset = info.offset();
                let part = if info.dst().is_dst() { "DAYLIGHT" } else { "STANDARD" };
                observance(lines, part, "19700101T000000", (offset, offset), info.abbreviation());
            }
        }
        for transition in self.rules.following(before.unwrap_or(range.start())).take_while(|next| next.timestamp() <= range.end())
        {
            self.write_transition(lines, transition.timestamp());
        }
        lines.raw("END", "VTIMEZONE");
    }

    /// Adds a transition. Its local time is that of the clock that is about to change.
    fn write_transition(&self, lines: &mut Lines, at: Timestamp) {
        let info = self.rules.to_offset_info(at);
        let before = self.rules.to_offset(at.checked_sub(SignedDuration::from_secs(1)).unwrap_or(at));
        let part = if info.dst().is_dst() { "DAYLIGHT" } else { "STANDARD" };
        let local = before.to_datetime(at).strftime("%Y%m%dT%H%M%S").to_string();
        observance(lines, part, &local, (before, info.offset()), info.abbreviation());
    }
}

fn observance(lines: &mut Lines, part: &str, start: &str, (from, to): (Offset, Offset), name: &str) {
    lines.raw("BEGIN", part);
    lines.raw("DTSTART", start);
    lines.raw("TZOFFSETFROM", &offset(from));
    lines.raw("TZOFFSETTO", &offset(to));
    lines.text("TZNAME", name);
    lines.raw("END", part);
}

/// An offset as `+HHMM`, with seconds only if it has some.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, all) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let (hours, minutes, rest) = (all / 3_600, all / 60 % 60, all % 60);
    if rest == 0 { format!("{sign}{hours:02}{minutes:02}") } else { format!("{sign}{hours:02}{minutes:02}{rest:02}") }
}

/// Adds DTSTART and DTEND: as local times of the zone, or in UTC without one or if the zone's clock could mean another instant.
pub(super) fn write_times(lines: &mut Lines, zone: Option<&Zone>, start: Timestamp, end: Timestamp) {
    let times = [("DTSTART", start), ("DTEND", end)];
    match zone.filter(|zone| zone.can_say(start, end)) {
        Some(zone) => {
            for (name, at) in times {
                let local = zone.rules.to_datetime(at).strftime("%Y%m%dT%H%M%S").to_string();
                lines.raw(&format!("{name};TZID={}", zone.name), &local);
            }
        }
        None => {
            for (name, at) in times {
                lines.raw(name, &utc(at));
            }
        }
    }
}

/// An instant in UTC.
pub(super) fn utc(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn component(name: &str, start: &str, end: &str) -> String {
        let mut lines = Lines::default();
        Zone::of(name).unwrap().write(&mut lines, TimeRange::new(at(start), at(end)).unwrap());
        lines.finish().replace("\r\n", "\n")
    }

    #[test]
    fn the_transitions_around_an_event_are_listed() {
        let zone = component("Europe/London", "2026-10-20T09:00:00Z", "2026-10-26T09:30:00Z");
        let summer = "BEGIN:DAYLIGHT\nDTSTART:20260329T010000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0100\nTZNAME:BST\nEND:DAYLIGHT\n";
        let winter = "BEGIN:STANDARD\nDTSTART:20261025T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nTZNAME:GMT\nEND:STANDARD\n";
        assert_eq!(zone, format!("BEGIN:VTIMEZONE\nTZID:Europe/London\n{summer}{winter}END:VTIMEZONE\n"));
    }

    #[test]
    fn half_hours_and_zones_without_transitions_are_said() {
        let zone = component("Australia/Lord_Howe", "2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z");
        assert!(zone.contains("TZOFFSETFROM:+1030\nTZOFFSETTO:+1100\n"), "{zone}");
        let zone = component("Asia/Kolkata", "2026-11-24T09:00:00Z", "2026-11-24T09:30:00Z");
        assert!(
            zone.contains("BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nTZNAME:IST\n"),
            "{zone}"
        );
    }

    #[test]
    fn an_hour_that_comes_twice_is_written_in_utc() {
        let times = |start: &str, end: &str| {
            let mut lines = Lines::default();
            write_times(&mut lines, Zone::of("Europe/London").as_ref(), at(start), at(end));
            lines.finish()
        };
        assert!(
            times("2026-10-25T00:15:00Z", "2026-10-25T00:45:00Z").starts_with("DTSTART;TZID=Europe/London:20261025T011500\r\n")
        );
        assert!(times("2026-10-25T01:15:00Z", "2026-10-25T01:45:00Z").starts_with("DTSTART:20261025T011500Z\r\n"));
    }
}
