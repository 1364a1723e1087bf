//! A time with a doctor that somebody has chosen before they signed in.

use crate::ids::{ClinicId, DoctorId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A time that was chosen on a doctor's page. It says nothing about who chose it, and whether it is still free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenTime {
    /// The doctor.
    pub doctor: DoctorId,
    /// The clinic.
    pub clinic: ClinicId,
    /// When the visit would begin.
    pub start: Timestamp,
}

impl ChosenTime {
    /// Parses the doctor's id, and a time as a form sends it: `2026-11-24T10:30:00Z~<clinic>`.
    #[must_use]
    pub fn parse(doctor: &str, time: &str) -> Option<Self> {
        let (start, clinic) = Self::parse_time(time)?;
        Some(Self { doctor: doctor.parse().ok()?, clinic, start })
    }

    /// Parses only the time and its clinic.
    #[must_use]
    pub fn parse_time(time: &str) -> Option<(Timestamp, ClinicId)> {
        let (start, clinic) = time.split_once('~')?;
        Some((start.parse().ok()?, clinic.parse().ok()?))
    }

    /// Writes a time and its clinic as [`ChosenTime::parse_time`] reads them.
    #[must_use]
    pub fn write_time(start: Timestamp, clinic: ClinicId) -> String {
        format!("{start}~{clinic}")
    }

    /// The time and its clinic as [`ChosenTime::parse`] reads them.
    #[must_use]
    pub fn time(&self) -> String {
        Self::write_time(self.start, self.clinic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_time_reads_back_and_half_of_one_is_none() {
        let start = "2026-11-24T10:30:00Z".parse().expect("an instant");
        let (doctor, clinic) = (DoctorId::from(Uuid::from_u128(8)), ClinicId::from(Uuid::from_u128(7)));
        let chosen = ChosenTime { doctor, clinic, start };
        assert_eq!(ChosenTime::parse(&doctor.to_string(), &chosen.time()), Some(chosen));
        assert_eq!(ChosenTime::parse("8", &chosen.time()), None);
        for time in ["", "2026-11-24T10:30:00Z", "2026-11-24T10:30:00Z~7"] {
            assert_eq!(ChosenTime::parse(&doctor.to_string(), time), None, "{time}");
        }
    }
}
