//! Dates typed into three fields, and dates of birth.

use crate::{
    errors::{FieldError, FieldFault, Range},
    text::machine_form,
    wire::redacted,
};
use jiff::{ToSpan, civil::Date};
use serde::{Deserialize, Serialize};

/// The oldest recorded age is 122 years; this adds a margin.
const MAX_AGE_YEARS: i16 = 130;

/// Which of the three fields of a date is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DatePart {
    /// The day of the month.
    Day,
    /// The month.
    Month,
    /// The year.
    Year,
    /// Each field is valid on its own, but the date is not.
    Whole,
}

/// One fault of a date that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateFault {
    /// The field that is wrong.
    pub part: DatePart,
    /// What is wrong with it.
    pub fault: FieldFault,
}

impl DateFault {
    const fn whole(fault: FieldFault) -> Self {
        Self { part: DatePart::Whole, fault }
    }

    /// The fault with the name of its form control: `{field}_day`, `{field}_month`, `{field}_year`, or `{field}` for the whole date.
    #[must_use]
    pub fn under(self, field: &str) -> FieldError {
        let name = match self.part {
            DatePart::Day => format!("{field}_day"),
            DatePart::Month => format!("{field}_month"),
            DatePart::Year => format!("{field}_year"),
            DatePart::Whole => field.to_owned(),
        };
        FieldError::new(name, self.fault)
    }
}

/// A date as it was typed, with a field each for day, month and year.
#[derive(Clone, Copy)]
pub struct DateFields<'a> {
    /// The day of the month, one or two digits in any script.
    pub day: &'a str,
    /// The month, one or two digits.
    pub month: &'a str,
    /// The year, four digits.
    pub year: &'a str,
}

impl DateFields<'_> {
    /// Parses the three fields as a date in the Gregorian calendar.
    ///
    /// # Errors
    /// All faults: `Missing` for the whole date when all three fields are empty, else for each field `Missing`, `Malformed` (not a number; a
    /// year without four digits), `TooSmall` or `TooLarge`; `TooLarge` for a day that the month does not have.
    pub fn parse(&self) -> Result<Date, Vec<DateFault>> {
        let [day, month, year] = [self.day, self.month, self.year].map(machine_form);
        if [&day, &month, &year].iter().all(|field| field.is_empty()) {
            return Err(vec![DateFault::whole(FieldFault::Missing)]);
        }
        let year = match year.as_str() {
            text if text.is_empty() || text.chars().count() == 4 => number(text, 1, 9999),
            _ => Err(FieldFault::Malformed),
        };
        let month = number(&month, 1, 12);
        let day = number(&day, 1, 31);
        let (Ok(day), Ok(month), Ok(year)) = (day, month, year) else {
            let faults = [(DatePart::Day, day.err()), (DatePart::Month, month.err()), (DatePart::Year, year.err())];
            return Err(faults.into_iter().filter_map(|(part, fault)| fault.map(|fault| DateFault { part, fault })).collect());
        };
        let (Ok(day), Ok(month)) = (i8::try_from(day), i8::try_from(month)) else {
            return Err(vec![DateFault::whole(FieldFault::Malformed)]);
        };
        Date::new(year, month, day).map_err(|_| {
            let longest = Date::new(year, month, 1).map_or(31, Date::days_in_month);
            let fault = FieldFault::TooLarge(Range::numbers(1, longest.into()));
            vec![DateFault { part: DatePart::Day, fault }]
        })
    }
}

fn number(text: &str, min: i16, max: i16) -> Result<i16, FieldFault> {
    if text.is_empty() {
        return Err(FieldFault::Missing);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) || text.len() > 4 {
        return Err(FieldFault::Malformed);
    }
    match text.parse::<i16>() {
        Ok(value) if value < min => Err(FieldFault::TooSmall(Range::numbers(min.into(), max.into()))),
        Ok(value) if value > max => Err(FieldFault::TooLarge(Range::numbers(min.into(), max.into()))),
        Ok(value) => Ok(value),
        Err(_) => Err(FieldFault::Malformed),
    }
}

/// A person's date of birth.
///
/// On the wire it is an ISO date. Deserializing checks only that it is a date. Where today's date is known,
/// [`DateOfBirth::new`] and [`DateOfBirth::parse`] check that it is in the past.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateOfBirth(Date);

impl DateOfBirth {
    /// Creates a date of birth, which must be before `today`.
    ///
    /// # Errors
    /// `NotPast` for `today` and later; `TooSmall` for more than 130 years ago.
    pub fn new(date: Date, today: Date) -> Result<Self, FieldFault> {
        if date >= today {
            return Err(FieldFault::NotPast);
        }
        if years_between(date, today) > MAX_AGE_YEARS {
            return Err(FieldFault::TooSmall(possible_on(today)));
        }
        Ok(Self(date))
    }

    /// Parses an ISO date, `1980-02-29`.
    ///
    /// # Errors
    /// `Missing`, `Malformed`, and those of [`DateOfBirth::new`].
    pub fn parse(text: &str, today: Date) -> Result<Self, FieldFault> {
        let text = machine_form(text);
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        // jiff's parser also accepts a date with a time; here that is an error.
        if text.len() != 10 {
            return Err(FieldFault::Malformed);
        }
        Self::new(text.parse().map_err(|_| FieldFault::Malformed)?, today)
    }

    /// Parses the three fields of a form.
    ///
    /// # Errors
    /// Those of [`DateFields::parse`]; those of [`DateOfBirth::new`], reported at the year.
    pub fn from_fields(fields: DateFields<'_>, today: Date) -> Result<Self, Vec<DateFault>> {
        Self::new(fields.parse()?, today).map_err(|fault| vec![DateFault { part: DatePart::Year, fault }])
    }

    /// The date.
    #[must_use]
    pub const fn date(self) -> Date {
        self.0
    }

    /// Age in completed years on the given day. A person born on 29 February completes a year on 1 March of a common year.
    #[must_use]
    pub fn age_on(self, day: Date) -> i16 {
        years_between(self.0, day)
    }
}

/// The dates of birth of everybody who can live today.
fn possible_on(today: Date) -> Range {
    let first = today.saturating_sub((MAX_AGE_YEARS + 1).years()).saturating_add(1.day());
    Range::dates(first, today.saturating_sub(1.day()))
}

fn years_between(from: Date, to: Date) -> i16 {
    let before_birthday = (to.month(), to.day()) < (from.month(), from.day());
    to.year() - from.year() - i16::from(before_birthday)
}

redacted!(DateOfBirth);

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn faults(day: &str, month: &str, year: &str) -> Vec<(DatePart, FieldFault)> {
        DateOfBirth::from_fields(DateFields { day, month, year }, date(2026, 11, 24))
            .expect_err("no date of birth")
            .into_iter()
            .map(|fault| (fault.part, fault.fault))
            .collect()
    }

    #[test]
    fn each_field_has_its_own_fault() {
        use DatePart::{Day, Month, Whole, Year};
        assert_eq!(faults("", " ", ""), [(Whole, FieldFault::Missing)]);
        assert_eq!(faults("", "2", ""), [(Day, FieldFault::Missing), (Year, FieldFault::Missing)]);
        assert_eq!(
            faults("0", "13", "80"),
            [
                (Day, FieldFault::TooSmall(Range::numbers(1, 31))),
                (Month, FieldFault::TooLarge(Range::numbers(1, 12))),
                (Year, FieldFault::Malformed)
            ]
        );
        assert_eq!(faults("x", "-1", "1980"), [(Day, FieldFault::Malformed), (Month, FieldFault::Malformed)]);
        assert_eq!(faults("29", "2", "1981"), [(Day, FieldFault::TooLarge(Range::numbers(1, 28)))]);
        assert_eq!(faults("24", "11", "2026"), [(Year, FieldFault::NotPast)]);
        let possible = Range::dates(date(1895, 11, 25), date(2026, 11, 23));
        assert_eq!(faults("1", "1", "1890"), [(Year, FieldFault::TooSmall(possible))]);
        assert!(DateOfBirth::new(date(1895, 11, 25), date(2026, 11, 24)).is_ok());
        assert_eq!(faults("٣٢", "1", "1990"), [(Day, FieldFault::TooLarge(Range::numbers(1, 31)))]);
    }

    #[test]
    fn digits_of_every_script_are_read() {
        let read = |day, month, year| DateFields { day, month, year }.parse();
        assert_eq!(read("٣", "١", "١٩٩٠"), Ok(date(1990, 1, 3)));
        assert_eq!(read("０３", "１２", "２００１"), Ok(date(2001, 12, 3)));
        assert_eq!(read("\u{200F}१७", "۵", "১৯৭১\u{200E}"), Ok(date(1971, 5, 17)));
        assert_eq!(DateOfBirth::parse("١٩٩٠-٠١-٠٣", date(2026, 11, 24)).map(DateOfBirth::date), Ok(date(1990, 1, 3)));
    }

    #[test]
    fn faults_take_the_name_of_their_control() {
        let large = FieldFault::TooLarge(Range::numbers(1, 12));
        let fault = DateFault { part: DatePart::Month, fault: large };
        assert_eq!(fault.under("date_of_birth"), FieldError::new("date_of_birth_month", large));
        assert_eq!(DateFault::whole(FieldFault::Missing).under("date_of_birth").field, "date_of_birth");
    }

    #[test]
    fn age_is_in_completed_years() {
        let today = date(2026, 11, 24);
        let born = DateOfBirth::from_fields(DateFields { day: "29", month: "02", year: "1980" }, today).expect("a date");
        assert_eq!(born.age_on(date(2026, 2, 28)), 45);
        assert_eq!(born.age_on(date(2026, 3, 1)), 46);
        assert_eq!(format!("{born:?}"), "DateOfBirth(…)");
        assert_eq!(DateOfBirth::parse("1980-02-29", today), Ok(born));
        assert_eq!(DateOfBirth::parse("1980-02-29T10:00", today), Err(FieldFault::Malformed));
        assert_eq!(serde_json::to_string(&born).expect("json"), "\"1980-02-29\"");
    }
}
