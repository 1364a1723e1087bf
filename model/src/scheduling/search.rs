//! What a search for doctors is asked with.

use crate::{
    errors::{FieldFault, Range},
    ids::DoctorId,
    text::machine_form,
    wire::words,
};
use jiff::Timestamp;
use std::{fmt, str::FromStr};

/// Which doctors a search offers to somebody whose country is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// Those who can be met in this country.
    #[default]
    InCountry,
    /// All.
    Anywhere,
}

words! {
    /// What a search can be narrowed by. When a search finds nobody, it says which of these to leave out.
    SearchFilter {
        /// The name, or what is wrong.
        Words = "words",
        /// The specialty.
        Specialty = "specialty",
        /// The language.
        Language = "language",
        /// The clinic.
        Clinic = "clinic",
        /// The way to meet.
        Mode = "mode",
        /// The days.
        Days = "days",
        /// The time of day.
        Part = "part",
        /// The fee.
        Fee = "fee",
        /// The rating.
        Rating = "rating",
        /// The country of the licence.
        Licence = "licence",
        /// The distance.
        Distance = "distance",
    }
}

words! {
    /// The order of the doctors that a search has found.
    #[derive(Default)]
    SearchOrder {
        /// Those who are free soonest first.
        #[default]
        Soonest = "soonest",
        /// Those who are nearest first, and among those of the same distance the ones who are free soonest.
        Nearest = "nearest",
    }
}

words! {
    /// The emergency that a search or a message names.
    RedFlag {
        /// Something that may be about life and limb.
        Life = "life",
        /// Suicide or self-harm.
        SelfHarm = "self_harm",
    }
}

/// The average rating that a doctor must have at least: from one star to five, in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeastRating(i64);

impl LeastRating {
    /// Parses a number with at most one decimal: `4`, `4.5`.
    ///
    /// # Errors
    /// `Missing`; `TooSmall` below 1; `TooLarge` above 5; `Malformed` for anything else.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        const STARS: Range = Range::numbers(1, 5);
        let text = machine_form(text);
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        let (whole, tenth) = text.split_once('.').unwrap_or((text.as_str(), "0"));
        let digit = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() == 1;
        if !digit(whole) || !digit(tenth) {
            return Err(FieldFault::Malformed);
        }
        let number = |text: &str| text.parse::<i64>().map_err(|_| FieldFault::Malformed);
        match number(whole)? * 10 + number(tenth)? {
            ..10 => Err(FieldFault::TooSmall(STARS)),
            tenths @ 10..=50 => Ok(Self(tenths)),
            51.. => Err(FieldFault::TooLarge(STARS)),
        }
    }

    /// Tenths of a star.
    #[must_use]
    pub const fn tenths(self) -> i64 {
        self.0
    }
}

/// Where a page of doctors ends. The next page begins behind it, even if this doctor's times have changed meanwhile.
///
/// Its text is that of a chosen time: `2026-11-24T10:30:00Z~<doctor>`, and `never~<doctor>` for a doctor without a free time. In a search near a place, the
/// doctor's distance in metres follows: `2026-11-24T10:30:00Z~<doctor>~1200`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoctorCursor {
    /// The first free time by which the last doctor of the page was placed.
    pub first: Option<Timestamp>,
    /// The last doctor of the page.
    pub doctor: DoctorId,
    /// How far this doctor is, in metres, if the search is near a place and the distance is known.
    pub metres: Option<u32>,
}

/// Stands for a time in the cursor of a doctor without a free time.
const NEVER: &str = "never";

impl fmt::Display for DoctorCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first {
            Some(first) => write!(f, "{first}~{}", self.doctor)?,
            None => write!(f, "{NEVER}~{}", self.doctor)?,
        }
        self.metres.map_or(Ok(()), |metres| write!(f, "~{metres}"))
    }
}

/// The text is not the cursor of a list of doctors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct NotACursor;

impl FromStr for DoctorCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (first, doctor) = text.split_once('~').ok_or(NotACursor)?;
        let first = if first == NEVER { None } else { Some(first.parse().map_err(|_| NotACursor)?) };
        let (doctor, metres) = match doctor.split_once('~') {
            Some((doctor, metres)) => (doctor, Some(metres.parse().map_err(|_| NotACursor)?)),
            None => (doctor, None),
        };
        Ok(Self { first, doctor: doctor.parse().map_err(|_| NotACursor)?, metres })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_rating_is_read_in_tenths() {
        for (text, tenths) in [("4", Ok(40)), (" 4.5 ", Ok(45)), ("1", Ok(10)), ("5.0", Ok(50))] {
            assert_eq!(LeastRating::parse(text).map(LeastRating::tenths), tenths, "{text}");
        }
        for text in ["4.55", "-4", "four", "4.", ".5", "44"] {
            assert_eq!(LeastRating::parse(text), Err(FieldFault::Malformed), "{text}");
        }
        assert_eq!(LeastRating::parse(""), Err(FieldFault::Missing));
        assert_eq!(LeastRating::parse("0.9"), Err(FieldFault::TooSmall(Range::numbers(1, 5))));
        assert_eq!(LeastRating::parse("5.1"), Err(FieldFault::TooLarge(Range::numbers(1, 5))));
    }

    #[test]
    fn a_cursor_reads_back() {
        let doctor = DoctorId::from(Uuid::from_u128(8));
        for first in [Some("2026-11-24T10:30:00Z".parse().expect("an instant")), None] {
            for metres in [None, Some(1200)] {
                let cursor = DoctorCursor { first, doctor, metres };
                assert_eq!(cursor.to_string().parse(), Ok(cursor));
            }
        }
        for text in ["", "8", "never", "never~8", "2026-11-24T10:30:00Z~", "soon~00000000-0000-0000-0000-000000000008"] {
            assert_eq!(text.parse::<DoctorCursor>(), Err(NotACursor), "{text}");
        }
    }
}
