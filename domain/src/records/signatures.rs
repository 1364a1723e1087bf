//! The signature of a note, which freezes it, and the addenda after that.

use super::{
    entries::refused,
    notes,
    store::{self, cosignatures, signatures},
    subjects::NoteOf,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Action, Permit, ResourceKind,
        actions::{Sign, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
};
use model::{
    errors::{Code, FieldFault},
    ids::{EncounterId, NoteAddendumId},
    records::NoteSigning,
    text::many_lines,
};
use serde::Serialize;
use std::fmt;

/// The longest addendum, in characters.
const LONGEST: usize = 10_000;

/// Signs the note of a visit.
#[derive(Debug, Clone, Copy)]
pub struct SignNote {
    /// The visit.
    pub encounter: EncounterId,
    /// The version that was read and is signed.
    pub version: i64,
    /// Whether the doctor states that the note is complete and correct.
    pub states: bool,
}

/// Adds an addendum to a signed note.
#[derive(Clone, Serialize)]
pub struct AddAddendum {
    /// The visit.
    pub encounter: EncounterId,
    /// The text.
    pub text: String,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Leaves out the text, which is medical.
impl fmt::Debug for AddAddendum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddAddendum").field("encounter", &self.encounter).finish_non_exhaustive()
    }
}

/// Signs the newest version of a visit's note as the doctor of the visit. From then on nobody can change the note.
///
/// It needs no idempotency key: the same version signed again is one signature.
///
/// # Errors
/// `request.fields_invalid` with the field `statement`; `records.note_unwritten`; `request.stale` when the note was changed since it was read; `records.note_signed` when
/// another version was signed; `visits.not_yet`, `visits.not_held`; `not_found`, `access.forbidden`.
pub async fn sign_note(domain: &Domain, access: &Access, command: SignNote) -> Result<()> {
    if !command.states {
        return Err(Error::field("statement", FieldFault::Missing));
    }
    let mut tx = domain.begin("records.sign_note", access).await?;
    let permit = tx.permit(Sign, NoteOf(command.encounter)).await?;
    if let Some(signature) = signatures::signature(&mut tx, &permit, command.encounter).await? {
        return if signature.version == command.version { tx.close().await } else { refused(tx, Code::NoteSigned.into()).await };
    }
    let latest = store::note(&mut tx, &permit).await?.version;
    if latest == 0 {
        return refused(tx, Code::NoteUnwritten.into()).await;
    }
    if latest != command.version {
        return refused(tx, Code::Stale.into()).await;
    }
    signatures::insert_signature(&mut tx, &permit).await?;
    let entry = Audit::of(AuditAction::RecordsNoteSigned).patient(permit.patient()?).on(ResourceKind::Note, command.encounter);
    tx.commit(entry.with("version", latest)).await
}

/// Adds an addendum to the signed note of a visit. Phrases in the text are written out.
///
/// # Errors
/// `request.fields_invalid` with the field `text`; `records.note_unsigned`; `not_found`, `access.forbidden`.
pub async fn add_addendum(domain: &Domain, access: &Access, command: AddAddendum) -> Result<NoteAddendumId> {
    let text = many_lines(&command.text, LONGEST).map_err(|fault| Error::field("text", fault))?;
    let mut tx = domain.begin("records.add_addendum", access).await?;
    let permit = tx.permit(Write, NoteOf(command.encounter)).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "records.add_addendum", key, &command).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    if signatures::signature(&mut tx, &permit, command.encounter).await?.is_none() {
        return refused(tx, Code::NoteUnsigned.into()).await;
    }
    let text = match notes::text_written_out(&mut tx, &permit, command.encounter, text, LONGEST).await {
        Ok(text) => text,
        Err(error) => return refused(tx, error).await,
    };
    let id = signatures::insert_addendum(&mut tx, &permit, &text).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    let entry = Audit::of(AuditAction::RecordsAddendumAdded).patient(permit.patient()?).on(ResourceKind::Note, command.encounter);
    tx.commit(entry.with_id("addendum", id)).await?;
    Ok(id)
}

/// The signature of a note and what came after it, as those see it who may follow the note.
pub(super) async fn signing<A: Action>(tx: &mut Tx, permit: &Permit<A, NoteOf>, access: &Access) -> Result<NoteSigning> {
    let (encounter, may_sign) = (permit.id().0, permit.may(access, Sign));
    let signature = signatures::signature(tx, permit, encounter).await?;
    if signature.is_none() {
        return Ok(NoteSigning { may_sign, ..NoteSigning::default() });
    }
    Ok(NoteSigning {
        signature,
        addenda: signatures::addenda(tx, permit, encounter).await?,
        cosignatures: cosignatures::of_note(tx, permit, encounter).await?,
        colleagues: if may_sign { cosignatures::colleagues(tx, permit, encounter).await? } else { Vec::new() },
        may_sign,
    })
}
