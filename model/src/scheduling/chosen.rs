//! A time with a doctor that somebody has chosen before they signed in.

use crate::ids::{ClinicId, DoctorId, VisitTypeId};
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
    /// The visit type; none for the doctor's first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_type: Option<VisitTypeId>,
}

impl ChosenTime {
    /// Parses the doctor's id, and a time as a form sends it: `2026-11-24T10:30:00Z~<clinic>`, and `~<visit type>` after it if one was chosen.
    #[must_use]
    pub fn parse(doctor: &str, time: &str) -> Option<Self> {
        let (start, place) = time.split_once('~')?;
        let (clinic, visit_type) = match place.split_once('~') {
            Some((clinic, visit_type)) => (clinic, Some(visit_type.parse().ok()?)),
            None => (place, None),
        };
        Some(Self { doctor: doctor.parse().ok()?, clinic: clinic.parse().ok()?, start: start.parse().ok()?, visit_type })
    }

    /// Writes a time, its clinic and its visit type as [`ChosenTime::parse`] reads them.
    #[must_use]
    pub fn write_time(start: Timestamp, clinic: ClinicId, visit_type: Option<VisitTypeId>) -> String {
        match visit_type {
            Some(visit_type) => format!("{start}~{clinic}~{visit_type}"),
            None => format!("{start}~{clinic}"),
        }
    }

    /// The time, its clinic and its visit type as [`ChosenTime::parse`] reads them.
    #[must_use]
    pub fn time(&self) -> String {
        Self::write_time(self.start, self.clinic, self.visit_type)
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
        let chosen = ChosenTime { doctor, clinic, start, visit_type: None };
        assert_eq!(ChosenTime::parse(&doctor.to_string(), &chosen.time()), Some(chosen));
        let of_type = ChosenTime { visit_type: Some(Uuid::from_u128(9).into()), ..chosen };
        assert_eq!(ChosenTime::parse(&doctor.to_string(), &of_type.time()), Some(of_type));
        assert_eq!(ChosenTime::parse(&doctor.to_string(), &format!("{}~9", chosen.time())), None);
        assert_eq!(ChosenTime::parse("8", &chosen.time()), None);
        for time in ["", "2026-11-24T10:30:00Z", "2026-11-24T10:30:00Z~7"] {
            assert_eq!(ChosenTime::parse(&doctor.to_string(), time), None, "{time}");
        }
    }
}
