//! Visits that have ended without a note.

use super::store;
use crate::{Domain, Result, access::Access};
use jiff::SignedDuration;
use model::records::NotesMissing;

/// For how long after a visit its doctor is reminded of the note.
const REMINDED: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How many visits of the calling doctor have ended in the last 30 days and have no note. It names no patient, so reading it is not audited.
///
/// # Errors
/// `access.sign_in_needed`, `access.forbidden`.
pub async fn notes_missing(domain: &Domain, access: &Access) -> Result<NotesMissing> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("records.notes_missing", access).await?;
    let since = tx.now() - REMINDED;
    let missing = store::notes_missing(&mut tx, doctor, since).await?;
    tx.close().await?;
    Ok(missing)
}
