//! The times of a week, as typed.

use jiff::civil::Weekday;
use kit::forms::FormValues;
use model::format::clock;
use model::scheduling::LocalHours;
use model::scheduling::views::{ClinicHours, WeekHours};
use serde::{Deserialize, Serialize};

/// The times of a weekday, as typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DayTimes {
    /// `true` if the doctor works on this day; otherwise the times do not count.
    pub works: String,
    /// `true` if the doctor works the whole day; then the times do not count.
    pub whole: String,
    /// The start of the first hours.
    pub from1: String,
    /// When they end.
    pub until1: String,
    /// The start of the second hours.
    pub from2: String,
    /// When they end.
    pub until2: String,
    /// The start of the third hours.
    pub from3: String,
    /// When they end.
    pub until3: String,
    /// The start of the fourth hours.
    pub from4: String,
    /// When they end.
    pub until4: String,
    /// The start of the fifth hours.
    pub from5: String,
    /// When they end.
    pub until5: String,
    /// The start of the sixth hours.
    pub from6: String,
    /// When they end.
    pub until6: String,
}

/// The numbers of the ranges that a day can have, as many as the domain accepts on each day of a week.
pub(super) const RANGES: [&str; 6] = ["1", "2", "3", "4", "5", "6"];

/// How many ranges a day offers, if it has no more.
pub(super) const OFFERED: usize = 3;

impl DayTimes {
    /// The start and the end of each range, as typed.
    pub(super) fn ranges_mut(&mut self) -> [(&mut String, &mut String); RANGES.len()] {
        [
            (&mut self.from1, &mut self.until1),
            (&mut self.from2, &mut self.until2),
            (&mut self.from3, &mut self.until3),
            (&mut self.from4, &mut self.until4),
            (&mut self.from5, &mut self.until5),
            (&mut self.from6, &mut self.until6),
        ]
    }
}

/// The times of a week, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HoursValues {
    /// The clinic's id.
    pub clinic: String,
    /// Monday.
    pub monday: DayTimes,
    /// Tuesday.
    pub tuesday: DayTimes,
    /// Wednesday.
    pub wednesday: DayTimes,
    /// Thursday.
    pub thursday: DayTimes,
    /// Friday.
    pub friday: DayTimes,
    /// Saturday.
    pub saturday: DayTimes,
    /// Sunday.
    pub sunday: DayTimes,
    /// Set by the button that copies Monday to the other weekdays instead of saving.
    pub copy: String,
}

impl FormValues for HoursValues {
    const FORM: &'static str = "scheduling.hours";
}

/// The weekdays to which Monday can be copied.
#[cfg(feature = "ssr")]
const OTHER_WEEKDAYS: [Weekday; 4] = [Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

/// The weekdays with the names of their fields.
pub(super) const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "monday"),
    (Weekday::Tuesday, "tuesday"),
    (Weekday::Wednesday, "wednesday"),
    (Weekday::Thursday, "thursday"),
    (Weekday::Friday, "friday"),
    (Weekday::Saturday, "saturday"),
    (Weekday::Sunday, "sunday"),
];

impl HoursValues {
    pub(super) fn day_mut(&mut self, weekday: Weekday) -> &mut DayTimes {
        match weekday {
            Weekday::Monday => &mut self.monday,
            Weekday::Tuesday => &mut self.tuesday,
            Weekday::Wednesday => &mut self.wednesday,
            Weekday::Thursday => &mut self.thursday,
            Weekday::Friday => &mut self.friday,
            Weekday::Saturday => &mut self.saturday,
            Weekday::Sunday => &mut self.sunday,
        }
    }

    /// The same values with Monday's on the other weekdays, as a form that saves.
    #[cfg(feature = "ssr")]
    pub(super) fn with_monday_copied(&self) -> Self {
        let mut values = Self { copy: String::new(), ..self.clone() };
        for weekday in OTHER_WEEKDAYS {
            *values.day_mut(weekday) = self.monday.clone();
        }
        values
    }

    /// The hours as field values.
    pub(super) fn of(hours: &ClinicHours) -> Self {
        let mut values = Self { clinic: hours.clinic.id.to_string(), ..Self::default() };
        for WeekHours { weekday, hours } in &hours.week {
            let day = values.day_mut(*weekday);
            day.works = "true".to_owned();
            if *hours == LocalHours::WHOLE_DAY {
                day.whole = "true".to_owned();
                continue;
            }
            if let Some((from, until)) = day.ranges_mut().into_iter().find(|(from, _)| from.is_empty()) {
                *from = clock(hours.start());
                *until = clock(hours.end());
            }
        }
        values
    }
}
