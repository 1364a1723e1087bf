//! A date of which perhaps only the year, or the year and the month, is known, as in FHIR R4 `dateTime` without a time.

use crate::{
    errors::{FieldFault, Range},
    text::machine_form,
    wire::text_value,
};
use jiff::civil::Date;

/// The years that an entry can name.
const YEARS: (i16, i16) = (1880, 2200);

/// A year, a month, or a day, as ISO 8601 writes it: `2019`, `2019-05`, `2019-05-03`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartialDate(String);

impl PartialDate {
    /// Parses a date.
    ///
    /// # Errors
    /// `Missing`; `Malformed` for another form or a day that does not exist; `TooSmall` and `TooLarge` for a year that no entry can name.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = machine_form(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        // Whatever is left out is the first one of its kind.
        let whole = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            10 => text.to_owned(),
            _ => return Err(FieldFault::Malformed),
        };
        let is_plain =
            whole.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
        if !is_plain {
            return Err(FieldFault::Malformed);
        }
        let date: Date = whole.parse().map_err(|_| FieldFault::Malformed)?;
        let years = Range::numbers(YEARS.0.into(), YEARS.1.into());
        if date.year() < YEARS.0 {
            Err(FieldFault::TooSmall(years))
        } else if date.year() > YEARS.1 {
            Err(FieldFault::TooLarge(years))
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The text: `2019-05`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The year, the month and the day, as far as they are known.
    #[must_use]
    pub fn parts(&self) -> (i16, Option<i8>, Option<i8>) {
        let mut parts = self.0.split('-');
        let year = parts.next().and_then(|year| year.parse().ok()).unwrap_or(YEARS.0);
        (year, parts.next().and_then(|month| month.parse().ok()), parts.next().and_then(|day| day.parse().ok()))
    }

    /// The day, if it is known.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        if self.0.len() == 10 { self.0.parse().ok() } else { None }
    }

    /// Whether the whole of it lies after a day.
    #[must_use]
    pub fn is_after(&self, day: Date) -> bool {
        let day = day.to_string();
        self.0.as_str() > day.get(..self.0.len()).unwrap_or(&day)
    }

    /// Whether it is before another one, as far as both are known: `2019` is not before `2019-05`.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        let known = self.0.len().min(other.0.len());
        self.0[..known] < other.0[..known]
    }
}

text_value!(PartialDate);

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn parsed(text: &str) -> PartialDate {
        PartialDate::parse(text).expect("a date")
    }

    #[test]
    fn a_date_may_be_known_in_part() {
        for (text, parts) in
            [("2019", (2019, None, None)), (" 2019-05 ", (2019, Some(5), None)), ("2019-05-03", (2019, Some(5), Some(3)))]
        {
            assert_eq!(parsed(text).parts(), parts);
        }
        assert_eq!(parsed("２０１９").as_str(), "2019");
        for text in ["19", "2019-13", "2019-02-30", "2019/05", "May 2019", "2019-5-3", "-201-1-01"] {
            assert_eq!(PartialDate::parse(text), Err(FieldFault::Malformed), "{text}");
        }
        assert_eq!(PartialDate::parse(" "), Err(FieldFault::Missing));
        assert_eq!(PartialDate::parse("1700"), Err(FieldFault::TooSmall(Range::numbers(1880, 2200))));
        assert_eq!(PartialDate::parse("2201"), Err(FieldFault::TooLarge(Range::numbers(1880, 2200))));
    }

    #[test]
    fn what_is_not_known_decides_nothing() {
        let today = date(2026, 11, 28);
        assert!(!parsed("2026").is_after(today) && !parsed("2026-11").is_after(today) && !parsed("2026-11-28").is_after(today));
        assert!(parsed("2027").is_after(today) && parsed("2026-12").is_after(today) && parsed("2026-11-29").is_after(today));
        assert!(!parsed("2019").is_before(&parsed("2019-05")) && !parsed("2019-05").is_before(&parsed("2019")));
        assert!(parsed("2018-12-31").is_before(&parsed("2019")));
    }
}
