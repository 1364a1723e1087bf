//! The events.

use model::ids::{AppointmentId, DoctorId, EncounterId, MessageId, PrescriptionId, ThreadId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that happened, named in the past tense, with ids only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Somebody created an account; the link confirms its email address.
    UserSignedUp {
        /// The new account.
        user: UserId,
        /// The row in `links`.
        link: Uuid,
    },
    /// Somebody tried to sign up with an email address that has an account.
    SignUpRepeated {
        /// The account that exists.
        user: UserId,
    },
    /// Somebody requested a new password.
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
    /// An admin suspended an account.
    UserSuspended {
        /// The account.
        user: UserId,
        /// The row in `suspensions`.
        suspension: Uuid,
    },
    /// An admin restored an account.
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
    /// An appointment was cancelled.
    AppointmentCancelled {
        /// The appointment.
        appointment: AppointmentId,
    },
    /// A doctor's available times have changed: a time was held or released, or the hours have changed.
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
    /// The doctor admitted the patient.
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
    /// A prescription was signed.
    PrescriptionSigned {
        /// The prescription.
        prescription: PrescriptionId,
    },
    /// A prescription was cancelled.
    PrescriptionCancelled {
        /// The prescription.
        prescription: PrescriptionId,
    },
}

impl Event {
    /// The kind as it is stored in the outbox.
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
