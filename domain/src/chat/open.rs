//! Reading a conversation.

use super::store::{self, Part};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    visits,
};
use model::{
    chat::views::{MessageView, ThreadView},
    ids::{EncounterId, ThreadId},
};

/// The most messages in one answer.
const AT_ONCE: i64 = 200;

/// Opens the conversation of a visit and returns its newest 200 messages. For a guardian who sees appointments only it is empty unless messages can be written
/// in it now.
///
/// # Errors
/// `not_found` for callers who do not take part in the visit.
pub async fn open_thread(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<ThreadView> {
    let acting = access.acting()?;
    let mut tx = domain.begin("chat.open_thread", access).await?;
    let visit = tx.permit(Read, encounter).await?;
    let side = visits::side_of(acting, visit.facts())?;
    let thread = store::thread_of(&mut tx, &visit).await?;
    let permit = tx.permit(Read, thread).await?;
    let open = visits::can_write(&mut tx, &visit).await?;
    let messages = if acting.appointments_only && !open {
        Vec::new()
    } else {
        store::messages(&mut tx, &permit, Part::Newest, AT_ONCE).await?
    };
    let audit = Audit::read(AuditAction::ChatOpened).on(ResourceKind::Visit, encounter).patient(visit.patient()?);
    tx.commit(audit).await?;
    Ok(ThreadView { thread, side, open, messages })
}

/// The messages after a position, 200 at most, oldest first; for a guardian who sees appointments only, none unless messages can be written in it now.
///
/// # Errors
/// `not_found` for callers who do not take part in the conversation.
pub async fn messages(domain: &Domain, access: &Access, thread: ThreadId, after: i64) -> Result<Vec<MessageView>> {
    let mut tx = domain.begin_reading("chat.messages", access).await?;
    let permit = tx.permit(Read, thread).await?;
    if access.acting()?.appointments_only {
        let encounter = store::encounter_of(&mut tx, &permit).await?;
        let visit = tx.permit(Read, encounter).await?;
        if !visits::can_write(&mut tx, &visit).await? {
            tx.close().await?;
            return Ok(Vec::new());
        }
    }
    let messages = store::messages(&mut tx, &permit, Part::After(after), AT_ONCE).await?;
    if messages.is_empty() {
        tx.close().await?;
        return Ok(messages);
    }
    let encounter = store::encounter_of(&mut tx, &permit).await?;
    tx.commit(Audit::read(AuditAction::ChatOpened).on(ResourceKind::Visit, encounter).patient(permit.patient()?)).await?;
    Ok(messages)
}
