//! Files that are sent with messages: `chat` decides about them.

use super::{BeginUpload, entry, or_closed};
use crate::{
    Domain, Error, Result,
    access::Access,
    audit::AuditAction,
    chat,
    files::{self, NewUpload, Owner},
};
use model::{
    errors::{Code, FieldFault},
    files::{FileKind, FilePurpose, UploadView},
    ids::FileId,
};

const PURPOSE: FilePurpose = FilePurpose::MessageAttachment;

/// Begins an upload for a conversation.
pub(super) async fn begin(
    domain: &Domain,
    access: &Access,
    command: &BeginUpload,
    (name, kind): (String, FileKind),
) -> Result<UploadView> {
    let by_patient = access.acting()?.patient.is_some();
    let thread = command.thread.ok_or_else(|| Error::field("thread_id", FieldFault::Missing))?;
    let mut tx = domain.begin("filing.begin", access).await?;
    let permit = chat::permit_to_attach(&mut tx, thread).await?;
    let owner = Owner::Patient(permit.patient()?);
    let (bytes, sha256) = (command.bytes, command.sha256);
    let new = NewUpload { purpose: PURPOSE, owner, name, kind, bytes, sha256, by_patient, replaces: None };
    let begun = async {
        chat::check_writes(&mut tx, &permit).await?;
        let view = files::begin(&mut tx, &permit, new).await?;
        chat::note_attachment(&mut tx, &permit, view.id).await?;
        Ok::<_, Error>(view)
    }
    .await;
    let (tx, view) = or_closed(tx, begun).await?;
    tx.commit(entry(AuditAction::FilesUploadBegun, PURPOSE, owner, view.id).with_id("thread", thread)).await?;
    Ok(view)
}

/// Takes back a file that was uploaded and not sent with a message. Its content is removed after some time, as that of all withdrawn files.
pub(super) async fn take_back(domain: &Domain, access: &Access, file: FileId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("filing.take_back", access).await?;
    let thread = chat::thread_of_unsent(&mut tx, file).await?;
    let permit = chat::permit_to_attach(&mut tx, thread).await?;
    let owner = Owner::Patient(permit.patient()?);
    let taken = async {
        // It may have been sent a moment ago.
        chat::thread_of_unsent(&mut tx, file).await?;
        files::withdraw(&mut tx, &permit, (file, PURPOSE), "not sent", |of| of.added_by == user).await
    }
    .await;
    let (tx, is_new) = or_closed(tx, taken).await?;
    if !is_new {
        tx.close().await?;
        return Err(Code::NotFound.into());
    }
    tx.commit(entry(AuditAction::FilesUploadAbandoned, PURPOSE, owner, file)).await
}
