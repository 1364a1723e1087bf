//! Closing and reopening a conversation, and handing one over to a colleague.

use super::{Conversation, store};
use crate::{
    Domain, Error, Result,
    access::{Access, Action, Permit, ResourceKind, actions::End},
    audit::{Audit, AuditAction},
    chat::Event,
    db::Tx,
};
use model::{
    chat::conversation::Colleague,
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

/// Hands a conversation over.
#[derive(Debug, Clone, Copy)]
pub struct HandOver {
    /// The conversation.
    pub thread: ThreadId,
    /// To whom; `None` for anybody at the desk.
    pub to: Option<UserId>,
    /// The version that was seen.
    pub version: i32,
}

/// Hands a conversation over to a colleague: one of the desk to somebody who works there, who is told from then on of what the patient writes; one with a doctor to another
/// doctor who treats the patient, whose conversation it then is.
///
/// # Errors
/// `not_found`; `access.forbidden` for the patient; `request.fields_invalid` with the field `to` for anybody else, and for nobody in a conversation with a doctor;
/// `request.stale`.
pub async fn hand_over_conversation(domain: &Domain, access: &Access, command: HandOver) -> Result<()> {
    let HandOver { thread, to, version } = command;
    let mut tx = domain.begin("chat.hand_over_conversation", access).await?;
    let permit = tx.permit(End, Conversation(thread)).await?;
    let known = colleagues(&mut tx, &permit).await?;
    let doctor = permit.facts().doctor;
    let is_known = to.map_or(doctor.is_none(), |to| known.iter().any(|colleague| colleague.user == to));
    if !is_known {
        tx.close().await?;
        return Err(Error::field("to", FieldFault::UnknownChoice));
    }
    let before = store::head(&mut tx, &permit).await?.answered_by.map(|colleague| colleague.user);
    let to_doctor = to.filter(|_| doctor.is_some());
    let done = match to_doctor {
        Some(to) => store::hand_to_doctor(&mut tx, &permit, version, to).await?,
        None => store::assign(&mut tx, &permit, version, to).await?,
    };
    if !done {
        tx.close().await?;
        return Err(Code::Stale.into());
    }
    match to_doctor {
        Some(to) => tx.emit(Event::ConversationHandedOver { thread, to }).await?,
        None => tx.emit(Event::ConversationChanged { thread }).await?,
    }
    let audit = Audit::of(AuditAction::ChatConversationHandedOver).on(ResourceKind::Conversation, thread);
    let audit = before.into_iter().fold(audit, |audit, user| audit.with_id("from", user));
    let audit = doctor.into_iter().fold(audit, |audit, doctor| audit.with_id("from_doctor", doctor));
    let audit = to.into_iter().fold(audit, |audit, user| audit.with_id("to", user));
    tx.commit(audit.patient(permit.patient()?)).await
}

/// To whom a conversation can be handed over.
pub(super) async fn colleagues<A: Action>(tx: &mut Tx, permit: &Permit<A, Conversation>) -> Result<Vec<Colleague>> {
    if permit.facts().doctor.is_some() { store::doctors(tx, permit).await } else { store::colleagues(tx, permit).await }
}
