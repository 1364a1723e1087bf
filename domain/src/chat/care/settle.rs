//! Closing and reopening a conversation, and handing one of the desk over to a colleague.

use super::{Conversation, store};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::End},
    audit::{Audit, AuditAction},
    chat::Event,
};
use model::{
    errors::{Code, FieldFault},
    ids::{ThreadId, UserId},
};

/// Closes a conversation: nobody writes in it until it is reopened. A conversation that is closed stays so.
///
/// # Errors
/// `not_found`; `access.forbidden` for the patient; `request.stale`.
pub async fn close_conversation(domain: &Domain, access: &Access, thread: ThreadId, version: i32) -> Result<()> {
    settle(domain, access, (thread, version), true).await
}

/// Reopens a conversation that was closed.
///
/// # Errors
/// `not_found`; `access.forbidden` for the patient; `request.stale`.
pub async fn reopen_conversation(domain: &Domain, access: &Access, thread: ThreadId, version: i32) -> Result<()> {
    settle(domain, access, (thread, version), false).await
}

async fn settle(domain: &Domain, access: &Access, (thread, version): (ThreadId, i32), closes: bool) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("chat.settle_conversation", access).await?;
    let permit = tx.permit(End, Conversation(thread)).await?;
    if store::state(&mut tx, &permit).await?.closed == closes {
        return tx.close().await;
    }
    if !store::settle(&mut tx, &permit, version, closes.then_some(user)).await? {
        tx.close().await?;
        return Err(Code::Stale.into());
    }
    tx.emit(Event::ConversationChanged { thread }).await?;
    let action = if closes { AuditAction::ChatConversationClosed } else { AuditAction::ChatConversationReopened };
    tx.commit(Audit::of(action).on(ResourceKind::Conversation, thread).patient(permit.patient()?)).await
}

/// Hands a conversation of the desk over.
#[derive(Debug, Clone, Copy)]
pub struct HandOver {
    /// The conversation.
    pub thread: ThreadId,
    /// To whom; `None` for anybody at the desk.
    pub to: Option<UserId>,
    /// The version that was seen.
    pub version: i32,
}

/// Hands a conversation of the desk over to a colleague, who is told from then on of what the patient writes.
///
/// # Errors
/// `not_found`; `access.forbidden` for the patient; `request.fields_invalid` with the field `to` for a user who does not work at the desk of the clinic, and in a
/// conversation with a doctor; `request.stale`.
pub async fn hand_over_conversation(domain: &Domain, access: &Access, command: HandOver) -> Result<()> {
    let HandOver { thread, to, version } = command;
    let mut tx = domain.begin("chat.hand_over_conversation", access).await?;
    let permit = tx.permit(End, Conversation(thread)).await?;
    let colleagues = store::colleagues(&mut tx, &permit).await?;
    let is_known = to.is_none_or(|to| colleagues.iter().any(|colleague| colleague.user == to));
    if permit.facts().doctor.is_some() || !is_known {
        tx.close().await?;
        return Err(Error::field("to", FieldFault::UnknownChoice));
    }
    let before = store::head(&mut tx, &permit).await?.answered_by.map(|colleague| colleague.user);
    if !store::assign(&mut tx, &permit, version, to).await? {
        tx.close().await?;
        return Err(Code::Stale.into());
    }
    tx.emit(Event::ConversationChanged { thread }).await?;
    let audit = Audit::of(AuditAction::ChatConversationHandedOver).on(ResourceKind::Conversation, thread);
    let audit = before.into_iter().fold(audit, |audit, user| audit.with_id("from", user));
    let audit = to.into_iter().fold(audit, |audit, user| audit.with_id("to", user));
    tx.commit(audit.patient(permit.patient()?)).await
}
