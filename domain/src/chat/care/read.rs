//! Lists of conversations, one conversation, and what is new in it.

use super::{
    Conversation, attached, settle, side_of,
    store::{self, Part},
};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{End, Read},
    },
    audit::{Audit, AuditAction},
    chat::Event,
    notifications,
    vault::Purpose,
};
use model::{
    chat::{
        conversation::{ConversationCursor, ConversationNews, ConversationRow, ConversationView, Writer},
        waiting::WaitingKeys,
    },
    ids::{ThreadId, UserId},
    notices::NoticeTopic,
    page::{Page, page_size},
};

/// The most messages in one answer.
pub(super) const AT_ONCE: i64 = 200;

/// Which conversations to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListConversations {
    /// The last conversation of the page before.
    pub after: Option<ConversationCursor>,
    /// How many to list.
    pub limit: Option<u32>,
}

/// The caller's conversations: those of the patient, of the doctor, or of the clinic's desk; the one with the newest message first.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for roles without conversations, and for guardians who see appointments only.
pub async fn list_conversations(domain: &Domain, access: &Access, command: ListConversations) -> Result<Page<ConversationRow>> {
    let scope = access.scope(ResourceKind::Conversation)?;
    let acting = access.acting()?;
    let size = page_size(command.limit);
    let mut tx = domain.begin_reading("chat.list_conversations", access).await?;
    let found = store::rows(&mut tx, &scope, acting, command.after, i64::from(size) + 1).await?;
    let page = Page::cut(found, size, |row| row.cursor().to_string());
    if page.items.is_empty() {
        tx.close().await?;
    } else {
        let patients: Vec<_> = page.items.iter().map(|row| row.patient).collect();
        tx.commit(Audit::read(AuditAction::ChatConversationsListed).patients(patients)).await?;
    }
    Ok(page)
}

/// Which part of a conversation to read.
#[derive(Debug, Clone, Copy)]
pub struct ReadConversation {
    /// The conversation.
    pub thread: ThreadId,
    /// Only messages before this position; the newest ones without it.
    pub before: Option<i64>,
}

/// A conversation with 200 of its messages.
///
/// # Errors
/// `not_found` for callers who do not take part in it.
pub async fn conversation(domain: &Domain, access: &Access, command: ReadConversation) -> Result<ConversationView> {
    let acting = access.acting()?;
    let mut tx = domain.begin_reading("chat.conversation", access).await?;
    let permit = tx.permit(Read, Conversation(command.thread)).await?;
    let side = side_of(acting, permit.facts());
    let head = store::head(&mut tx, &permit).await?;
    let marks = store::marks_of_others(&mut tx, &permit, side).await?;
    let part = command.before.map_or(Part::Newest, Part::Before);
    let messages = store::messages(&mut tx, &permit, acting.user, part, AT_ONCE).await?;
    let unsent = attached::unsent(&mut tx, &permit).await?;
    let may_close = permit.may(access, End);
    let colleagues = if may_close { settle::colleagues(&mut tx, &permit).await? } else { Vec::new() };
    let answers = if side == Writer::Care { store::canned::usable(&mut tx, &permit).await? } else { Vec::new() };
    let away = if side == Writer::Patient { store::shown_note(&mut tx, &permit).await? } else { None };
    let patient = permit.patient()?;
    let audit = Audit::read(AuditAction::ChatConversationRead).on(ResourceKind::Conversation, command.thread).patient(patient);
    tx.commit(audit).await?;
    let store::Head { subject, patient_name, counterpart, answered_by, closed, version } = head;
    Ok(ConversationView {
        id: command.thread,
        reader: acting.user,
        side,
        subject,
        patient,
        patient_name,
        counterpart,
        answered_by,
        colleagues,
        closed,
        may_close,
        away,
        answers,
        version,
        marks,
        messages,
        unsent,
        waiting_keys: waiting_keys(domain, acting.user),
    })
}

/// The keys of a person's messages that wait in a browser. They open nothing else.
fn waiting_keys(domain: &Domain, user: UserId) -> WaitingKeys {
    WaitingKeys(domain.vault().digests(Purpose::Drafts, &[b"waiting-messages", user.uuid().as_bytes()]))
}

/// The messages after a position, 200 at most, oldest first, and how far the other side has got. They then count as delivered to the caller.
///
/// # Errors
/// `not_found` for callers who do not take part in it.
pub async fn conversation_news(domain: &Domain, access: &Access, thread: ThreadId, after: i64) -> Result<ConversationNews> {
    let acting = access.acting()?;
    let mut tx = domain.begin("chat.conversation_news", access).await?;
    let permit = tx.permit(Read, Conversation(thread)).await?;
    let side = side_of(acting, permit.facts());
    let state = store::state(&mut tx, &permit).await?;
    let marks = store::marks_of_others(&mut tx, &permit, side).await?;
    let messages = store::messages(&mut tx, &permit, acting.user, Part::After(after), AT_ONCE).await?;
    let Some(delivered) = messages.last().map(|message| message.position) else {
        tx.close().await?;
        return Ok(ConversationNews { closed: state.closed, marks, messages });
    };
    if store::mark(&mut tx, &permit, (acting.user, side), (delivered, 0)).await? {
        tx.emit(Event::ConversationChanged { thread }).await?;
    }
    let audit = Audit::read(AuditAction::ChatConversationRead).on(ResourceKind::Conversation, thread).patient(permit.patient()?);
    tx.commit(audit).await?;
    Ok(ConversationNews { closed: state.closed, marks, messages })
}

/// Notes that the caller has read a conversation up to a position. The caller's notices about it are read too. An earlier position than before changes nothing.
///
/// # Errors
/// `not_found` for callers who do not take part in it.
pub async fn mark_conversation_read(domain: &Domain, access: &Access, thread: ThreadId, position: i64) -> Result<()> {
    let acting = access.acting()?;
    let mut tx = domain.begin("chat.mark_conversation_read", access).await?;
    let permit = tx.permit(Read, Conversation(thread)).await?;
    let side = side_of(acting, permit.facts());
    let seen = position.clamp(0, store::state(&mut tx, &permit).await?.last);
    if !store::mark(&mut tx, &permit, (acting.user, side), (seen, seen)).await? {
        return tx.close().await;
    }
    let now = tx.now();
    notifications::read_about(tx.connection(), acting.user, (NoticeTopic::Conversation, thread.uuid()), now).await?;
    tx.emit(Event::ConversationChanged { thread }).await?;
    let audit = Audit::read(AuditAction::ChatConversationRead).on(ResourceKind::Conversation, thread).patient(permit.patient()?);
    tx.commit(audit).await
}
