//! What requests about conversations contain.

use super::super::fields::{self, Fields, FromFields};
use jiff::civil::Date;
use model::{
    chat::conversation::ConversationCursor,
    errors::FieldFault,
    ids::{CareGroupId, ClinicId, DoctorId, FileId, PatientId, UserId},
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

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
    /// The id of the patient, for doctors, nurses and reception; a patient leaves it out.
    #[schema(value_type = Option<Uuid>)]
    pub(super) patient_id: Option<PatientId>,
    /// With which doctor a patient writes.
    #[schema(value_type = Option<Uuid>)]
    pub(super) doctor_id: Option<DoctorId>,
    /// With the desk of which clinic a patient writes.
    #[schema(value_type = Option<Uuid>)]
    pub(super) clinic_id: Option<ClinicId>,
    /// With which care group a patient writes, or as which one its member does. Then neither a doctor nor a clinic is named.
    #[schema(value_type = Option<Uuid>)]
    pub(super) group_id: Option<CareGroupId>,
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
        let group_id = fields.optional("group_id", fields::id);
        let (subject, text) = (fields.required("subject", fields::text), fields.required("text", fields::text));
        let client_key = fields.required("client_key", fields::id);
        Some(Self { patient_id, doctor_id, clinic_id, group_id, subject: subject?, text: text?, client_key: client_key? })
    }
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
    /// Files that the caller has uploaded for this conversation (`message_attachment`) and not sent yet, 10 at most.
    #[schema(value_type = Option<Vec<Uuid>>)]
    pub(super) file_ids: Vec<FileId>,
}

impl FromFields for MessageRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (text, client_key) = (fields.required("text", fields::text), fields.required("client_key", fields::id));
        let quotes = fields.optional_number("quotes");
        let file_ids = fields.optional_words("file_ids", fields::id).unwrap_or_default();
        Some(Self { text: text?, client_key: client_key?, quotes, file_ids })
    }
}

/// What a doctor or a desk tells patients while nobody answers.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "I am away. For a prescription, call the clinic.", "until": "2026-12-24", "version": 0 }))]
pub(in crate::rest) struct AwayRequest {
    /// A text of up to 500 characters; the note ends without one.
    pub(super) text: Option<String>,
    /// The last day, where the doctor or the clinic is; needed with a text.
    pub(super) until: Option<Date>,
    /// The version that the caller has seen; 0 for none.
    pub(super) version: i32,
}

impl FromFields for AwayRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (text, until) = (fields.optional("text", fields::text), fields.optional("until", fields::day));
        let version = fields.required_number("version");
        Some(Self { text, until, version: version? })
    }
}

/// What to search for.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "blood test" }))]
pub(in crate::rest) struct SearchRequest {
    /// A text of up to 100 characters.
    pub(super) text: String,
}

impl FromFields for SearchRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { text: fields.required("text", fields::text)? })
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

/// To whom a conversation is handed over.
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
