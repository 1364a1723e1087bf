//! The events.

use model::ids::{AppointmentId, DoctorId, EncounterId, MessageId, PrescriptionId, ThreadId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that happened, in the past tense, by ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Somebody made an account; the link confirms the address.
    UserSignedUp {
        /// The new account.
        user: UserId,
        /// The row in `links`.
        link: Uuid,
    },
    /// Somebody tried to make an account with an address that has one.
    SignUpRepeated {
        /// The account that exists.
        user: UserId,
    },
    /// Somebody asked for a new password.
    PasswordResetRequested {
        /// The account.
        user: UserId,
        /// The row in `links`.
        link: Uuid,
    },
    /// The password was changed.
    PasswordChanged {
        /// The account.
        user: UserId,
    },
    /// A session was ended, by its owner or by an admin.
    SessionRevoked {
        /// The account.
        user: UserId,
        /// The session.
        session: model::ids::SessionId,
    },
    /// A doctor asked to be verified.
    DoctorApplied {
        /// The doctor.
        doctor: DoctorId,
    },
    /// An admin decided on an application.
    DoctorDecided {
        /// The doctor.
        doctor: DoctorId,
        /// The row in `verification_decisions`.
        decision: Uuid,
    },
    /// An admin locked somebody out.
    UserSuspended {
        /// The account.
        user: UserId,
        /// The row in `suspensions`.
        suspension: Uuid,
    },
    /// An admin let somebody in again.
    UserRestored {
        /// The account.
        user: UserId,
        /// The row in `suspensions`.
        suspension: Uuid,
    },
    /// A patient has a confirmed appointment.
    AppointmentBooked {
        /// The appointment.
        appointment: AppointmentId,
    },
    /// An appointment was taken back.
    AppointmentCancelled {
        /// The appointment.
        appointment: AppointmentId,
    },
    /// What can be booked with a doctor is not what it was: a time is held or free again, the hours are others.
    TimesChanged {
        /// The doctor.
        doctor: DoctorId,
    },
    /// The patient is in the waiting room.
    PatientArrived {
        /// The visit.
        encounter: EncounterId,
    },
    /// The patient left the waiting room.
    PatientLeft {
        /// The visit.
        encounter: EncounterId,
    },
    /// The doctor let the patient in.
    PatientAdmitted {
        /// The visit.
        encounter: EncounterId,
    },
    /// The doctor ended the visit.
    VisitEnded {
        /// The visit.
        encounter: EncounterId,
    },
    /// Somebody wrote in a thread.
    MessageSent {
        /// The thread.
        thread: ThreadId,
        /// The message.
        message: MessageId,
    },
    /// A prescription has its signature.
    PrescriptionSigned {
        /// The prescription.
        prescription: PrescriptionId,
    },
    /// A prescription was taken back.
    PrescriptionCancelled {
        /// The prescription.
        prescription: PrescriptionId,
    },
}

impl Event {
    /// The kind as it stands in the outbox.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::UserSignedUp { .. } => "user_signed_up",
            Self::SignUpRepeated { .. } => "sign_up_repeated",
            Self::PasswordResetRequested { .. } => "password_reset_requested",
            Self::PasswordChanged { .. } => "password_changed",
            Self::SessionRevoked { .. } => "session_revoked",
            Self::DoctorApplied { .. } => "doctor_applied",
            Self::DoctorDecided { .. } => "doctor_decided",
            Self::UserSuspended { .. } => "user_suspended",
            Self::UserRestored { .. } => "user_restored",
            Self::AppointmentBooked { .. } => "appointment_booked",
            Self::AppointmentCancelled { .. } => "appointment_cancelled",
            Self::TimesChanged { .. } => "times_changed",
            Self::PatientArrived { .. } => "patient_arrived",
            Self::PatientLeft { .. } => "patient_left",
            Self::PatientAdmitted { .. } => "patient_admitted",
            Self::VisitEnded { .. } => "visit_ended",
            Self::MessageSent { .. } => "message_sent",
            Self::PrescriptionSigned { .. } => "prescription_signed",
            Self::PrescriptionCancelled { .. } => "prescription_cancelled",
        }
    }
}
