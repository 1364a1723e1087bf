//! What people are told in the app.

use crate::{
    ids::{NoticeId, PatientId, PushId},
    quiet_hours::QuietHours,
    wire::words,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

words! {
    /// What a notice is about.
    NoticeTopic {
        /// An appointment was booked.
        Booked = "booked",
        /// An appointment was cancelled.
        Cancelled = "cancelled",
        /// An appointment was moved to another time.
        Moved = "moved",
        /// A free time is offered to a person on the waiting list.
        Offered = "offered",
        /// A visit was not attended or not ended, and was closed.
        Closed = "closed",
        /// A visit is near.
        Reminder = "reminder",
        /// A patient is to be seen again after a visit.
        FollowUp = "follow_up",
        /// There are new messages in a visit.
        Message = "message",
        /// Something was measured for a visit of which its doctor must know at once.
        Vitals = "vitals",
        /// A colleague asks to co-sign a note.
        CosignatureAsked = "cosignature_asked",
        /// A colleague has co-signed a note or sent it back.
        CosignatureAnswered = "cosignature_answered",
        /// There are new messages in a conversation with the care team.
        Conversation = "conversation",
        /// A question about an access to a record was answered.
        AccessAnswer = "access_answer",
        /// A prescription was signed.
        Prescription = "prescription",
        /// A prescription was cancelled.
        PrescriptionCancelled = "prescription_cancelled",
        /// An administrator has added or changed a visit type of the doctor.
        VisitTypes = "visit_types",
        /// An administrator has let the doctor work at one more clinic.
        ClinicJoined = "clinic_joined",
        /// An administrator has changed the specialties of the doctor.
        Specialties = "specialties",
        /// Something alarming was measured of a patient whom the reader treats, outside of a visit.
        Reading = "reading",
        /// A task of the team was given to the reader, or to the reader's role.
        Task = "task",
        /// A letter was issued.
        Letter = "letter",
        /// A letter was withdrawn.
        LetterWithdrawn = "letter_withdrawn",
    }
}

words! {
    /// What a person may switch off: a topic on one way. What has no word here is always told: sign-ins, changes of the account, that a time is offered (by mail and in the app), and in the app that a visit is cancelled or
    /// moved, that a measurement is alarming, that there is a task, that an administrator has changed how a doctor works, that a question about an access
    /// to a record was answered, and that a note is to be co-signed or was answered.
    NoticeSwitch {
        /// Mails about bookings.
        BookedMail = "booked_mail",
        /// Notices in the app about bookings.
        BookedApp = "booked_app",
        /// Text messages about visits that somebody else has booked or confirmed.
        BookedText = "booked_text",
        /// Mails about visits that were cancelled or did not take place.
        CancelledMail = "cancelled_mail",
        /// Text messages about visits that somebody else has cancelled.
        CancelledText = "cancelled_text",
        /// Mails about visits that were moved to another time.
        MovedMail = "moved_mail",
        /// Text messages about visits that somebody else has moved to another time.
        MovedText = "moved_text",
        /// Text messages about times that are offered from the waiting list.
        OfferedText = "offered_text",
        /// Mails that remind of visits.
        ReminderMail = "reminder_mail",
        /// Text messages that remind of visits.
        ReminderText = "reminder_text",
        /// Notices in the app that remind of visits.
        ReminderApp = "reminder_app",
        /// Mails that say that there is a message in a conversation with the care team.
        MessageMail = "message_mail",
        /// Notices in the app about messages.
        MessageApp = "message_app",
        /// Mails that say that there is a new prescription.
        PrescriptionMail = "prescription_mail",
        /// Notices in the app about prescriptions and letters.
        PrescriptionApp = "prescription_app",
        /// Push messages about visits that are booked, moved or cancelled, or did not take place, about times that are offered, about what was measured or is to be co-signed for them, and about a doctor's visit types,
        /// clinics and specialties.
        VisitPush = "visit_push",
        /// Push messages that remind of visits.
        ReminderPush = "reminder_push",
        /// Push messages about messages in visits and in conversations, about tasks, and about answers to questions.
        MessagePush = "message_push",
        /// Push messages about prescriptions and letters.
        PrescriptionPush = "prescription_push",
    }
}

impl NoticeTopic {
    /// The switch of the topic's notices in the app; `None` when they cannot be switched off.
    #[must_use]
    pub const fn in_app(self) -> Option<NoticeSwitch> {
        match self {
            Self::Booked => Some(NoticeSwitch::BookedApp),
            Self::Cancelled
            | Self::Moved
            | Self::Offered
            | Self::Closed
            | Self::Vitals
            | Self::VisitTypes
            | Self::ClinicJoined
            | Self::Specialties
            | Self::Reading
            | Self::Task
            | Self::AccessAnswer
            | Self::CosignatureAsked
            | Self::CosignatureAnswered => None,
            Self::Reminder | Self::FollowUp => Some(NoticeSwitch::ReminderApp),
            Self::Message | Self::Conversation => Some(NoticeSwitch::MessageApp),
            Self::Prescription | Self::PrescriptionCancelled | Self::Letter | Self::LetterWithdrawn => {
                Some(NoticeSwitch::PrescriptionApp)
            }
        }
    }

    /// The switch of the topic's push messages.
    #[must_use]
    pub const fn pushed(self) -> NoticeSwitch {
        match self {
            Self::Booked
            | Self::Cancelled
            | Self::Moved
            | Self::Offered
            | Self::Closed
            | Self::Vitals
            | Self::VisitTypes
            | Self::ClinicJoined
            | Self::Specialties
            | Self::Reading
            | Self::CosignatureAsked
            | Self::CosignatureAnswered => NoticeSwitch::VisitPush,
            Self::Reminder | Self::FollowUp => NoticeSwitch::ReminderPush,
            Self::Message | Self::Conversation | Self::Task | Self::AccessAnswer => NoticeSwitch::MessagePush,
            Self::Prescription | Self::PrescriptionCancelled | Self::Letter | Self::LetterWithdrawn => {
                NoticeSwitch::PrescriptionPush
            }
        }
    }
}

/// A browser that takes push messages, as its user sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushBrowser {
    /// Its id.
    pub id: PushId,
    /// The `User-Agent` of the browser.
    pub user_agent: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// Whether it was added in the session of this request.
    pub current: bool,
}

/// What a browser needs to take push messages, and the browsers of the user that do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSettings {
    /// The public key of this installation, in base64url: the browser takes messages only from its owner.
    pub key: String,
    /// The browsers in which the user is still signed in, the oldest first.
    pub browsers: Vec<PushBrowser>,
}

/// What a person has chosen to be told.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeChoices {
    /// What is switched off.
    pub off: Vec<NoticeSwitch>,
    /// When the person wants to be left alone.
    pub quiet: Option<QuietHours>,
    /// Grows with each change; 0 while nothing was chosen.
    pub version: i32,
}

/// A place in the list of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeCursor {
    /// When the last notice of the page before was written.
    pub at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// The text is not a place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list of notices")]
pub struct NotANoticeCursor;

impl fmt::Display for NoticeCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.at.as_microsecond(), self.id)
    }
}

impl FromStr for NoticeCursor {
    type Err = NotANoticeCursor;

    fn from_str(text: &str) -> Result<Self, NotANoticeCursor> {
        let (micros, id) = text.split_once('~').ok_or(NotANoticeCursor)?;
        let micros = micros.parse().map_err(|_| NotANoticeCursor)?;
        let at = Timestamp::from_microsecond(micros).map_err(|_| NotANoticeCursor)?;
        Ok(Self { at, id: id.parse().map_err(|_| NotANoticeCursor)? })
    }
}

/// A notice as its reader sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// Its id.
    pub id: NoticeId,
    /// What it is about.
    pub topic: NoticeTopic,
    /// The patient whom it is about; none when the reader is told as the doctor.
    pub patient: Option<PatientId>,
    /// The doctor's name.
    pub doctor: Option<String>,
    /// The id of what it is about: an appointment, a visit (`message`), a conversation, an access to the record, a prescription, a letter, a request to
    /// co-sign, a visit type, a clinic, a doctor (`specialties`), a task, a patient (`reading`), an offer of the waiting list.
    pub subject: Uuid,
    /// When the visit begins, as it was then.
    pub starts_at: Option<Timestamp>,
    /// When it happened.
    pub at: Timestamp,
    /// Whether it was read.
    pub read: bool,
}

impl NoticeView {
    /// Its place in the list.
    #[must_use]
    pub fn cursor(&self) -> NoticeCursor {
        NoticeCursor { at: self.at, id: self.id.uuid() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_keeps_its_place() {
        let cursor = NoticeCursor { at: Timestamp::constant(1_795_510_800, 123_456_000), id: Uuid::from_u128(7) };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "1", "1~x", "x~00000000-0000-0000-0000-000000000007"] {
            assert_eq!(text.parse::<NoticeCursor>(), Err(NotANoticeCursor), "{text}");
        }
    }
}
