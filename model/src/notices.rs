//! What people are told in the app.

use crate::{
    ids::{NoticeId, PatientId},
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
        /// A visit was not attended or not ended, and was closed.
        Closed = "closed",
        /// A visit is near.
        Reminder = "reminder",
        /// There are new messages in a visit.
        Message = "message",
        /// A prescription was signed.
        Prescription = "prescription",
        /// A prescription was cancelled.
        PrescriptionCancelled = "prescription_cancelled",
    }
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
    /// The id of what it is about: an appointment, a visit (`message`), a prescription.
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
