//! Conversations of patients with those who care for them.

use crate::{
    chat::waiting::WaitingKeys,
    errors::FieldFault,
    files::DocumentView,
    ids::{CareGroupId, ClinicId, DoctorId, MessageId, PatientId, ThreadId, UserId},
    records::Phrase,
    text::single_line,
    wire::{redacted, text_value, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The most files that are sent with one message.
pub const MOST_FILES: usize = 10;

/// The longest text that says what a conversation is about, in characters.
pub const LONGEST_SUBJECT: usize = 120;

words! {
    /// On which side of a conversation somebody writes.
    Writer {
        /// The patient, or somebody who acts for them.
        Patient = "patient",
        /// The doctor, or the desk of the clinic.
        Care = "care",
    }
}

/// What a conversation is about: one line of 1 to [`LONGEST_SUBJECT`] characters.
#[derive(Clone, PartialEq, Eq)]
pub struct ConversationSubject(String);

impl ConversationSubject {
    /// Parses the text that the user typed.
    ///
    /// # Errors
    /// `Missing`, `TooLong`, `ForbiddenCharacter`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        single_line(text, LONGEST_SUBJECT).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_value!(ConversationSubject);
redacted!(ConversationSubject);

/// With whom a patient writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counterpart {
    /// A doctor.
    Doctor(DoctorId),
    /// The desk of a clinic.
    Desk(ClinicId),
    /// A care group.
    Group(CareGroupId),
}

impl Counterpart {
    /// Whether several colleagues answer, of whom one has taken the conversation.
    #[must_use]
    pub const fn is_shared(self) -> bool {
        match self {
            Self::Doctor(_) => false,
            Self::Desk(_) | Self::Group(_) => true,
        }
    }
}

/// The text names no counterpart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a counterpart")]
pub struct NotACounterpart;

/// As a form sends it: `doctor:<id>`, `desk:<id>`, `group:<id>`.
impl fmt::Display for Counterpart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doctor(id) => write!(f, "doctor:{id}"),
            Self::Desk(id) => write!(f, "desk:{id}"),
            Self::Group(id) => write!(f, "group:{id}"),
        }
    }
}

impl FromStr for Counterpart {
    type Err = NotACounterpart;

    fn from_str(text: &str) -> Result<Self, NotACounterpart> {
        match text.split_once(':').ok_or(NotACounterpart)? {
            ("doctor", id) => id.parse().map(Self::Doctor).map_err(|_| NotACounterpart),
            ("desk", id) => id.parse().map(Self::Desk).map_err(|_| NotACounterpart),
            ("group", id) => id.parse().map(Self::Group).map_err(|_| NotACounterpart),
            _ => Err(NotACounterpart),
        }
    }
}

/// With whom a patient writes, or could write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterpartView {
    /// Who it is.
    pub with: Counterpart,
    /// The name of the doctor, the clinic or the care group.
    pub name: String,
}

/// A place in a list of conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationCursor {
    /// When the newest message of the last conversation of the page before was written.
    pub at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// The text is not a place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the list of conversations")]
pub struct NotAConversationCursor;

impl fmt::Display for ConversationCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{}", self.at.as_microsecond(), self.id)
    }
}

impl FromStr for ConversationCursor {
    type Err = NotAConversationCursor;

    fn from_str(text: &str) -> Result<Self, NotAConversationCursor> {
        let (micros, id) = text.split_once('~').ok_or(NotAConversationCursor)?;
        let micros = micros.parse().map_err(|_| NotAConversationCursor)?;
        let at = Timestamp::from_microsecond(micros).map_err(|_| NotAConversationCursor)?;
        Ok(Self { at, id: id.parse().map_err(|_| NotAConversationCursor)? })
    }
}

/// A conversation in a list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationRow {
    /// Its id.
    pub id: ThreadId,
    /// What it is about.
    pub subject: String,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// With whom the patient writes.
    pub counterpart: CounterpartView,
    /// Who of the desk or the group answers, if somebody does.
    pub answered_by: Option<String>,
    /// When the newest message was written.
    pub last_at: Timestamp,
    /// How many messages of the other side were not read; at the desk, by nobody there.
    pub unread: i64,
    /// Whether it is closed.
    pub closed: bool,
}

impl ConversationRow {
    /// Its place in the list.
    #[must_use]
    pub fn cursor(&self) -> ConversationCursor {
        ConversationCursor { at: self.last_at, id: self.id.uuid() }
    }
}

/// One message of a conversation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationMessage {
    /// Its id.
    pub id: MessageId,
    /// Its place in the conversation, from 1, without gaps.
    pub position: i64,
    /// On which side it was written.
    pub side: Writer,
    /// Who wrote it.
    pub sender_name: String,
    /// Whether the reader wrote it.
    pub own: bool,
    /// The key that the sender's page gave it.
    pub client_key: Uuid,
    /// The text.
    pub text: String,
    /// The position of the earlier message that it answers.
    pub quotes: Option<i64>,
    /// The files that were sent with it.
    pub files: Vec<DocumentView>,
    /// When the server stored it.
    pub sent_at: Timestamp,
}

/// How far the other side has got a conversation, as positions of messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// The last message that has reached a device of the other side.
    pub delivered: i64,
    /// The last message that the other side has read.
    pub seen: i64,
}

/// What a doctor or a desk tells patients while nobody answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwayNote {
    /// The note; empty for none.
    pub text: String,
    /// Its last day, where the doctor or the clinic is.
    pub until: Option<Date>,
    /// Grows with each change; 0 while none was ever set.
    pub version: i32,
}

/// Somebody of a clinic's staff.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// The user.
    pub user: UserId,
    /// The name.
    pub name: String,
}

/// A conversation as one of its people sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationView {
    /// Its id.
    pub id: ThreadId,
    /// The reader.
    pub reader: UserId,
    /// The side of the reader.
    pub side: Writer,
    /// What it is about.
    pub subject: String,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// With whom the patient writes.
    pub counterpart: CounterpartView,
    /// Who of the desk or the group answers, if somebody does.
    pub answered_by: Option<Colleague>,
    /// To whom the reader may hand it over; empty for patients.
    pub colleagues: Vec<Colleague>,
    /// Whether it is closed. Nobody writes in a closed conversation.
    pub closed: bool,
    /// Whether the reader may close and reopen it.
    pub may_close: bool,
    /// For the patient: what the other side says while nobody answers.
    pub away: Option<AwayNote>,
    /// For those who answer: the canned answers that they can write.
    pub answers: Vec<Phrase>,
    /// Its version, for closing, reopening and handing over.
    pub version: i32,
    /// How far the other side has got it.
    pub marks: Marks,
    /// Some of its messages, oldest first: the newest ones, or those before a position.
    pub messages: Vec<ConversationMessage>,
    /// The files that the reader has added and not sent yet.
    pub unsent: Vec<DocumentView>,
    /// For the reader's messages that wait in the browser.
    pub waiting_keys: WaitingKeys,
}

/// What is new in a conversation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationNews {
    /// Whether it is closed now.
    pub closed: bool,
    /// How far the other side has got it.
    pub marks: Marks,
    /// The messages after the position that was asked for, oldest first, 200 at most.
    pub messages: Vec<ConversationMessage>,
}

/// A message that a search has found.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMessage {
    /// The conversation.
    pub thread: ThreadId,
    /// What the conversation is about.
    pub subject: String,
    /// The position of the message in it.
    pub position: i64,
    /// The beginning of the message.
    pub excerpt: String,
    /// When it was stored.
    pub sent_at: Timestamp,
}

/// What a search has found.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMessages {
    /// What was searched for.
    pub text: String,
    /// The messages, the newest first, 50 at most.
    pub items: Vec<FoundMessage>,
    /// Whether all messages were looked at, and not only the newest ones.
    pub is_whole: bool,
}

/// Shows the id and no text.
macro_rules! without_text {
    ($($name:ident . $id:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field(stringify!($id), &self.$id).finish_non_exhaustive()
            }
        }
    )+};
}

without_text!(
    ConversationRow.id,
    ConversationMessage.position,
    Colleague.user,
    ConversationView.id,
    ConversationNews.marks,
    FoundMessage.thread,
    FoundMessages.is_whole
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counterpart_and_a_cursor_read_what_they_write() {
        let id = Uuid::from_u128(7);
        for with in [Counterpart::Doctor(id.into()), Counterpart::Desk(id.into()), Counterpart::Group(id.into())] {
            assert_eq!(with.to_string().parse(), Ok(with));
        }
        for text in ["", "doctor", "nurse:00000000-0000-0000-0000-000000000007", "desk:7"] {
            assert_eq!(text.parse::<Counterpart>(), Err(NotACounterpart), "{text}");
        }
        let cursor = ConversationCursor { at: Timestamp::constant(1_795_510_800, 123_456_000), id };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert_eq!("1~x".parse::<ConversationCursor>(), Err(NotAConversationCursor));
    }

    #[test]
    fn a_subject_is_one_line() {
        assert_eq!(ConversationSubject::parse(" My\nknee ").map(|text| text.as_str().to_owned()), Ok("My knee".to_owned()));
        assert_eq!(ConversationSubject::parse(" "), Err(FieldFault::Missing));
        assert_eq!(ConversationSubject::parse(&"x".repeat(LONGEST_SUBJECT + 1)), Err(FieldFault::too_long(LONGEST_SUBJECT)));
    }
}
