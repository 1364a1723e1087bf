//! Sending a message in a conversation.

use super::{
    notices::Event,
    store::{self, Part},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    visits,
};
use model::{
    chat::{MessageText, views::MessageView},
    errors::Code,
    ids::ThreadId,
};
use uuid::Uuid;

/// A message to send.
#[derive(Clone)]
pub struct SendMessage {
    /// The conversation.
    pub thread: ThreadId,
    /// A key that the sender's page makes; a message sent twice with the same key is stored once.
    pub client_key: Uuid,
    /// The text: 1 to 4,000 characters.
    pub text: String,
}

/// Appends a message. The returned view is the acknowledgement: the message is stored.
///
/// # Errors
/// `request.fields_invalid` with the field `text`; `not_found`; `visits.closed` when the conversation is not open now.
pub async fn send(domain: &Domain, access: &Access, command: SendMessage) -> Result<MessageView> {
    let text = MessageText::parse(&command.text).map_err(|fault| Error::field("text", fault))?;
    let sender = access.acting()?.user;
    let mut tx = domain.begin("chat.send", access).await?;
    // This locks the thread, so that a repeated request waits here for the first, and positions follow the order of commits.
    let permit = tx.permit(Write, command.thread).await?;
    if let Some(position) = store::position_of(&mut tx, command.thread, sender, command.client_key).await? {
        let sent = store::messages(&mut tx, &permit, Part::After(position - 1), 1).await?;
        tx.close().await?;
        return first(sent);
    }
    let encounter = store::encounter_of(&mut tx, &permit).await?;
    let visit = tx.permit(Read, encounter).await?;
    if !visits::can_write(&mut tx, &visit).await? {
        return Err(Code::VisitClosed.into());
    }
    let (message, position) = store::append(&mut tx, &permit, sender, command.client_key, &text).await?;
    let sent = store::messages(&mut tx, &permit, Part::After(position - 1), 1).await?;
    tx.emit(Event::MessageSent { thread: command.thread, message }).await?;
    let audit = Audit::of(AuditAction::ChatMessageSent).on(ResourceKind::Visit, encounter).patient(permit.patient()?);
    tx.commit(audit.with_id("message", message)).await?;
    first(sent)
}

fn first(sent: Vec<MessageView>) -> Result<MessageView> {
    sent.into_iter().next().ok_or_else(|| Error::internal("a message that was just kept"))
}
