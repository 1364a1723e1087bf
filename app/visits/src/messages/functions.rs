//! The server functions of conversations.

#[cfg(feature = "ssr")]
mod post;

use kit::failure::Failure;
use kit::forms::{FormReply, FormValues, Keep, Posted};
use leptos::prelude::*;
use model::chat::conversation::{
    ConversationMessage, ConversationNews, ConversationRow, ConversationView, CounterpartView, FoundMessages,
};
use model::ids::{ThreadId, UserId};
use model::page::Page;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The values of the form that begins a conversation.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BeginValues {
    /// The patient, when a doctor or the desk begins it.
    pub patient: String,
    /// With whom a patient writes: `doctor:<id>`, `desk:<id>` or `group:<id>`; for whom somebody else does: `group:<id>`, or empty for themselves.
    pub with: String,
    /// What it is about.
    pub subject: String,
    /// The first message.
    pub text: String,
    /// `true` if the page has said what to do in an emergency.
    pub urgent_seen: String,
}

impl FormValues for BeginValues {
    const FORM: &'static str = "chat.begin_conversation";
    // It may have been written about another patient.
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that sends a message.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SendValues {
    /// The conversation.
    pub thread: String,
    /// The message.
    pub text: String,
    /// The position of the message that it answers; empty for none.
    pub quotes: String,
    /// The ids of the files that are sent with it, with spaces between them.
    pub file_ids: String,
    /// `true` if the page has said what to do in an emergency.
    pub urgent_seen: String,
}

impl FormValues for SendValues {
    const FORM: &'static str = "chat.send_in_conversation";
    // A draft on the server belongs to one sending of the form, and this page sends many messages without loading it again.
    const KEEP: Keep = Keep::InPage;
}

/// The values of the form that takes back a file that was not sent.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TakeBackValues {
    /// The conversation.
    pub thread: String,
    /// The file.
    pub file: String,
}

impl FormValues for TakeBackValues {
    const FORM: &'static str = "chat.take_back_file";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that closes or reopens a conversation.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SettleValues {
    /// The conversation.
    pub thread: String,
    /// What it becomes: `closed` or `open`.
    pub state: String,
}

impl FormValues for SettleValues {
    const FORM: &'static str = "chat.settle_conversation";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that hands a conversation of the desk over.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HandOverValues {
    /// The conversation.
    pub thread: String,
    /// The colleague; empty for anybody at the desk.
    pub to: String,
}

impl FormValues for HandOverValues {
    const FORM: &'static str = "chat.hand_over_conversation";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that searches in the user's conversations.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FindMessagesValues {
    /// What to search for.
    pub text: String,
}

impl FormValues for FindMessagesValues {
    const FORM: &'static str = "chat.find_in_conversations";
    const KEEP: Keep = Keep::Nowhere;
}

/// What the page that begins a conversation needs to know.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginChoices {
    /// With whom a patient can write; for those who care for patients, the care groups as which they can write.
    pub counterparts: Vec<CounterpartView>,
    /// The patient to whom a doctor, a nurse or the desk writes.
    pub patient_name: Option<String>,
}

/// Lists the user's conversations, the one with the newest message first.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "list-conversations")]
pub async fn list_conversations(
    /// The cursor of the page before.
    after: Option<String>,
) -> Result<Page<ConversationRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    // A cursor that cannot be read is that of the first page.
    let after = after.and_then(|after| after.parse().ok());
    let command = domain::chat::ListConversations { after, limit: None };
    kit::request::call(|| domain::chat::list_conversations(&request.domain, &request.access, command)).await
}

/// Keeps a search and leads to its results: the text may be medical, so no address contains it.
///
/// # Errors
/// A missing or too long text; `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "find-in-conversations")]
pub async fn find_in_conversations(
    /// The posted form.
    #[server(flatten)]
    form: Posted<FindMessagesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::find(&form.values).await;
    form.answer(outcome).await
}

/// Loads what a kept search finds; nothing without one, and when it has expired.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "load-found-messages")]
pub async fn load_found_messages(
    /// The id of the kept search.
    id: Option<String>,
) -> Result<Option<FoundMessages>, Failure> {
    post::found(id.as_deref()).await
}

/// Loads a conversation. What is shown counts as read.
///
/// # Errors
/// `NotFound`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-conversation")]
pub async fn load_conversation(
    /// The conversation.
    id: String,
    /// Only messages before this position.
    before: Option<i64>,
) -> Result<ConversationView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let thread = kit::request::id(&id)?;
    let command = domain::chat::ReadConversation { thread, before };
    let view = kit::request::call(|| domain::chat::conversation(&request.domain, &request.access, command)).await?;
    if let Some(last) = view.messages.last() {
        let seen = last.position;
        kit::request::call(|| domain::chat::mark_conversation_read(&request.domain, &request.access, thread, seen)).await?;
    }
    Ok(view)
}

/// Loads with whom a patient can write, or the name of the patient to whom a doctor or the desk writes.
///
/// # Errors
/// `NotFound` for the patients of others; `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "load-begin-choices")]
pub async fn load_begin_choices(
    /// The patient, as it comes from an address.
    patient: Option<String>,
) -> Result<BeginChoices, Failure> {
    let request = kit::request::RequestContext::require()?;
    let (domain, access) = (&request.domain, &request.access);
    if let Some(patient) = patient {
        let patient = kit::request::id(&patient)?;
        let name = kit::request::call(|| domain::chat::recipient(domain, access, patient)).await?;
        let counterparts = kit::request::call(|| domain::chat::counterparts(domain, access)).await?;
        return Ok(BeginChoices { counterparts, patient_name: Some(name) });
    }
    let counterparts = kit::request::call(|| domain::chat::counterparts(domain, access)).await?;
    Ok(BeginChoices { counterparts, patient_name: None })
}

/// Begins a conversation.
///
/// # Errors
/// Wrong fields; `UrgentWords`; `ConversationNotInCare`, `NotFound`, `Forbidden`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "begin-conversation")]
pub async fn begin_conversation(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BeginValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::begin(&form).await;
    form.answer(outcome).await
}

/// Sends a message that was posted as a form.
///
/// # Errors
/// Wrong fields; `UrgentWords`; `ConversationClosed`, `ConversationLeft`, `NotFound`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "send-in-conversation")]
pub async fn send_in_conversation(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SendValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::send(&form).await;
    form.answer(outcome).await
}

/// Sends a message from a page with scripts. The answer confirms that it is saved.
///
/// # Errors
/// `FieldsInvalid`, `ConversationClosed`, `ConversationLeft`, `NotFound`, `SignInNeeded`; `Forbidden` when another user is signed in now.
#[server(prefix = "/do", endpoint = "write-in-conversation")]
pub async fn write_in_conversation(
    /// The conversation.
    thread: ThreadId,
    /// A key made by the page: a message sent twice with it is stored once.
    client_key: Uuid,
    /// The text of the message.
    text: String,
    /// The position of the message that it answers.
    quotes: Option<i64>,
    /// The ids of the files that are sent with it, with spaces between them.
    file_ids: Option<String>,
    /// Who wrote it. A message that waited is not sent as somebody else who has signed in on the device meanwhile.
    author: Option<UserId>,
) -> Result<ConversationMessage, Failure> {
    let request = kit::request::RequestContext::require()?;
    let acting = kit::failure::answered(request.access.acting())?;
    if author.is_some_and(|author| author != acting.user) {
        return kit::failure::answered(Err(model::errors::Code::Forbidden.into()));
    }
    let files = kit::failure::answered(post::files_of(file_ids.as_deref().unwrap_or_default()))?;
    let command = domain::chat::WriteMessage { thread, client_key, text, quotes, files };
    kit::request::call(|| domain::chat::write_message(&request.domain, &request.access, command.clone())).await
}

/// Takes back a file that was added to a conversation and not sent.
///
/// # Errors
/// `NotFound`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "take-back-file")]
pub async fn take_back_file(
    /// The posted form.
    #[server(flatten)]
    form: Posted<TakeBackValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::take_back(&form).await;
    form.answer(outcome).await
}

/// Reads what is new in a conversation after a position.
///
/// # Errors
/// `NotFound`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "read-conversation-news")]
pub async fn read_conversation_news(
    /// The conversation.
    thread: ThreadId,
    /// The position of the last message that the page has.
    after: i64,
) -> Result<ConversationNews, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::chat::conversation_news(&request.domain, &request.access, thread, after)).await
}

/// Notes that the user has seen a conversation up to a position.
///
/// # Errors
/// `NotFound`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "mark-conversation-read")]
pub async fn mark_conversation_read(
    /// The conversation.
    thread: ThreadId,
    /// The position of the last message that was seen.
    position: i64,
) -> Result<(), Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::chat::mark_conversation_read(&request.domain, &request.access, thread, position)).await
}

/// Closes or reopens a conversation.
///
/// # Errors
/// `Stale`, `NotFound`, `Forbidden`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "settle-conversation")]
pub async fn settle_conversation(
    /// The posted form.
    #[server(flatten)]
    form: Posted<SettleValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::settle(&form).await;
    form.answer(outcome).await
}

/// Hands a conversation of the desk over to a colleague.
///
/// # Errors
/// A wrong field; `Stale`, `NotFound`, `Forbidden`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "hand-over-conversation")]
pub async fn hand_over_conversation(
    /// The posted form.
    #[server(flatten)]
    form: Posted<HandOverValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::hand_over(&form).await;
    form.answer(outcome).await
}
