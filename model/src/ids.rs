//! Every id is its own type, so that a patient's id can never stand where a doctor's is meant.
//!
//! Ids are `UUIDv7` (RFC 9562 §5.7): they sort by the time they were made. They are made from the injected clock and
//! randomness of `domain`, never from the air, so there is no `new()` here.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is not an id: neither a hyphenated nor a plain UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

/// What all ids have in common.
pub trait Id: Copy + Eq + fmt::Debug + fmt::Display + From<Uuid> + Send + Sync + 'static {
    /// The bare value, for a query parameter.
    fn uuid(self) -> Uuid;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl $name {
            /// The bare value, for a query parameter.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl From<$name> for Uuid {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse().map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

ids! {
    /// Somebody who signs in.
    UserId
    /// A person who is treated; may exist without a user.
    PatientId
    /// A practitioner who treats.
    DoctorId
    /// A place of the organisation, with its own zone, staff and letterhead.
    ClinicId
    /// A field of medicine.
    SpecialtyId
    /// A practitioner's permission to practise, given by an authority.
    LicenceId
    /// A role that a user holds in a clinic or in all.
    MembershipId
    /// One signed-in browser or device.
    SessionId
    /// An access or refresh token of the REST interface.
    TokenId
    /// A weekly rule of a doctor's schedule.
    ScheduleRuleId
    /// A day off or extra hours of a doctor.
    ScheduleExceptionId
    /// What binds a doctor and a patient at a time: a hold, a request, a confirmed appointment.
    ClaimId
    /// An agreed meeting of a patient and a doctor.
    AppointmentId
    /// What happened at the meeting: times, participants, notes, diagnoses.
    EncounterId
    /// A conversation of a patient with the care team, or inside a visit.
    ThreadId
    /// One message of a thread.
    MessageId
    /// A clinical note, in all its versions.
    NoteId
    /// A diagnosis of a visit.
    DiagnosisId
    /// An allergy or intolerance of a patient.
    AllergyId
    /// A prescription, from draft to its last refill.
    PrescriptionId
    /// One medicine of a prescription.
    PrescriptionItemId
    /// An audit entry.
    AuditEventId
    /// An event in the outbox.
    EventId
    /// One mail that was or will be sent.
    MailId
    /// One HTTP request or one job, for logs and the audit.
    RequestId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_what_it_writes_and_refuses_the_rest() {
        let id = PatientId::from(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("7".parse::<PatientId>(), Err(NotAnId));
        assert_eq!(format!("{id:?}"), "PatientId(00000000-0000-0000-0000-000000000007)");
    }
}
