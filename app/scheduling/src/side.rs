//! From which side somebody looks at an appointment: it decides under which path its pages are and what they say.

#[cfg(feature = "ssr")]
use model::access::Role;

/// Who views the appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The patient, or a person who acts for the patient.
    Patient,
    /// The doctor.
    Doctor,
    /// The reception of the clinic.
    Desk,
}

impl Side {
    /// The side of the one who makes this request.
    #[cfg(feature = "ssr")]
    pub(super) fn of(access: &domain::access::Access) -> Self {
        match access.acting().map(|acting| acting.role) {
            Ok(Role::Doctor) => Self::Doctor,
            Ok(Role::Receptionist) => Self::Desk,
            Ok(_) | Err(_) => Self::Patient,
        }
    }

    /// The path under which the appointment's pages are.
    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Patient => "/appointments",
            Self::Doctor => "/doctor/appointments",
            Self::Desk => "/desk/appointments",
        }
    }

    /// Whether it is the clinic, which tells the patient why it cancels or moves a visit.
    pub(super) const fn is_clinic(self) -> bool {
        match self {
            Self::Patient => false,
            Self::Doctor | Self::Desk => true,
        }
    }
}
