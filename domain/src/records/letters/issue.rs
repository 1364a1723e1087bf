//! Issuing a letter.

use super::{
    super::{
        entries::refused,
        notices::Event,
        store::letters::{self as store, LetterHead},
    },
    paper::{self, IssuedLetter},
    write::{still_draft, today},
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions::Sign},
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
    prescriptions,
    vault::{Column, sha256},
};
use model::{errors::Code, ids::LetterId};
use serde::Serialize;

/// Issues a letter.
#[derive(Debug, Clone, Serialize)]
pub struct IssueLetter {
    /// The letter.
    pub letter: LetterId,
    /// The version that was read and is issued.
    pub version: i64,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Issues a letter as the doctor of its visit: freezes it, renders it once to prove that it prints, and tells the patient.
///
/// # Errors
/// `request.stale` when it was changed since it was read; `request.fields_invalid` with the fields `from`, `until` when its days are too far away by now;
/// `records.letter_frozen`, `records.letter_withdrawn`; `directory.doctor_unverified`, `prescriptions.unlicensed`, `prescriptions.patient_name_unprintable`,
/// `prescriptions.doctor_name_unprintable`, `prescriptions.unprintable`; `visits.not_held`; `not_found`, `access.forbidden`.
pub async fn issue_letter(domain: &Domain, access: &Access, command: IssueLetter) -> Result<()> {
    let mut tx = domain.begin("records.issue_letter", access).await?;
    let permit = tx.permit(Sign, command.letter).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "records.issue_letter", key, &command).await? {
        return tx.close().await;
    }
    let head = store::head(&mut tx, &permit).await?;
    if let Err(error) = still_draft(&head) {
        return refused(tx, error).await;
    }
    if i64::from(head.version) != command.version {
        return refused(tx, Code::Stale.into()).await;
    }
    if let Err(error) = freeze(&mut tx, &permit, &head).await {
        return refused(tx, error).await;
    }
    idempotency::finish(&mut tx, key, command.letter.uuid()).await?;
    tx.emit(Event::LetterIssued { letter: command.letter }).await?;
    let entry = Audit::of(AuditAction::RecordsLetterIssued).patient(head.patient).on(ResourceKind::Letter, command.letter);
    tx.commit(entry.with("kind", head.content.kind.as_str()).with("version", command.version)).await
}

async fn freeze(tx: &mut Tx, permit: &Permit<Sign, LetterId>, head: &LetterHead) -> Result<()> {
    let today = today(tx, &head.clinic_zone)?;
    head.content.check(today).map_err(Error::fields)?;
    let (clinic, country) = prescriptions::letterhead(tx, head.clinic).await?;
    let doctor = prescriptions::signer(tx, head.doctor, &country, today).await?;
    let issued = IssuedLetter::new(permit.id(), head, clinic, doctor, tx.now())?;
    paper::render(issued.paper(None)?).await?;
    let text = issued.canonical()?;
    let key = tx.patient_key(head.patient).await?;
    let cipher = key.encrypt(tx.domain().randomness(), Column::LetterDocument, permit.id(), &text);
    store::set_issued(tx, permit, &cipher, &sha256(&[text.as_bytes()])).await
}
