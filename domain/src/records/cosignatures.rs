//! Co-signatures: the doctor of a visit asks a colleague, who reads the signed note and co-signs it, or sends it back with words.

use super::{
    entries::refused,
    notices::Event,
    store::{cosignatures as store, signatures},
    subjects::CosignaturesOf,
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Read, Sign},
    },
    audit::{Audit, AuditAction},
    idempotency::{self, Claimed},
};
use model::{
    errors::{Code, FieldFault},
    ids::{CosignatureId, EncounterId, UserId},
    records::{CosignAnswer, CosignatureRow, CosignatureView},
    text::many_lines,
};
use serde::Serialize;
use std::fmt;

/// The longest words of a colleague, in characters.
const LONGEST: usize = 2_000;

/// Asks a colleague to co-sign the note of a visit.
#[derive(Debug, Clone, Serialize)]
pub struct AskCosignature {
    /// The visit.
    pub encounter: EncounterId,
    /// The colleague: another doctor of the visit's clinic.
    pub colleague: UserId,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Answers the request to co-sign a note.
#[derive(Clone)]
pub struct AnswerCosignature {
    /// The request.
    pub cosignature: CosignatureId,
    /// The answer.
    pub answer: CosignAnswer,
    /// What the colleague says about it; needed to send the note back.
    pub words: String,
}

/// Leaves out the words, which are medical.
impl fmt::Debug for AnswerCosignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerCosignature")
            .field("cosignature", &self.cosignature)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

/// Asks a colleague to co-sign the signed note of a visit. After an answer the same colleague can be asked again, because there may be an addendum.
///
/// # Errors
/// `records.note_unsigned`; `request.fields_invalid` with the field `colleague` for somebody who is no other doctor of the clinic; `records.cosignature_asked` while the
/// colleague has not answered; `not_found`, `access.forbidden`.
pub async fn ask_cosignature(domain: &Domain, access: &Access, command: AskCosignature) -> Result<CosignatureId> {
    let AskCosignature { encounter, colleague, .. } = command;
    let mut tx = domain.begin("records.ask_cosignature", access).await?;
    let permit = tx.permit(Create, CosignaturesOf(encounter)).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "records.ask_cosignature", key, &command).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    if signatures::signature(&mut tx, &permit, encounter).await?.is_none() {
        return refused(tx, Code::NoteUnsigned.into()).await;
    }
    if !store::colleagues(&mut tx, &permit, encounter).await?.iter().any(|known| known.user == colleague) {
        return refused(tx, Error::field("colleague", FieldFault::UnknownChoice)).await;
    }
    if store::waits_for(&mut tx, &permit, colleague).await? {
        return refused(tx, Code::CosignatureAsked.into()).await;
    }
    let id = store::insert_request(&mut tx, &permit, colleague).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    tx.emit(Event::CosignatureAsked { cosignature: id }).await?;
    let entry = Audit::of(AuditAction::RecordsCosignatureAsked).patient(permit.patient()?).on(ResourceKind::Cosignature, id);
    tx.commit(entry.with_id("encounter", encounter).with_id("colleague", colleague)).await?;
    Ok(id)
}

/// Co-signs a note as the colleague who was asked, or sends it back. The answer is given once; the same answer given again changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `words`; `records.cosignature_answered` after another answer; `not_found`, `access.forbidden`.
pub async fn answer_cosignature(domain: &Domain, access: &Access, command: AnswerCosignature) -> Result<()> {
    let words = match (many_lines(&command.words, LONGEST), command.answer) {
        (Ok(words), _) => Some(words),
        (Err(FieldFault::Missing), CosignAnswer::Signed) => None,
        (Err(fault), _) => return Err(Error::field("words", fault)),
    };
    let id = command.cosignature;
    let mut tx = domain.begin("records.answer_cosignature", access).await?;
    let permit = tx.permit(Sign, id).await?;
    if let Some(answer) = store::answer(&mut tx, &permit).await? {
        return if answer == command.answer { tx.close().await } else { refused(tx, Code::CosignatureAnswered.into()).await };
    }
    store::insert_answer(&mut tx, &permit, command.answer, words.as_deref()).await?;
    tx.emit(Event::CosignatureAnswered { cosignature: id }).await?;
    let action = match command.answer {
        CosignAnswer::Signed => AuditAction::RecordsNoteCosigned,
        CosignAnswer::Returned => AuditAction::RecordsNoteReturned,
    };
    tx.commit(Audit::of(action).patient(permit.patient()?).on(ResourceKind::Cosignature, id)).await
}

/// A request to co-sign a note with the note, for the colleague who was asked, and for the doctor of the visit.
///
/// # Errors
/// `not_found`.
pub async fn cosignature(domain: &Domain, access: &Access, id: CosignatureId) -> Result<CosignatureView> {
    let mut tx = domain.begin_reading("records.cosignature", access).await?;
    let permit = tx.permit(Read, id).await?;
    let head = store::head(&mut tx, &permit).await?;
    let encounter = head.encounter;
    let note = signatures::signed_note(&mut tx, &permit, encounter).await?.ok_or(Code::NotFound)?;
    let signature = signatures::signature(&mut tx, &permit, encounter).await?.ok_or(Code::NotFound)?;
    let requests = store::of_note(&mut tx, &permit, encounter).await?;
    let request = requests.into_iter().find(|request| request.id == id).ok_or(Code::NotFound)?;
    let view = CosignatureView {
        id,
        encounter,
        patient: permit.patient()?,
        patient_name: head.patient_name,
        doctor_name: head.doctor_name,
        clinic_name: head.clinic_name,
        started_at: head.started_at,
        note,
        signature,
        addenda: signatures::addenda(&mut tx, &permit, encounter).await?,
        may_answer: request.answer.is_none() && permit.may(access, Sign),
        request,
    };
    tx.commit(Audit::read(AuditAction::RecordsCosignatureRead).patient(view.patient).on(ResourceKind::Cosignature, id)).await?;
    Ok(view)
}

/// The notes that the caller was asked to co-sign: those without an answer first, and then the newest; a hundred at most.
///
/// # Errors
/// `access.forbidden` for everyone except doctors.
pub async fn cosignatures(domain: &Domain, access: &Access) -> Result<Vec<CosignatureRow>> {
    let scope = access.scope(ResourceKind::Cosignature)?;
    let user = scope.user.ok_or(Code::Forbidden)?;
    let mut tx = domain.begin_reading("records.cosignatures", access).await?;
    let found = store::asked_of(&mut tx, user).await?;
    let patients: Vec<_> = found.iter().map(|(patient, _)| *patient).collect();
    tx.commit(Audit::read(AuditAction::RecordsCosignaturesListed).patients(patients)).await?;
    Ok(found.into_iter().map(|(_, row)| row).collect())
}
