//! Cancelling a signed prescription.

use super::{notices::Event, rules, store};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Cancel},
    audit::{Audit, AuditAction},
    idempotency::{self, Claimed},
};
use model::{
    errors::Code,
    ids::PrescriptionId,
    prescriptions::{CancelReason, PrescriptionState},
};
use serde::Serialize;

/// Cancels a signed prescription.
#[derive(Clone, Serialize)]
pub struct CancelPrescription {
    /// The prescription.
    pub prescription: PrescriptionId,
    /// The reason; patient and doctor read it, it is not printed.
    pub reason: String,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Leaves out the reason, which is medical.
impl std::fmt::Debug for CancelPrescription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CancelPrescription").field("prescription", &self.prescription).finish_non_exhaustive()
    }
}

/// Cancels a signed prescription, with the reason. The paper stays as it was signed; a check of its code now answers that it is cancelled.
///
/// # Errors
/// `request.fields_invalid` with the field `reason`; `prescriptions.cancelled` when it is already cancelled; `not_found` for a draft,
/// `access.forbidden`.
pub async fn cancel(domain: &Domain, access: &Access, command: CancelPrescription) -> Result<()> {
    let reason = CancelReason::parse(&command.reason).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = domain.begin("prescriptions.cancel", access).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "prescriptions.cancel", key, &command).await? {
        return tx.close().await;
    }
    let permit = tx.permit(Cancel, command.prescription).await?;
    let head = store::head(&mut tx, &permit).await?;
    match rules::state(head.signed_at, head.cancelled.as_ref().map(|cancelled| cancelled.at)) {
        PrescriptionState::Signed => {}
        PrescriptionState::Draft => return Err(Code::NotFound.into()),
        PrescriptionState::Cancelled => return Err(Code::PrescriptionCancelled.into()),
    }
    store::insert_event(&mut tx, &permit, "cancelled", Some(reason.as_str())).await?;
    idempotency::finish(&mut tx, key, command.prescription.uuid()).await?;
    tx.emit(Event::PrescriptionCancelled { prescription: command.prescription }).await?;
    tx.commit(
        Audit::of(AuditAction::PrescriptionsCancelled).patient(head.patient).on(ResourceKind::Prescription, command.prescription),
    )
    .await
}
