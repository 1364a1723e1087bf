//! The draft of a prescription: finding, showing and discarding it.

use super::{encounter::PrescriptionsOf, read, store};
use crate::{
    Domain, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Cancel, Create, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
};
use model::{
    errors::Code,
    ids::{EncounterId, PrescriptionId},
    prescriptions::DraftPage,
};
use serde::Serialize;

/// What the page for writing a prescription starts with: the patient, and the draft if there is one.
///
/// # Errors
/// `not_found`; `access.forbidden` for everyone except the doctor of the visit.
pub async fn draft_for(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<DraftPage> {
    let mut tx = domain.begin("prescriptions.draft_for", access).await?;
    let permit = tx.permit(Create, PrescriptionsOf(encounter)).await?;
    let patient = permit.patient()?;
    let patient_name = store::patient_name(&mut tx, &permit).await?;
    let draft = match store::draft_of(&mut tx, encounter).await? {
        Some(id) => {
            let permit = tx.permit(Write, id).await?;
            Some(read::view(&mut tx, &permit).await?)
        }
        None => None,
    };
    tx.commit(Audit::read(AuditAction::PrescriptionsDraftRead).patient(patient).on(ResourceKind::Visit, encounter)).await?;
    Ok(DraftPage { encounter, patient, patient_name, draft })
}

/// Discards a draft.
#[derive(Debug, Clone, Serialize)]
pub struct DiscardDraft {
    /// The prescription.
    pub prescription: PrescriptionId,
    /// The version that the caller has seen.
    pub version: i64,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Discards a draft by deleting it; signed prescriptions are never deleted.
///
/// # Errors
/// `request.stale`, `prescriptions.frozen`, `not_found`.
pub async fn discard(domain: &Domain, access: &Access, command: DiscardDraft) -> Result<()> {
    let mut tx = domain.begin("prescriptions.discard", access).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "prescriptions.discard", key, &command).await? {
        return tx.close().await;
    }
    // The draft for a visit that was cancelled can no longer be changed, and must not stay for ever.
    let permit = tx.permit(Cancel, command.prescription).await?;
    let head = store::head(&mut tx, &permit).await?;
    check_draft(&head, Some(command.version))?;
    store::delete_draft(&mut tx, &permit).await?;
    idempotency::finish(&mut tx, key, command.prescription.uuid()).await?;
    let entry = Audit::of(AuditAction::PrescriptionsDiscarded).patient(permit.patient()?);
    tx.commit(entry.on(ResourceKind::Prescription, command.prescription)).await
}

/// The permit to change a draft. Fails when it is signed, or when its version is not the one that was seen.
pub(super) async fn editable(tx: &mut Tx, id: PrescriptionId, seen: Option<i64>) -> Result<Permit<Write, PrescriptionId>> {
    let permit = tx.permit(Write, id).await?;
    let head = store::head(tx, &permit).await?;
    check_draft(&head, seen)?;
    Ok(permit)
}

fn check_draft(head: &store::Head, seen: Option<i64>) -> Result<()> {
    match (head.signed_at, seen) {
        (Some(_), _) => Err(Code::PrescriptionFrozen.into()),
        (None, Some(version)) if version != i64::from(head.version) => Err(Code::Stale.into()),
        (None, _) => Ok(()),
    }
}
