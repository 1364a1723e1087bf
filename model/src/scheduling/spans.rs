//! Conversion between local times and instants in whole seconds. Between two clock changes, one is the other plus a constant.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

/// The largest distance of a zone from UTC, in seconds (jiff and TZif allow 25:59:59).
const MAX_OFFSET_SECS: i64 = 26 * 3600;

/// A half-open range of instants in which the zone's offset does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OffsetSpan {
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) offset: Offset,
}

/// The seconds of a local time as if the zone were UTC. This makes local times comparable and lets them be added.
pub(super) fn local_seconds(time: DateTime) -> Option<i64> {
    Offset::UTC.to_timestamp(time).ok().map(Timestamp::as_second)
}

/// All spans that can contain a local time in `[local_start, local_end)`, in order.
///
/// An instant has exactly one local time, but a local time can have no instant (the clock goes forward), one, or two (the clock goes
/// back). Going through the spans finds all instants, for any number and size of clock changes.
pub(super) fn spans_around(zone: &TimeZone, local_start: i64, local_end: i64) -> Vec<OffsetSpan> {
    let mut start = local_start - MAX_OFFSET_SECS;
    let end = local_end + MAX_OFFSET_SECS;
    let Ok(first) = Timestamp::from_second(start) else { return Vec::new() };
    let mut spans: Vec<OffsetSpan> = Vec::with_capacity(2);
    let mut offset = zone.to_offset(first);
    for change in zone.following(first) {
        let at = change.timestamp().as_second();
        if at >= end {
            break;
        }
        // Some changes affect only the abbreviation.
        if change.offset() != offset {
            spans.push(OffsetSpan { start, end: at, offset });
            (start, offset) = (at, change.offset());
        }
    }
    spans.push(OffsetSpan { start, end, offset });
    spans
}

/// The ranges of instants whose local time is in `[local_start, local_end)`: ascending, disjoint and not touching.
pub(super) fn instants_of(spans: &[OffsetSpan], local_start: i64, local_end: i64) -> Vec<(i64, i64)> {
    let mut found: Vec<(i64, i64)> = Vec::with_capacity(1);
    for span in spans {
        let offset = i64::from(span.offset.seconds());
        let (start, end) = ((local_start - offset).max(span.start), (local_end - offset).min(span.end));
        if start >= end {
            continue;
        }
        match found.last_mut() {
            Some(last) if last.1 == start => last.1 = end,
            _ => found.push((start, end)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn instants(zone: &str, start: DateTime, end: DateTime) -> Vec<String> {
        let zone = jiff::tz::db().get(zone).expect("a zone");
        let (start, end) = (local_seconds(start).expect("in range"), local_seconds(end).expect("in range"));
        let show = |second| Timestamp::from_second(second).expect("in range").to_string();
        instants_of(&spans_around(&zone, start, end), start, end)
            .into_iter()
            .map(|(a, b)| format!("{} {}", show(a), show(b)))
            .collect()
    }

    #[test]
    fn a_gap_shortens_a_fold_lengthens_and_may_split() {
        let day = date(2026, 3, 29);
        assert_eq!(
            instants("Europe/London", day.at(0, 30, 0, 0), day.at(2, 30, 0, 0)),
            ["2026-03-29T00:30:00Z 2026-03-29T01:30:00Z"]
        );
        assert!(instants("Europe/London", day.at(1, 0, 0, 0), day.at(2, 0, 0, 0)).is_empty());
        let day = date(2026, 10, 25);
        assert_eq!(
            instants("Europe/London", day.at(1, 0, 0, 0), day.at(2, 0, 0, 0)),
            ["2026-10-25T00:00:00Z 2026-10-25T02:00:00Z"]
        );
        assert_eq!(
            instants("Europe/London", day.at(1, 0, 0, 0), day.at(1, 30, 0, 0)),
            ["2026-10-25T00:00:00Z 2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z 2026-10-25T01:30:00Z"]
        );
    }

    #[test]
    fn a_day_that_a_country_skipped_has_no_instants() {
        let day = date(2011, 12, 30);
        assert!(instants("Pacific/Apia", day.at(0, 0, 0, 0), day.tomorrow().expect("a day").at(0, 0, 0, 0)).is_empty());
    }
}
