//! How long clinics keep closed conversations, and deleting those that are kept no longer.
//!
//! A conversation with a doctor is deleted when no clinic at which the doctor works keeps it. Nothing of a patient is deleted while a file of theirs is under a legal hold.

use super::{
    Conversation,
    store::{self, retention::Due},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{End, Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    files,
};
use model::{
    chat::retention::{MessageRetention, kept_days},
    errors::Code,
    ids::{ClinicId, RequestId, ThreadId},
};

/// The most conversations that one sweep deletes.
const MOST_DELETED: i64 = 500;
/// Stands with each removed file.
const REASON: &str = "the conversation was deleted";

/// Sets how long a clinic keeps closed conversations. The text is an unparsed form value.
#[derive(Debug, Clone)]
pub struct SetMessageRetention {
    /// The clinic.
    pub clinic: ClinicId,
    /// For how many days after it was closed: 90 to 10,950; empty for ever.
    pub days: String,
    /// The version that was seen; 0 for none.
    pub version: i32,
}

/// How long a clinic of the caller keeps closed conversations.
///
/// # Errors
/// `access.sign_in_needed`; `not_found` for the clinics of others.
pub async fn message_retention(domain: &Domain, access: &Access, clinic: ClinicId) -> Result<MessageRetention> {
    let mut tx = domain.begin_reading("chat.message_retention", access).await?;
    let permit = tx.permit(Read, clinic).await?;
    let kept = store::retention::of_clinic(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(kept)
}

/// Sets how long a clinic keeps closed conversations. It needs no idempotency key: a repeat has a version that has passed, or changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `days`; `request.stale`; `not_found`, `access.forbidden`.
pub async fn set_message_retention(domain: &Domain, access: &Access, command: SetMessageRetention) -> Result<MessageRetention> {
    let SetMessageRetention { clinic, days, version } = command;
    let days = kept_days(&days).map_err(|fault| Error::field("days", fault))?;
    let mut tx = domain.begin("chat.set_message_retention", access).await?;
    let permit = tx.permit(Write, clinic).await?;
    let before = store::retention::of_clinic(&mut tx, &permit).await?;
    if before.days == days {
        tx.close().await?;
        return Ok(before);
    }
    if !store::retention::set(&mut tx, &permit, days, version).await? {
        tx.close().await?;
        return Err(Code::Stale.into());
    }
    let after = store::retention::of_clinic(&mut tx, &permit).await?;
    let entry = Audit::of(AuditAction::ChatRetentionSet).on(ResourceKind::Clinic, clinic);
    let entry = before.days.map_or(entry.clone(), |before| entry.with("before", i64::from(before)));
    let entry = days.map_or(entry.clone(), |days| entry.with("after", i64::from(days)));
    tx.commit(entry).await?;
    Ok(after)
}

/// Deletes closed conversations that are kept no longer; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_conversations(domain: &Domain) -> Result<u64> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin_reading("chat.sweep_conversations", &access).await?;
    let due = store::retention::due(&mut tx, None, MOST_DELETED).await?;
    tx.close().await?;
    let mut deleted = 0;
    for Due { thread, .. } in due {
        deleted += u64::from(delete(domain, thread).await?);
    }
    Ok(deleted)
}

/// Deletes one conversation; `false` if it was reopened or put under a hold a moment ago, or if the data of its patient was erased.
async fn delete(domain: &Domain, thread: ThreadId) -> Result<bool> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("chat.delete_conversation", &access).await?;
    match deleted(&mut tx, thread).await {
        Ok(Some(entry)) => tx.commit(entry).await.map(|()| true),
        Ok(None) => tx.close().await.map(|()| false),
        Err(error) if matches!(error.code(), Code::NotFound | Code::FileHeld) => tx.close().await.map(|()| false),
        Err(error) => {
            tx.close().await?;
            Err(error)
        }
    }
}

async fn deleted(tx: &mut Tx, thread: ThreadId) -> Result<Option<Audit>> {
    let permit = tx.permit(End, Conversation(thread)).await?;
    let patient = permit.patient()?;
    let Some(due) = store::retention::due(tx, Some(thread), 1).await?.pop() else { return Ok(None) };
    let attached = store::retention::files_in(tx, &permit).await?;
    files::remove_some(tx, (patient, due.closed_by), &attached, REASON).await?;
    let Some(messages) = store::retention::delete(tx, &permit).await? else { return Ok(None) };
    let files = i64::try_from(attached.len()).map_err(Error::internal)?;
    let entry = Audit::of(AuditAction::ChatConversationDeleted).on(ResourceKind::Conversation, thread).patient(patient);
    Ok(Some(entry.with("messages", messages).with("files", files)))
}
