//! The files that are sent with messages. They are uploaded like all files (`crate::filing`), for one conversation, and belong to a message when it is written. Who takes
//! part in the conversation reads the files of its messages; what is not sent yet is seen by who added it.

use super::{Conversation, side_of, store, write::closed_or_left};
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Read, Write},
    },
    db::Tx,
    files,
};
use model::{
    chat::conversation::MOST_FILES,
    errors::{Code, FieldFault},
    files::{DocumentView, FileState},
    ids::{FileId, ThreadId},
};

/// The permit to add a file to a conversation. It also locks the patient, whose room the file takes.
///
/// # Errors
/// `not_found`.
pub(crate) async fn permit_to_attach(tx: &mut Tx, thread: ThreadId) -> Result<Permit<Write, Conversation>> {
    // The patient first, as everybody who locks both does.
    store::lock_patient(tx, thread).await?;
    tx.permit(Write, Conversation(thread)).await
}

/// The permit to read a file of a conversation, which was sent, or which the caller has added.
///
/// # Errors
/// `not_found`.
pub(crate) async fn permit_to_read_attachment(tx: &mut Tx, file: FileId) -> Result<Permit<Read, Conversation>> {
    let user = tx.access().acting()?.user;
    let found = store::attachment(tx, file).await?.filter(|found| found.is_sent || found.added_by == user);
    let found = found.ok_or(Code::NotFound)?;
    tx.permit(Read, Conversation(found.thread)).await
}

/// The conversation of a file that the caller has added and not sent yet.
///
/// # Errors
/// `not_found`.
pub(crate) async fn thread_of_unsent(tx: &mut Tx, file: FileId) -> Result<ThreadId> {
    let user = tx.access().acting()?.user;
    let found = store::attachment(tx, file).await?.filter(|found| !found.is_sent && found.added_by == user);
    found.map(|found| found.thread).ok_or_else(|| Code::NotFound.into())
}

/// Refuses a new file where nothing can be written.
///
/// # Errors
/// `chat.access_ended`, `chat.conversation_closed`.
pub(crate) async fn check_writes(tx: &mut Tx, permit: &Permit<Write, Conversation>) -> Result<()> {
    let side = side_of(tx.access().acting()?, permit.facts());
    closed_or_left(tx, permit, side).await?.map_or(Ok(()), Err)
}

/// Says to which conversation an upload belongs.
///
/// # Errors
/// `database.unavailable`.
pub(crate) async fn note_attachment(tx: &mut Tx, permit: &Permit<Write, Conversation>, file: FileId) -> Result<()> {
    let user = tx.access().acting()?.user;
    store::insert_attachment(tx, permit, (file, user)).await
}

/// Why these files cannot be sent with a message, if they cannot: the caller has added each of them to this conversation and not sent it, and its check has ended well.
pub(super) async fn files_refused(tx: &mut Tx, permit: &Permit<Write, Conversation>, wanted: &[FileId]) -> Result<Option<Error>> {
    if wanted.is_empty() {
        return Ok(None);
    }
    if wanted.len() > MOST_FILES {
        let most = u32::try_from(MOST_FILES).unwrap_or(u32::MAX);
        return Ok(Some(Error::field("file_ids", FieldFault::TooMany(most))));
    }
    let user = tx.access().acting()?.user;
    let unsent = store::unsent(tx, permit, user).await?;
    let listed = files::list_some(tx, permit, wanted).await?;
    let is_ready = |file: &FileId| listed.iter().any(|listed| listed.id == *file && listed.state == FileState::Ready);
    let is_known = wanted.iter().all(|file| unsent.contains(file) && is_ready(file));
    Ok((!is_known).then(|| Error::field("file_ids", FieldFault::UnknownChoice)))
}

/// The files that the caller has added to a conversation and not sent yet.
pub(super) async fn unsent(tx: &mut Tx, permit: &Permit<Read, Conversation>) -> Result<Vec<DocumentView>> {
    let user = tx.access().acting()?.user;
    let unsent = store::unsent(tx, permit, user).await?;
    let listed = files::list_some(tx, permit, &unsent).await?;
    Ok(listed.into_iter().map(|file| file.shown(String::new(), true)).collect())
}
