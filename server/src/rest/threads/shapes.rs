//! What requests and answers about conversations contain.

use super::super::{
    fields::{self, Fields, FromFields},
    payload::one_of,
};
use jiff::Timestamp;
use model::{
    chat::conversation::{
        Colleague, ConversationCursor, ConversationMessage, ConversationNews, ConversationRow, ConversationView, Counterpart,
        Marks, Writer,
    },
    errors::FieldFault,
    ids::{ClinicId, DoctorId, PatientId, UserId},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema, openapi::Object};
use uuid::Uuid;

fn side() -> Object {
    one_of(Writer::ALL.iter().map(|side| side.as_str()))
}

const fn doctor_of(with: Counterpart) -> Option<Uuid> {
    match with {
        Counterpart::Doctor(doctor) => Some(doctor.uuid()),
        Counterpart::Desk(_) => None,
    }
}

const fn clinic_of(with: Counterpart) -> Option<Uuid> {
    match with {
        Counterpart::Doctor(_) => None,
        Counterpart::Desk(clinic) => Some(clinic.uuid()),
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
    /// The doctor with whom the patient writes; null for the desk of a clinic.
    doctor_id: Option<Uuid>,
    /// The clinic with whose desk the patient writes; null for a doctor.
    clinic_id: Option<Uuid>,
    /// The name of the doctor or the clinic.
    with_name: String,
    /// Who of the desk answers.
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
    /// When it was stored.
    sent_at: Timestamp,
}

impl From<ConversationMessage> for ThreadMessage {
    fn from(message: ConversationMessage) -> Self {
        let ConversationMessage { id, position, side, sender_name, own, client_key, text, quotes, sent_at } = message;
        Self { id: id.uuid(), number: position, side: side.as_str(), sender_name, own, client_key, text, quotes, sent_at }
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
    /// The doctor with whom the patient writes; null for the desk of a clinic.
    doctor_id: Option<Uuid>,
    /// The clinic with whose desk the patient writes; null for a doctor.
    clinic_id: Option<Uuid>,
    /// The name of the doctor or the clinic.
    with_name: String,
    /// Who of the desk answers.
    answered_by: Option<DeskMember>,
    /// To whom the caller may hand it over.
    colleagues: Vec<DeskMember>,
    /// Whether it is closed. Nobody writes in a closed conversation.
    closed: bool,
    /// Whether the caller may close and reopen it.
    may_close: bool,
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
            with_name: view.counterpart.name,
            answered_by: view.answered_by.map(Into::into),
            colleagues: view.colleagues.into_iter().map(Into::into).collect(),
            closed: view.closed,
            may_close: view.may_close,
            version: view.version,
            marks: view.marks.into(),
            messages: view.messages.into_iter().map(Into::into).collect(),
        }
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

/// Selects a page of conversations.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::rest) struct ThreadQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = String, required = false)]
    pub(super) cursor: Option<ConversationCursor>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    pub(super) limit: Option<u32>,
}

impl FromFields for ThreadQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id), limit: fields.optional("limit", fields::limit) })
    }
}

/// Selects messages.
#[derive(Clone, Copy, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::rest) struct AfterQuery {
    /// Only messages after this number; all by default.
    #[param(value_type = u32, required = false)]
    pub(super) after: Option<i64>,
}

impl FromFields for AfterQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let number = |text: &str| text.parse::<u32>().map(i64::from).map_err(|_| FieldFault::Malformed);
        Some(Self { after: fields.optional("after", number) })
    }
}

/// A new conversation.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "doctor_id": "019ab3c4-0000-7000-8000-000000000001", "subject": "My blood test", "text": "May I eat before it?",
    "client_key": "6c5f0d5e-5a0e-4f0e-9d5b-0a8c6f1d2e3f",
}))]
pub(in crate::rest) struct ThreadRequest {
    /// The id of the patient, for doctors and reception; a patient leaves it out.
    #[schema(value_type = Option<Uuid>)]
    pub(super) patient_id: Option<PatientId>,
    /// With which doctor a patient writes.
    #[schema(value_type = Option<Uuid>)]
    pub(super) doctor_id: Option<DoctorId>,
    /// With the desk of which clinic a patient writes.
    #[schema(value_type = Option<Uuid>)]
    pub(super) clinic_id: Option<ClinicId>,
    /// What it is about.
    pub(super) subject: String,
    /// The first message.
    pub(super) text: String,
    /// A key of the caller's making. A repeat with the same key returns the same conversation.
    pub(super) client_key: Uuid,
}

impl FromFields for ThreadRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let patient_id = fields.optional("patient_id", fields::id);
        let (doctor_id, clinic_id) = (fields.optional("doctor_id", fields::id), fields.optional("clinic_id", fields::id));
        let (subject, text) = (fields.required("subject", fields::text), fields.required("text", fields::text));
        let client_key = fields.required("client_key", fields::id);
        Some(Self { patient_id, doctor_id, clinic_id, subject: subject?, text: text?, client_key: client_key? })
    }
}

/// The id of a new conversation.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct NewThread {
    /// The id of the conversation.
    pub(super) id: Uuid,
}

/// A message to send.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "Thank you.", "client_key": "6c5f0d5e-5a0e-4f0e-9d5b-0a8c6f1d2e3f" }))]
pub(in crate::rest) struct MessageRequest {
    /// The text.
    pub(super) text: String,
    /// A key of the caller's making. A repeat with the same key returns the same message.
    pub(super) client_key: Uuid,
    /// The number of the message that it answers.
    pub(super) quotes: Option<i32>,
}

impl FromFields for MessageRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (text, client_key) = (fields.required("text", fields::text), fields.required("client_key", fields::id));
        let quotes = fields.optional_number("quotes");
        Some(Self { text: text?, client_key: client_key?, quotes })
    }
}

/// How far the caller has read a conversation.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "number": 7 }))]
pub(in crate::rest) struct ReadRequest {
    /// The number of the last message that was read.
    pub(super) number: i32,
}

impl FromFields for ReadRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { number: fields.required_number("number")? })
    }
}

/// The version of a conversation that the caller has seen.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 1 }))]
pub(in crate::rest) struct SeenThread {
    /// The version.
    pub(super) version: i32,
}

impl FromFields for SeenThread {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { version: fields.required_number("version")? })
    }
}

/// To whom a conversation of the desk is handed over.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 1 }))]
pub(in crate::rest) struct HandOverRequest {
    /// The colleague; anybody at the desk without one.
    #[schema(value_type = Option<Uuid>)]
    pub(super) to: Option<UserId>,
    /// The version that the caller has seen.
    pub(super) version: i32,
}

impl FromFields for HandOverRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (to, version) = (fields.optional("to", fields::id), fields.required_number("version"));
        Some(Self { to, version: version? })
    }
}
