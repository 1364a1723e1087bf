//! Deletes uploads that were never completed and objects that nothing uses, removes the content of files that were withdrawn and that nothing keeps, and has files checked
//! whose check was lost.

use super::{
    Files,
    check::check_later,
    rules::{Owner, Part, RESTORED_WITHIN, is_to_be_removed, resource_of},
    store::{self, FileRow},
};
use crate::{
    Domain, Result,
    access::Access,
    audit::{Audit, AuditAction},
};
use jiff::{SignedDuration, Timestamp};
use model::{
    files::FileState,
    ids::{FileId, RequestId},
};

/// The most rows of each kind that one sweep takes.
const MOST: i64 = 500;
/// A check that has not ended after this time is begun again. Beginning it twice does no harm.
const CHECK_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(30);
/// After so many objects that the storage does not delete, it is away, and the next sweep goes on.
const MOST_REFUSED: usize = 20;
/// Somebody may still be reading an object that was just dropped.
const KEPT_AFTER_DROP: SignedDuration = SignedDuration::from_hours(1);

/// Sweeps; returns how many uploads and objects were deleted and how many withdrawn files were removed. An object that the storage does not delete now is tried
/// again after an hour, behind the others.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep(domain: &Domain, files: &Files) -> Result<u64> {
    let now = domain.now();
    let mut swept = 0;
    let life = SignedDuration::from_hours(domain.settings().upload_hours);
    let mut connection = domain.pool().acquire().await?;
    for upload in store::expired(&mut connection, now - life, MOST).await? {
        let mut db = domain.pool().begin().await?;
        // It may have been completed a moment ago; its objects are needed then.
        if store::lock(&mut db, upload).await?.is_some_and(|row| row.state == FileState::Uploading) {
            store::delete_upload(&mut db, upload, now).await?;
            swept += 1;
        }
        db.commit().await?;
    }
    for file in store::to_remove(&mut connection, now - RESTORED_WITHIN, now, MOST).await? {
        swept += u64::from(remove(domain, file, now).await?);
    }
    for file in store::stuck(&mut connection, now - CHECK_AGAIN_AFTER, now, MOST).await? {
        check_later(domain, &mut connection, file).await?;
    }
    let mut refused = 0;
    // An object whose writing has begun must have ended or failed by then.
    for object in store::unused(&mut connection, now - KEPT_AFTER_DROP, MOST).await? {
        match files.storage().delete(object).await {
            Ok(()) => {
                store::forget(&mut connection, object).await?;
                swept += 1;
            }
            Err(error) => {
                refused += 1;
                tracing::error!(object.id = %object, error = %error, "an object of a file could not be deleted; trying again in an hour");
                store::put_off(&mut connection, object, now).await?;
            }
        }
        if refused == MOST_REFUSED {
            break;
        }
    }
    Ok(swept)
}

/// Removes the content of a withdrawn file for good; `false` when it was brought back or put under a hold a moment ago. Its row stays, with the reason.
async fn remove(domain: &Domain, file: FileId, now: Timestamp) -> Result<bool> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("files.remove", &access).await?;
    let is_due = |row: &FileRow| {
        let withdrawn_at = row.withdrawn_at.filter(|_| !row.is_removed && !row.is_held);
        withdrawn_at.is_some_and(|at| is_to_be_removed((row.retention, row.kept_until), at, now))
    };
    let Some(row) = store::lock(tx.connection(), file).await?.filter(is_due) else {
        tx.close().await?;
        return Ok(false);
    };
    store::mark_removed(tx.connection(), file, now).await?;
    for part in [Part::Content, Part::Thumbnail] {
        store::drop_objects(tx.connection(), file, part, None, now).await?;
    }
    let entry = Audit::of(AuditAction::FilesRemoved).on(resource_of(row.purpose), file).with("retention", row.retention.as_str());
    let entry = match row.owner {
        Owner::Patient(patient) => entry.patient(patient),
        Owner::Clinic(clinic) => entry.on(resource_of(row.purpose), clinic).with_id("file", file),
        Owner::Doctor(doctor) => entry.on(resource_of(row.purpose), doctor).with_id("file", file),
    };
    tx.commit(entry).await?;
    Ok(true)
}
