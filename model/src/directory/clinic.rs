//! Clinics as administrators manage them: what they type, opening hours, closures, and the history of changes.

use super::Country;
use crate::{
    errors::FieldFault,
    ids::{ClinicClosureId, ClinicId, FileId},
    money::Currency,
    place::Position,
    scheduling::LocalHours,
    text::{is_dash, machine_form},
    wire::words,
};
use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use serde::{Deserialize, Serialize};

/// The names of the fields for opening hours, from Monday to Sunday.
pub const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The most periods in which a clinic is open on one day.
const MOST_PERIODS: usize = 3;

/// A clinic as it is typed into a form: every field is text, an absent one is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedClinic {
    /// The name.
    pub name: String,
    /// The IANA time zone.
    pub time_zone: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    pub country: String,
    /// The ISO 4217 code of the currency of its fees.
    pub currency: String,
    /// The postal address, line by line.
    pub address: String,
    /// The telephone number of the reception desk; may be empty.
    pub phone: String,
    /// The postcode by which it is found; may be empty.
    pub postcode: String,
    /// The latitude in decimal degrees; may be empty, together with the longitude.
    pub latitude: String,
    /// The longitude in decimal degrees.
    pub longitude: String,
    /// Further lines that are printed in the head of documents; may be empty.
    pub letterhead: String,
    /// The word of what guardians of teenagers see ([`GuardiansSee`]); empty for everything.
    pub guardians_of_teens: String,
    /// The opening hours of each weekday, as [`DayHours::parse`] reads them.
    #[serde(flatten)]
    pub hours: TypedWeek,
}

/// The opening hours of a week as they are typed: one text for each day, empty when the clinic is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedWeek {
    /// Monday.
    pub monday: String,
    /// Tuesday.
    pub tuesday: String,
    /// Wednesday.
    pub wednesday: String,
    /// Thursday.
    pub thursday: String,
    /// Friday.
    pub friday: String,
    /// Saturday.
    pub saturday: String,
    /// Sunday.
    pub sunday: String,
}

impl TypedWeek {
    /// The texts from Monday to Sunday.
    #[must_use]
    pub fn days(&self) -> [&str; 7] {
        [&self.monday, &self.tuesday, &self.wednesday, &self.thursday, &self.friday, &self.saturday, &self.sunday]
    }

    /// The week with these texts from Monday to Sunday; days that are missing are empty.
    #[must_use]
    pub fn of(days: &[String]) -> Self {
        let day = |index: usize| days.get(index).cloned().unwrap_or_default();
        Self {
            monday: day(0),
            tuesday: day(1),
            wednesday: day(2),
            thursday: day(3),
            friday: day(4),
            saturday: day(5),
            sunday: day(6),
        }
    }
}

/// When a clinic is open on one weekday, in its local time: periods in order that do not overlap. Without any, it is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayHours(Vec<LocalHours>);

impl DayHours {
    /// Parses hours as people type them: `09:00-17:00`, or several periods with commas between them. An empty text means closed.
    ///
    /// # Errors
    /// `Malformed`, also for periods that overlap; `EndBeforeStart`; `TooMany` for more than three periods.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = machine_form(text);
        let mut periods: Vec<LocalHours> = Vec::new();
        for period in text.split([',', ';']).map(str::trim).filter(|period| !period.is_empty()) {
            let period = parse_period(period)?;
            if periods.iter().any(|known| known.overlaps(period)) {
                return Err(FieldFault::Malformed);
            }
            periods.push(period);
        }
        if periods.len() > MOST_PERIODS {
            return Err(FieldFault::too_many(MOST_PERIODS));
        }
        periods.sort_by_key(|period| period.start());
        Ok(Self(periods))
    }

    /// The periods, in order; none when the clinic is closed.
    #[must_use]
    pub fn periods(&self) -> &[LocalHours] {
        &self.0
    }

    /// The hours in the form that is stored and shown: `09:00–12:30, 14:00–18:00`; empty when the clinic is closed.
    #[must_use]
    pub fn written(&self) -> String {
        let time = |time: Time| format!("{:02}:{:02}", time.hour(), time.minute());
        let periods = self.0.iter().map(|period| format!("{}–{}", time(period.start()), time(period.end())));
        periods.collect::<Vec<_>>().join(", ")
    }
}

fn parse_period(text: &str) -> Result<LocalHours, FieldFault> {
    let (start, end) = text.split_once(is_dash).ok_or(FieldFault::Malformed)?;
    LocalHours::new(parse_time(start)?, parse_time(end)?)
}

/// Parses `9:00` or `09:00`; `24:00` is the end of the day.
fn parse_time(text: &str) -> Result<Time, FieldFault> {
    let (hour, minute) = text.trim().split_once([':', '.']).ok_or(FieldFault::Malformed)?;
    let number = |digits: &str, shortest: usize| {
        let fits = (shortest..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits { digits.parse::<i8>().map_err(|_| FieldFault::Malformed) } else { Err(FieldFault::Malformed) }
    };
    let (hour, minute) = (number(hour, 1)?, number(minute, 2)?);
    if (hour, minute) == (24, 0) {
        return Ok(Time::midnight());
    }
    Time::new(hour, minute, 0, 0).map_err(|_| FieldFault::Malformed)
}

/// A clinic in the list of clinics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicRow {
    /// The clinic.
    pub id: ClinicId,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: Country,
    /// Its IANA time zone.
    pub time_zone: String,
    /// The telephone number of the reception desk.
    pub phone: Option<String>,
}

/// The clinics that the caller may manage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicList {
    /// The clinics, by name.
    pub clinics: Vec<ClinicRow>,
    /// Whether the caller may add another one.
    pub may_create: bool,
}

/// All that is known about a clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicView {
    /// The clinic.
    pub id: ClinicId,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// Its country.
    pub country: Country,
    /// The currency of its fees.
    pub currency: Currency,
    /// The postal address, line by line.
    pub address_lines: Vec<String>,
    /// The telephone number of the reception desk.
    pub phone: Option<String>,
    /// The postcode by which it is found.
    pub postcode: Option<String>,
    /// Where it is on the map.
    pub position: Option<Position>,
    /// Further lines that are printed in the head of documents.
    pub letterhead_lines: Vec<String>,
    /// The logo that is printed there.
    pub logo: Option<FileId>,
    /// The opening hours from Monday to Sunday, each as [`DayHours::written`]; empty when nobody has stated them.
    pub opening_hours: Vec<String>,
    /// What guardians of teenagers see.
    pub guardians_of_teens: GuardiansSee,
    /// The days on which it is closed and that are not over, soonest first.
    pub closures: Vec<ClosureView>,
    /// What was changed, newest first.
    pub history: Vec<ClinicChange>,
    /// The version, needed to change it.
    pub version: i32,
}

impl ClinicView {
    /// The clinic as a form shows it.
    #[must_use]
    pub fn typed(&self) -> TypedClinic {
        let [latitude, longitude] = self.position.map(Position::written).unwrap_or_default();
        TypedClinic {
            name: self.name.clone(),
            time_zone: self.time_zone.clone(),
            country: self.country.as_str().to_owned(),
            currency: self.currency.as_str().to_owned(),
            address: self.address_lines.join("\n"),
            phone: self.phone.clone().unwrap_or_default(),
            postcode: self.postcode.clone().unwrap_or_default(),
            latitude,
            longitude,
            letterhead: self.letterhead_lines.join("\n"),
            guardians_of_teens: self.guardians_of_teens.as_str().to_owned(),
            hours: TypedWeek::of(&self.opening_hours),
        }
    }
}

/// Days on which a clinic is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosureView {
    /// Its id.
    pub id: ClinicClosureId,
    /// The first day.
    pub first_day: Date,
    /// The last day.
    pub last_day: Date,
    /// Why the clinic is closed.
    pub reason: String,
}

words! {
    /// What can be changed about a clinic.
    ClinicField {
        /// The name.
        Name = "name",
        /// The time zone.
        TimeZone = "time_zone",
        /// The country.
        Country = "country",
        /// The postal address.
        Address = "address",
        /// The telephone number.
        Phone = "phone",
        /// The opening hours.
        OpeningHours = "opening_hours",
        /// What guardians of teenagers see.
        GuardiansOfTeens = "guardians_of_teens",
        /// The further lines in the head of documents.
        Letterhead = "letterhead",
        /// The postcode.
        Postcode = "postcode",
        /// Where it is on the map.
        Position = "position",
        /// Days on which it is closed: the first day, the last day and the reason, each on a line.
        Closure = "closure",
    }
}

/// Days on which a clinic is closed as the value of [`ClinicField::Closure`].
#[must_use]
pub fn closure_lines(first_day: Date, last_day: Date, reason: &str) -> String {
    format!("{first_day}\n{last_day}\n{reason}")
}

/// The first day, the last day and the reason in a value of [`ClinicField::Closure`]; `None` when there is none.
#[must_use]
pub fn closure_of_lines(value: &str) -> Option<(Date, Date, &str)> {
    let mut lines = value.splitn(3, '\n');
    let (first, last, reason) = (lines.next()?, lines.next()?, lines.next()?);
    Some((first.parse().ok()?, last.parse().ok()?, reason))
}

words! {
    /// What the guardians of a teenager see of those who are cared for at a clinic.
    GuardiansSee {
        /// All that the patient sees.
        Everything = "everything",
        /// Appointments, which they book and join, and nothing of the record.
        Appointments = "appointments",
    }
}

/// One change of a clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicChange {
    /// The version that it made; 0 for days on which the clinic is closed, which are no part of a version.
    pub version: i32,
    /// The name of the administrator who made it.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// What was changed: the field, the old value and the new one.
    pub changed: Vec<(ClinicField, String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_type_them() {
        for (typed, written) in [
            ("", ""),
            ("  ", ""),
            ("9:00-17:00", "09:00–17:00"),
            ("14:00 – 18.30; 08:00–12:00", "08:00–12:00, 14:00–18:30"),
            ("00:00-24:00", "00:00–00:00"),
            ("٠٩:٠٠-١٧:٠٠", "09:00–17:00"),
        ] {
            let hours = DayHours::parse(typed).unwrap_or_else(|fault| panic!("{typed}: {fault:?}"));
            assert_eq!(hours.written(), written, "{typed}");
            assert_eq!(DayHours::parse(written), Ok(hours), "{typed}");
        }
    }

    #[test]
    fn wrong_hours_are_refused() {
        for (typed, fault) in [
            ("morning", FieldFault::Malformed),
            ("9-17", FieldFault::Malformed),
            ("09:00-25:00", FieldFault::Malformed),
            ("09:00-12:00, 11:00-13:00", FieldFault::Malformed),
            ("17:00-09:00", FieldFault::EndBeforeStart),
            ("01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00", FieldFault::too_many(MOST_PERIODS)),
        ] {
            assert_eq!(DayHours::parse(typed), Err(fault), "{typed}");
        }
    }
}
