//! Writing in a conversation.

use super::{
    Conversation,
    attached::files_refused,
    canned::written_out,
    counterpart_of, side_of,
    store::{self, Appended, NewMessage},
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    chat::Event,
    db::Tx,
    notifications,
};
use model::{
    chat::{
        MessageText,
        conversation::{ConversationMessage, Writer},
    },
    errors::{Code, FieldFault},
    ids::{FileId, ThreadId},
    notices::NoticeTopic,
};
use uuid::Uuid;

/// A message to write.
#[derive(Clone)]
pub struct WriteMessage {
    /// The conversation.
    pub thread: ThreadId,
    /// A key that the writer's page makes; a message sent twice with the same key is stored once.
    pub client_key: Uuid,
    /// The text: 1 to 4,000 characters.
    pub text: String,
    /// The position of the earlier message that it answers.
    pub quotes: Option<i64>,
    /// Files that the writer has added to the conversation and not sent yet.
    pub files: Vec<FileId>,
}

/// Appends a message. The returned message is the acknowledgement: it is stored. A repeat returns the message that is stored, also when the conversation was closed
/// meanwhile.
///
/// # Errors
/// `request.fields_invalid` with the fields `text`, `quotes`, `file_ids`; `not_found`; `chat.access_ended` when the writer's access ended a moment ago;
/// `chat.conversation_closed`; `request.idempotency_mismatch` for another text with a key that was used; `chat.nobody_answers` when the doctor with whom a patient writes
/// does not work here any more, or nobody works at the desk.
pub async fn write_message(domain: &Domain, access: &Access, command: WriteMessage) -> Result<ConversationMessage> {
    let WriteMessage { thread, client_key, quotes, text, files } = command;
    let text = MessageText::parse(&text).map_err(|fault| Error::field("text", fault))?;
    let acting = access.acting()?;
    let mut tx = domain.begin("chat.write_message", access).await?;
    // This locks the thread, so that a repeated request waits here for the first.
    let permit = tx.permit(Write, Conversation(thread)).await?;
    let side = side_of(acting, permit.facts());
    let text = match side {
        Writer::Care => match written_out(&mut tx, &permit, text).await {
            Ok(text) => text,
            Err(error) => {
                tx.close().await?;
                return Err(error);
            }
        },
        Writer::Patient => text,
    };
    if let Some(position) = store::position_of(&mut tx, &permit, acting.user, client_key).await? {
        let sent = store::message(&mut tx, &permit, acting.user, position).await?;
        tx.close().await?;
        // Another text under a key that was used would be lost without a word.
        let is_repeat = sent.text == text.as_str() && sent.quotes == quotes;
        return if is_repeat { Ok(sent) } else { Err(Code::IdempotencyMismatch.into()) };
    }
    if let Some(refusal) = refusal(&mut tx, &permit, side, (quotes, &files[..])).await? {
        tx.close().await?;
        return Err(refusal);
    }
    let new = NewMessage { sender: acting.user, side, client_key, quotes, text: &text };
    let Appended { id: message, position, all_seen } = store::append(&mut tx, (thread, permit.patient()?), &new).await?;
    store::send_files(&mut tx, &permit, (message, &files[..])).await?;
    let sent = store::message(&mut tx, &permit, acting.user, position).await?;
    if all_seen {
        let now = tx.now();
        notifications::read_about(tx.connection(), acting.user, (NoticeTopic::Conversation, thread.uuid()), now).await?;
    }
    tx.emit(Event::ConversationMessageSent { thread, message }).await?;
    let audit = Audit::of(AuditAction::ChatConversationMessageSent).on(ResourceKind::Conversation, thread);
    let audit = audit.patient(permit.patient()?).with("side", side.as_str()).with("position", position);
    let count = i64::try_from(files.len()).map_err(Error::internal)?;
    let audit = if files.is_empty() { audit } else { audit.with("files", count) };
    tx.commit(audit.with_id("message", message)).await?;
    Ok(sent)
}

/// Why this message cannot be written, if it cannot.
async fn refusal(
    tx: &mut Tx,
    permit: &Permit<Write, Conversation>,
    side: Writer,
    (quotes, files): (Option<i64>, &[FileId]),
) -> Result<Option<Error>> {
    if let Some(refusal) = closed_or_left(tx, permit, side).await? {
        return Ok(Some(refusal));
    }
    let last = store::state(tx, permit).await?.last;
    if quotes.is_some_and(|position| !(1..=last).contains(&position)) {
        return Ok(Some(Error::field("quotes", FieldFault::UnknownChoice)));
    }
    files_refused(tx, permit, files).await
}

/// Why nothing can be written, if nothing can.
pub(super) async fn closed_or_left(tx: &mut Tx, permit: &Permit<Write, Conversation>, side: Writer) -> Result<Option<Error>> {
    if !store::is_still_there(tx, permit, side).await? {
        return Ok(Some(Code::ConversationLeft.into()));
    }
    let state = store::state(tx, permit).await?;
    if state.closed {
        return Ok(Some(Code::ConversationClosed.into()));
    }
    if side == Writer::Patient {
        let with = match counterpart_of(permit.facts()) {
            Some(with) => Some(with),
            None => store::between(tx, permit.id().0, false).await?.map(|(_, with)| with),
        };
        if let Some(with) = with
            && !store::is_answered(tx, with).await?
        {
            return Ok(Some(Code::ConversationUnanswered.into()));
        }
    }
    Ok(None)
}
