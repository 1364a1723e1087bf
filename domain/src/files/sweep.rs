//! Deletes uploads that were never completed and objects that nothing uses, and has files checked whose check was lost.

use super::{Files, check::check_later, store};
use crate::{Domain, Result};
use jiff::SignedDuration;
use model::files::FileState;

/// The most rows of each kind that one sweep takes.
const MOST: i64 = 500;
/// A check that has not ended after this time is begun again. Beginning it twice does no harm.
const CHECK_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(30);
/// Somebody may still be reading an object that was just dropped.
const KEPT_AFTER_DROP: SignedDuration = SignedDuration::from_hours(1);

/// Sweeps; returns how many uploads and objects were deleted. An object that the storage does not delete now stays for the next time.
///
/// # Errors
/// `database.unavailable`, `files.storage_unavailable`.
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
    for file in store::stuck(&mut connection, now - CHECK_AGAIN_AFTER, now, MOST).await? {
        check_later(domain, &mut connection, file).await?;
    }
    // An object whose writing has begun must have ended or failed by then.
    for object in store::unused(&mut connection, now - KEPT_AFTER_DROP, MOST).await? {
        files.storage().delete(object).await?;
        store::forget(&mut connection, object).await?;
        swept += 1;
    }
    Ok(swept)
}
