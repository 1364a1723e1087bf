//! When a clinic is open, as far as it limits the visits there.

use super::LocalHours;
use jiff::civil::Date;

/// Days on which a whole clinic is closed; the first and the last one are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedDays {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

/// When a clinic is open, in its local time. Without anything it is always open.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClinicDays<'a> {
    /// The days on which it is closed.
    pub closed: &'a [ClosedDays],
    /// The opening hours from Monday to Sunday, within which a visit must lie; `None` when they do not limit it: nobody has stated them, or nobody comes to the
    /// clinic for the visit.
    pub opening: Option<&'a [Vec<LocalHours>; 7]>,
}

impl ClinicDays<'_> {
    /// Whether the clinic is closed on a whole date.
    #[must_use]
    pub fn is_closed_on(&self, date: Date) -> bool {
        self.closed.iter().any(|days| days.first <= date && date <= days.last)
    }

    /// The opening hours of a date; `None` when they do not limit anything.
    #[must_use]
    pub fn hours_on(&self, date: Date) -> Option<&[LocalHours]> {
        let day = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
        self.opening.and_then(|week| week.get(day)).map(Vec::as_slice)
    }
}
