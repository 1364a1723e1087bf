//! The roles that users hold. `domain/src/access/policy.rs` says what each role may do.

use serde::{Deserialize, Serialize};

/// A role of a user. A user may hold several roles and acts in one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A person who is treated, or who acts for a patient.
    Patient,
    /// A doctor who treats patients.
    Doctor,
    /// Prepares and follows visits.
    Nurse,
    /// Works at the reception desk: bookings and arrivals.
    Receptionist,
    /// Dispenses medicines.
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

    /// The role as it is stored in the database and sent over the wire.
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

    /// Parses the text that [`Role::as_str`] returns.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}
