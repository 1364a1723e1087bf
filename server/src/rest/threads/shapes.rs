//! What answers about conversations contain.

use super::super::payload::one_of;
use jiff::{Timestamp, civil::Date};
use model::chat::conversation::{
    AwayNote, Colleague, ConversationMessage, ConversationNews, ConversationRow, ConversationView, Counterpart, FoundMessages,
    Marks, Writer,
};
use model::files::DocumentView;
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn side() -> Object {
    one_of(Writer::ALL.iter().map(|side| side.as_str()))
}

const fn doctor_of(with: Counterpart) -> Option<Uuid> {
    match with {
        Counterpart::Doctor(doctor) => Some(doctor.uuid()),
        Counterpart::Desk(_) | Counterpart::Group(_) => None,
    }
}

const fn clinic_of(with: Counterpart) -> Option<Uuid> {
    match with {
        Counterpart::Doctor(_) | Counterpart::Group(_) => None,
        Counterpart::Desk(clinic) => Some(clinic.uuid()),
    }
}

const fn group_of(with: Counterpart) -> Option<Uuid> {
    match with {
        Counterpart::Doctor(_) | Counterpart::Desk(_) => None,
        Counterpart::Group(group) => Some(group.uuid()),
    }
}

/// A conversation in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Thread {
    /// The id of the conversation.
    id: Uuid,
    /// What it is about.
    subject: String,
    /// The id of the patient.
    patient_id: Uuid,
    /// The patient's name.
    patient_name: String,
    /// The doctor with whom the patient writes; null for a desk and for a care group.
    doctor_id: Option<Uuid>,
    /// The clinic with whose desk the patient writes; null for a doctor and for a care group.
    clinic_id: Option<Uuid>,
    /// The care group with which the patient writes; null for a doctor and for a desk.
    group_id: Option<Uuid>,
    /// The name of the doctor, the clinic or the care group.
    with_name: String,
    /// Who of the desk or the group answers.
    answered_by: Option<String>,
    /// When the newest message was written.
    last_at: Timestamp,
    /// How many messages of the other side were not read; at the desk, by nobody there.
    unread: i64,
    /// Whether it is closed.
    closed: bool,
}

impl From<ConversationRow> for Thread {
    fn from(row: ConversationRow) -> Self {
        Self {
            id: row.id.uuid(),
            subject: row.subject,
            patient_id: row.patient.uuid(),
            patient_name: row.patient_name,
            doctor_id: doctor_of(row.counterpart.with),
            clinic_id: clinic_of(row.counterpart.with),
            group_id: group_of(row.counterpart.with),
            with_name: row.counterpart.name,
            answered_by: row.answered_by,
            last_at: row.last_at,
            unread: row.unread,
            closed: row.closed,
        }
    }
}

/// A message. As the answer to a sending it is the acknowledgement: the message is stored.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ThreadMessage {
    /// The id of the message.
    id: Uuid,
    /// Its number in the conversation: from 1, without gaps.
    number: i64,
    /// On which side it was written.
    #[schema(schema_with = side)]
    side: &'static str,
    /// Who wrote it.
    sender_name: String,
    /// Whether the caller wrote it.
    own: bool,
    /// The key that its sender gave it.
    client_key: Uuid,
    /// The text.
    text: String,
    /// The number of the message that it answers.
    quotes: Option<i64>,
    /// The files that were sent with it.
    files: Vec<ThreadFile>,
    /// When it was stored.
    sent_at: Timestamp,
}

impl From<ConversationMessage> for ThreadMessage {
    fn from(message: ConversationMessage) -> Self {
        let ConversationMessage { id, position, side, sender_name, own, client_key, text, quotes, files, sent_at } = message;
        let (id, side, files) = (id.uuid(), side.as_str(), files.into_iter().map(Into::into).collect());
        Self { id, number: position, side, sender_name, own, client_key, text, quotes, files, sent_at }
    }
}

/// A file that was sent with a message. Read it with `GET /files/{file_id}`.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ThreadFile {
    /// The id of the file.
    id: Uuid,
    /// Its name.
    name: String,
    /// Its type.
    kind: Option<&'static str>,
    /// Its size in bytes.
    bytes: u64,
    /// What the virus scanner has said: `clean` or `not_scanned`.
    scan: &'static str,
}

impl From<DocumentView> for ThreadFile {
    fn from(file: DocumentView) -> Self {
        Self {
            id: file.id.uuid(),
            name: file.name,
            kind: file.kind.map(|kind| kind.as_str()),
            bytes: file.bytes,
            scan: file.scan.as_str(),
        }
    }
}

/// How far the other side has got a conversation, as numbers of messages.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ThreadMarks {
    /// The last message that has reached the other side.
    delivered: i64,
    /// The last message that the other side has read.
    read: i64,
}

impl From<Marks> for ThreadMarks {
    fn from(Marks { delivered, seen }: Marks) -> Self {
        Self { delivered, read: seen }
    }
}

/// Somebody who works at the desk.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct DeskMember {
    /// The id of the user.
    user_id: Uuid,
    /// The name.
    name: String,
}

impl From<Colleague> for DeskMember {
    fn from(Colleague { user, name }: Colleague) -> Self {
        Self { user_id: user.uuid(), name }
    }
}

/// A conversation with its newest messages.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct OpenThread {
    /// The id of the conversation.
    id: Uuid,
    /// On which side the caller writes.
    #[schema(schema_with = side)]
    side: &'static str,
    /// What it is about.
    subject: String,
    /// The id of the patient.
    patient_id: Uuid,
    /// The patient's name.
    patient_name: String,
    /// The doctor with whom the patient writes; null for a desk and for a care group.
    doctor_id: Option<Uuid>,
    /// The clinic with whose desk the patient writes; null for a doctor and for a care group.
    clinic_id: Option<Uuid>,
    /// The care group with which the patient writes; null for a doctor and for a desk.
    group_id: Option<Uuid>,
    /// The name of the doctor, the clinic or the care group.
    with_name: String,
    /// Who of the desk or the group answers.
    answered_by: Option<DeskMember>,
    /// To whom the caller may hand it over.
    colleagues: Vec<DeskMember>,
    /// Whether it is closed. Nobody writes in a closed conversation.
    closed: bool,
    /// Whether the caller may close and reopen it.
    may_close: bool,
    /// For the patient: what the other side says while nobody answers.
    away: Option<AwayText>,
    /// The version, which closing, reopening and handing over must name.
    version: i32,
    /// How far the other side has got it.
    marks: ThreadMarks,
    /// The newest messages, 200 at most, oldest first.
    messages: Vec<ThreadMessage>,
}

impl From<ConversationView> for OpenThread {
    fn from(view: ConversationView) -> Self {
        Self {
            id: view.id.uuid(),
            side: view.side.as_str(),
            subject: view.subject,
            patient_id: view.patient.uuid(),
            patient_name: view.patient_name,
            doctor_id: doctor_of(view.counterpart.with),
            clinic_id: clinic_of(view.counterpart.with),
            group_id: group_of(view.counterpart.with),
            with_name: view.counterpart.name,
            answered_by: view.answered_by.map(Into::into),
            colleagues: view.colleagues.into_iter().map(Into::into).collect(),
            closed: view.closed,
            may_close: view.may_close,
            away: view.away.map(Into::into),
            version: view.version,
            marks: view.marks.into(),
            messages: view.messages.into_iter().map(Into::into).collect(),
        }
    }
}

/// What a doctor or a desk tells patients while nobody answers.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct AwayText {
    /// The note; empty for none.
    text: String,
    /// Its last day, where the doctor or the clinic is; null without a note.
    until: Option<Date>,
    /// The version, which a change must name; 0 while none was ever set.
    version: i32,
}

impl From<AwayNote> for AwayText {
    fn from(AwayNote { text, until, version }: AwayNote) -> Self {
        Self { text, until, version }
    }
}

/// What is new in a conversation.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ThreadNews {
    /// The messages after the number that was asked for, 200 at most, oldest first.
    items: Vec<ThreadMessage>,
    /// How far the other side has got it.
    marks: ThreadMarks,
    /// Whether it is closed.
    closed: bool,
}

impl From<ConversationNews> for ThreadNews {
    fn from(ConversationNews { closed, marks, messages }: ConversationNews) -> Self {
        Self { items: messages.into_iter().map(Into::into).collect(), marks: marks.into(), closed }
    }
}

/// The id of a new conversation.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct NewThread {
    /// The id of the conversation.
    pub(super) id: Uuid,
}

/// A message that was found.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct FoundThreadMessage {
    /// The id of the conversation.
    thread_id: Uuid,
    /// What the conversation is about.
    subject: String,
    /// The number of the message.
    number: i64,
    /// The beginning of the message.
    excerpt: String,
    /// When it was stored.
    sent_at: Timestamp,
}

/// What a search has found.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct FoundThreadMessages {
    /// The messages, the newest first, 50 at most.
    items: Vec<FoundThreadMessage>,
    /// Whether all messages were searched, and not only the newest 2,000.
    whole: bool,
}

impl From<FoundMessages> for FoundThreadMessages {
    fn from(FoundMessages { items, is_whole, .. }: FoundMessages) -> Self {
        let items = items.into_iter().map(|found| FoundThreadMessage {
            thread_id: found.thread.uuid(),
            subject: found.subject,
            number: found.position,
            excerpt: found.excerpt,
            sent_at: found.sent_at,
        });
        Self { items: items.collect(), whole: is_whole }
    }
}
