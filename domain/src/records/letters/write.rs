//! The draft of a letter: writing, changing and discarding it.

use super::super::{
    entries::refused,
    notes,
    store::letters::{self as store, LetterHead},
    subjects::LettersAt,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Action, Permit, ResourceKind, Subject,
        actions::{Cancel, Create, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    document::printable,
    idempotency::{self, Claimed},
    prescriptions,
};
use jiff::civil::Date;
use model::{
    errors::{Code, FieldFault},
    ids::{EncounterId, LetterId},
    records::{LetterState, LetterText, MAX_LETTER_TEXT, TypedLetter},
};
use serde::Serialize;

/// Begins a letter for a visit.
#[derive(Debug, Clone, Serialize)]
pub struct WriteLetter {
    /// The visit.
    pub encounter: EncounterId,
    /// The fields, as they were typed.
    pub letter: TypedLetter,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Changes the draft of a letter.
#[derive(Debug, Clone)]
pub struct ChangeLetter {
    /// The letter.
    pub letter: LetterId,
    /// The version that the writer saw.
    pub version: i64,
    /// The fields, as they were typed.
    pub typed: TypedLetter,
}

/// Discards the draft of a letter.
#[derive(Debug, Clone, Copy)]
pub struct DiscardLetter {
    /// The letter.
    pub letter: LetterId,
    /// The version that was seen.
    pub version: i64,
}

/// Writes the draft of a letter as the doctor of a visit. Phrases in the text are written out.
///
/// # Errors
/// `request.fields_invalid` with the fields `kind`, `recipient`, `from`, `until`, `text`; `visits.not_yet`, `visits.not_held`; `not_found`, `access.forbidden`.
pub async fn write_letter(domain: &Domain, access: &Access, command: WriteLetter) -> Result<LetterId> {
    let content = parsed(&command.letter)?;
    let mut tx = domain.begin("records.write_letter", access).await?;
    let permit = tx.permit(Create, LettersAt(command.encounter)).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "records.write_letter", key, &command).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    let zone = store::zone_of_visit(&mut tx, &permit).await?;
    let content = match finished(&mut tx, &permit, (command.encounter, &zone), content).await {
        Ok(content) => content,
        Err(error) => return refused(tx, error).await,
    };
    let id = store::insert(&mut tx, &permit, &content).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    let entry = Audit::of(AuditAction::RecordsLetterWritten).patient(permit.patient()?).on(ResourceKind::Letter, id);
    tx.commit(entry.with("kind", content.kind.as_str())).await?;
    Ok(id)
}

/// Changes the draft of a letter. The same content sent twice is one change, whatever version the repeat names.
///
/// # Errors
/// Those of [`write_letter`]; `request.stale`; `records.letter_frozen` once it is issued, `records.letter_withdrawn`.
pub async fn change_letter(domain: &Domain, access: &Access, command: ChangeLetter) -> Result<()> {
    let content = parsed(&command.typed)?;
    let mut tx = domain.begin("records.change_letter", access).await?;
    let permit = tx.permit(Write, command.letter).await?;
    let head = store::head(&mut tx, &permit).await?;
    if let Err(error) = still_draft(&head) {
        return refused(tx, error).await;
    }
    let content = match finished(&mut tx, &permit, (head.encounter, &head.clinic_zone), content).await {
        Ok(content) => content,
        Err(error) => return refused(tx, error).await,
    };
    if content == head.content {
        return tx.close().await;
    }
    if i64::from(head.version) != command.version {
        return refused(tx, Code::Stale.into()).await;
    }
    store::update(&mut tx, &permit, &content).await?;
    let entry = Audit::of(AuditAction::RecordsLetterChanged).patient(head.patient).on(ResourceKind::Letter, command.letter);
    let entry = entry.with("kind_before", head.content.kind.as_str()).with("kind", content.kind.as_str());
    tx.commit(entry.with("version", i64::from(head.version) + 1)).await
}

/// Discards the draft of a letter by deleting it. Issued letters are never deleted.
///
/// # Errors
/// `request.stale`; `records.letter_frozen`, `records.letter_withdrawn`; `not_found`, `access.forbidden`.
pub async fn discard_letter(domain: &Domain, access: &Access, command: DiscardLetter) -> Result<()> {
    let mut tx = domain.begin("records.discard_letter", access).await?;
    // The draft for a visit that did not take place can no longer be changed, and must not stay for ever.
    let permit = tx.permit(Cancel, command.letter).await?;
    let head = store::head(&mut tx, &permit).await?;
    if let Err(error) = still_draft(&head) {
        return refused(tx, error).await;
    }
    if i64::from(head.version) != command.version {
        return refused(tx, Code::Stale.into()).await;
    }
    store::delete(&mut tx, &permit).await?;
    let entry = Audit::of(AuditAction::RecordsLetterDiscarded).patient(head.patient).on(ResourceKind::Letter, command.letter);
    tx.commit(entry.with("kind", head.content.kind.as_str())).await
}

/// Fails for a letter that was issued.
pub(super) fn still_draft(head: &LetterHead) -> Result<()> {
    match head.state() {
        LetterState::Draft => Ok(()),
        LetterState::Issued => Err(Code::LetterFrozen.into()),
        LetterState::Withdrawn => Err(Code::LetterWithdrawn.into()),
    }
}

/// Today's date in a time zone.
pub(super) fn today(tx: &Tx, zone: &str) -> Result<Date> {
    Ok(prescriptions::zone(zone)?.to_datetime(tx.now()).date())
}

fn parsed(typed: &TypedLetter) -> Result<LetterText> {
    typed.parse(|text| printable(text).is_ok()).map_err(Error::fields)
}

/// The content with its phrases written out, for a visit at a clinic in this time zone.
async fn finished<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    (encounter, zone): (EncounterId, &str),
    content: LetterText,
) -> Result<LetterText> {
    content.check(today(tx, zone)?).map_err(Error::fields)?;
    let text = notes::text_written_out(tx, permit, encounter, content.text.clone(), MAX_LETTER_TEXT).await?;
    if printable(&text).is_err() {
        return Err(Error::field("text", FieldFault::Unprintable));
    }
    Ok(LetterText { text, ..content })
}
