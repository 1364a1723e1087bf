//! The roles that people hold. What each may do stands in `domain/src/access/policy.rs`.

use serde::{Deserialize, Serialize};

/// A role that somebody acts in. A person may hold several and acts as one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Somebody who is treated, or acts for somebody who is.
    Patient,
    /// A practitioner.
    Doctor,
    /// Prepares and follows visits.
    Nurse,
    /// Runs the desk: bookings, arrivals.
    Receptionist,
    /// Dispenses.
    Pharmacist,
    /// Takes samples and reports results.
    LabTechnician,
    /// Runs the organisation; sees no clinical content (ADR 9).
    Admin,
    /// Helps users; sees no clinical content.
    Support,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 8] = [
        Self::Patient,
        Self::Doctor,
        Self::Nurse,
        Self::Receptionist,
        Self::Pharmacist,
        Self::LabTechnician,
        Self::Admin,
        Self::Support,
    ];

    /// The role as it stands in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Doctor => "doctor",
            Self::Nurse => "nurse",
            Self::Receptionist => "receptionist",
            Self::Pharmacist => "pharmacist",
            Self::LabTechnician => "lab_technician",
            Self::Admin => "admin",
            Self::Support => "support",
        }
    }

    /// Reads what `as_str` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}
