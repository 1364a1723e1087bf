//! Slots grouped as a page shows them: by days and parts of the day in the reader's time zone.

use super::Slot;
use crate::wire::words;
use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

words! {
    /// A part of the day.
    DayPart {
        /// Before 06:00.
        Night = "night",
        /// From 06:00 up to 12:00.
        Morning = "morning",
        /// From 12:00 up to 17:00.
        Afternoon = "afternoon",
        /// From 17:00.
        Evening = "evening",
    }
}

impl DayPart {
    /// The part of the day of a local time.
    #[must_use]
    pub fn of(time: Time) -> Self {
        match time.hour() {
            ..6 => Self::Night,
            6..12 => Self::Morning,
            12..17 => Self::Afternoon,
            17.. => Self::Evening,
        }
    }
}

/// Groups slots by the local date of their start in the reader's time zone, in order. Days without slots are not listed.
#[must_use]
pub fn by_local_day(slots: &[Slot], viewer_zone: &TimeZone) -> Vec<(Date, Vec<Slot>)> {
    grouped(slots, |slot| viewer_zone.to_datetime(slot.start).date())
}

/// Groups the slots of one day by part of the day, in order. Parts without slots are not listed.
#[must_use]
pub fn by_day_part(slots: &[Slot], viewer_zone: &TimeZone) -> Vec<(DayPart, Vec<Slot>)> {
    grouped(slots, |slot| DayPart::of(viewer_zone.to_datetime(slot.start).time()))
}

/// The `count` slots that begin nearest to an instant, in order of time. They are offered when the wanted slot is taken.
#[must_use]
pub fn nearest(slots: &[Slot], wanted: Timestamp, count: usize) -> Vec<Slot> {
    let mut found = slots.to_vec();
    found.sort_by_key(|slot| slot.start.duration_since(wanted).abs());
    found.truncate(count);
    found.sort_by_key(|slot| slot.start);
    found
}

/// Groups items in the order in which their keys first occur. A key that recurs joins its group, e.g. a date when a clock goes back over midnight.
fn grouped<K: PartialEq>(slots: &[Slot], key: impl Fn(&Slot) -> K) -> Vec<(K, Vec<Slot>)> {
    let mut groups: Vec<(K, Vec<Slot>)> = Vec::new();
    for slot in slots {
        let key = key(slot);
        match groups.iter_mut().rev().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(*slot),
            None => groups.push((key, vec![*slot])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{civil::date, tz::Offset};

    fn slot(start: &str) -> Slot {
        let start: Timestamp = start.parse().expect("an instant");
        Slot { start, end: start + jiff::SignedDuration::from_mins(30), offset: Offset::UTC }
    }

    #[test]
    fn the_night_ends_at_six() {
        let part = |hour, minute| DayPart::of(Time::constant(hour, minute, 0, 0));
        assert_eq!([part(0, 30), part(5, 30), part(6, 0)], [DayPart::Night, DayPart::Night, DayPart::Morning]);
    }

    #[test]
    fn days_are_the_readers_days() {
        let slots = [slot("2026-11-24T10:30:00Z"), slot("2026-11-24T14:30:00Z"), slot("2026-11-24T20:30:00Z")];
        let kolkata = jiff::tz::db().get("Asia/Kolkata").expect("a zone");
        let days = by_local_day(&slots, &kolkata);
        assert_eq!(days, [(date(2026, 11, 24), slots[..2].to_vec()), (date(2026, 11, 25), slots[2..].to_vec())]);
        let parts = by_day_part(&slots, &TimeZone::UTC);
        let names: Vec<_> = parts.iter().map(|(part, slots)| (part.as_str(), slots.len())).collect();
        assert_eq!(names, [("morning", 1), ("afternoon", 1), ("evening", 1)]);
        assert_eq!(by_day_part(&slots, &kolkata)[0].0, DayPart::Afternoon);
        assert!(by_local_day(&[], &kolkata).is_empty());
        assert_eq!(nearest(&slots, slots[1].start, 2), slots[..2]);
        assert_eq!(nearest(&slots, slots[2].start, 2), slots[1..]);
    }
}
