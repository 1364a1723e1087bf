//! The note of a visit.

use super::{store, subjects::NoteOf};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
};
use model::{errors::Code, ids::EncounterId, records::SoapNote};

/// Writes a new version of a visit's note.
#[derive(Debug, Clone)]
pub struct SaveNote {
    /// The visit.
    pub encounter: EncounterId,
    /// The version that the writer saw; 0 for a new note.
    pub version_seen: i64,
    /// The new text.
    pub note: SoapNote,
}

/// Writes a new version of a visit's note and returns its number. The visit's doctor may write after the visit too: every version stays.
///
/// It needs no idempotency key: the same text sent twice is one version, whatever version the repeat names.
///
/// # Errors
/// `request.fields_invalid` with the parts as fields; `request.stale` when somebody else has written in between; `not_found`, `access.forbidden`.
pub async fn save_note(domain: &Domain, access: &Access, command: SaveNote) -> Result<i64> {
    let note = SoapNote::parse(&command.note).map_err(Error::fields)?;
    let mut tx = domain.begin("records.save_note", access).await?;
    let permit = tx.permit(Write, NoteOf(command.encounter)).await?;
    let latest = store::note(&mut tx, &permit).await?;
    if latest.version > 0 && latest.note == note {
        tx.close().await?;
        return Ok(latest.version);
    }
    if latest.version != command.version_seen {
        return Err(Code::Stale.into());
    }
    let version = store::insert_note_version(&mut tx, &permit, &note).await?;
    let entry = Audit::of(AuditAction::RecordsNoteSaved).patient(permit.patient()?).on(ResourceKind::Note, command.encounter);
    tx.commit(entry.with("version", version)).await?;
    Ok(version)
}
