//! What a search for doctors is asked with.

use crate::ids::DoctorId;
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

/// Where a page of doctors ends. The next page begins behind it, even if this doctor's times have changed meanwhile.
///
/// Its text is that of a chosen time: `2026-11-24T10:30:00Z~<doctor>`, and `never~<doctor>` for a doctor without a free time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DoctorCursor {
    /// The first free time by which the last doctor of the page was placed.
    pub first: Option<Timestamp>,
    /// The last doctor of the page.
    pub doctor: DoctorId,
}

/// Stands for a time in the cursor of a doctor without a free time.
const NEVER: &str = "never";

impl fmt::Display for DoctorCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first {
            Some(first) => write!(f, "{first}~{}", self.doctor),
            None => write!(f, "{NEVER}~{}", self.doctor),
        }
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
        Ok(Self { first, doctor: doctor.parse().map_err(|_| NotACursor)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_cursor_reads_back() {
        let doctor = DoctorId::from(Uuid::from_u128(8));
        for first in [Some("2026-11-24T10:30:00Z".parse().expect("an instant")), None] {
            let cursor = DoctorCursor { first, doctor };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for text in ["", "8", "never", "never~8", "2026-11-24T10:30:00Z~", "soon~00000000-0000-0000-0000-000000000008"] {
            assert_eq!(text.parse::<DoctorCursor>(), Err(NotACursor), "{text}");
        }
    }
}
