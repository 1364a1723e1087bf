//! Which files belong to which conversation and message, in the database.

use super::super::Conversation;
use crate::{
    Result,
    access::{Action, Permit, Subject as _, actions::Write},
    db::Tx,
    files,
};
use model::{
    errors::Code,
    files::DocumentView,
    ids::{FileId, MessageId, PatientId, ThreadId, UserId},
};
use std::collections::HashMap;
use uuid::Uuid;

/// A file of a conversation.
pub(in crate::chat::care) struct Attachment {
    pub(in crate::chat::care) thread: ThreadId,
    pub(in crate::chat::care) added_by: UserId,
    pub(in crate::chat::care) is_sent: bool,
}

/// Locks the patient of a conversation.
///
/// # Errors
/// `not_found`.
pub(in crate::chat::care) async fn lock_patient(tx: &mut Tx, thread: ThreadId) -> Result<()> {
    let (patient, _): (PatientId, _) = super::between(tx, thread, false).await?.ok_or(Code::NotFound)?;
    patient.facts(tx, true).await.map(drop)
}

pub(in crate::chat::care) async fn attachment(tx: &mut Tx, file: FileId) -> Result<Option<Attachment>> {
    let row = sqlx::query!(
        "select thread_id, added_by, message_id is not null as \"is_sent!\" from message_files where file_id = $1",
        file.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Attachment { thread: row.thread_id.into(), added_by: row.added_by.into(), is_sent: row.is_sent }))
}

pub(in crate::chat::care) async fn insert_attachment(
    tx: &mut Tx,
    permit: &Permit<Write, Conversation>,
    (file, user): (FileId, UserId),
) -> Result<()> {
    sqlx::query!(
        "insert into message_files (file_id, thread_id, added_by) values ($1, $2, $3)",
        file.uuid(),
        permit.id().0.uuid(),
        user.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The files that somebody has added to a conversation and not sent yet.
pub(in crate::chat::care) async fn unsent<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, Conversation>,
    user: UserId,
) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        "select file_id from message_files where thread_id = $1 and added_by = $2 and message_id is null",
        permit.id().0.uuid(),
        user.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(FileId::from).collect())
}

/// Says that files were sent with a message. The caller has checked that they may be.
pub(in crate::chat::care) async fn send_files(
    tx: &mut Tx,
    permit: &Permit<Write, Conversation>,
    (message, files): (MessageId, &[FileId]),
) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = files.iter().copied().map(FileId::uuid).collect();
    sqlx::query!(
        "update message_files set message_id = $1 where file_id = any($2) and thread_id = $3 and message_id is null",
        message.uuid(),
        &ids,
        permit.id().0.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The files of some messages, by the message.
pub(in crate::chat::care) async fn files_of<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, Conversation>,
    messages: &[Uuid],
) -> Result<HashMap<Uuid, Vec<DocumentView>>> {
    let rows = sqlx::query!(
        "select f.file_id, f.message_id as \"message_id!\", u.name as \"added_by!\"
         from message_files f join person_name u on u.user_id = f.added_by where f.message_id = any($1)",
        messages
    )
    .fetch_all(tx.connection())
    .await?;
    let mut found: HashMap<Uuid, Vec<DocumentView>> = HashMap::new();
    let ids: Vec<FileId> = rows.iter().map(|row| row.file_id.into()).collect();
    for listed in files::list_some(tx, permit, &ids).await? {
        let Some(row) = rows.iter().find(|row| FileId::from(row.file_id) == listed.id) else { continue };
        found.entry(row.message_id).or_default().push(listed.shown(row.added_by.clone(), false));
    }
    Ok(found)
}
