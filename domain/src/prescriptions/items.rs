//! The medicines of a draft: adding, changing, moving and removing them.

use super::{draft::editable, encounter::PrescriptionsOf, rules, store};
use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Create, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    idempotency::{self, Claimed},
};
use model::{
    errors::{Code, FieldFault},
    ids::{EncounterId, PrescriptionId, PrescriptionItemId},
    prescriptions::TypedMedicine,
};
use serde::Serialize;

/// Adds a medicine to the draft of a visit; the first one creates the draft.
#[derive(Debug, Clone, Serialize)]
pub struct AddItem {
    /// The visit.
    pub encounter: EncounterId,
    /// The form values.
    pub medicine: TypedMedicine,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Changes a medicine of a draft.
#[derive(Debug, Clone, Serialize)]
pub struct EditItem {
    /// The prescription.
    pub prescription: PrescriptionId,
    /// The medicine.
    pub item: PrescriptionItemId,
    /// The form values.
    pub medicine: TypedMedicine,
    /// The version of the prescription that the caller has seen.
    pub version: i64,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Removes a medicine from a draft.
#[derive(Debug, Clone, Serialize)]
pub struct RemoveItem {
    /// The prescription.
    pub prescription: PrescriptionId,
    /// The medicine.
    pub item: PrescriptionItemId,
    /// The version of the prescription that the caller has seen.
    pub version: i64,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Moves a medicine by one position.
#[derive(Debug, Clone, Serialize)]
pub struct MoveItem {
    /// The prescription.
    pub prescription: PrescriptionId,
    /// The medicine.
    pub item: PrescriptionItemId,
    /// The direction.
    pub to: Direction,
    /// The version of the prescription that the caller has seen.
    pub version: i64,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// The direction in which a medicine is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Before the medicine above.
    Up,
    /// After the medicine below.
    Down,
}

/// Adds a medicine to the draft of a visit and returns the prescription's id.
///
/// # Errors
/// `request.fields_invalid` with the fields of [`TypedMedicine`], `Unprintable` for text that the paper cannot show; `not_found`.
pub async fn add_item(domain: &Domain, access: &Access, command: AddItem) -> Result<PrescriptionId> {
    let medicine = rules::medicine(&command.medicine)?;
    let mut tx = domain.begin("prescriptions.add_item", access).await?;
    // The visit is locked, so that two first medicines end up in one draft.
    let visit = tx.permit(Create, PrescriptionsOf(command.encounter)).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "prescriptions.add_item", key, &command).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    let prescription = match store::draft_of(&mut tx, command.encounter).await? {
        Some(draft) => draft,
        None => store::insert_draft(&mut tx, &visit).await?,
    };
    let permit = editable(&mut tx, prescription, None).await?;
    if store::items(&mut tx, &permit).await?.len() >= rules::MOST_ITEMS {
        return Err(Error::field("medicine", FieldFault::too_many(rules::MOST_ITEMS)));
    }
    store::insert_item(&mut tx, &permit, &medicine).await?;
    finish(tx, &permit, key, AuditAction::PrescriptionsItemAdded).await?;
    Ok(prescription)
}

/// Changes a medicine of a draft.
///
/// # Errors
/// `request.fields_invalid` as for [`add_item`]; `request.stale`, `prescriptions.frozen`, `not_found`.
pub async fn edit_item(domain: &Domain, access: &Access, command: EditItem) -> Result<()> {
    let medicine = rules::medicine(&command.medicine)?;
    let mut tx = domain.begin("prescriptions.edit_item", access).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "prescriptions.edit_item", key, &command).await? {
        return tx.close().await;
    }
    let permit = editable(&mut tx, command.prescription, Some(command.version)).await?;
    store::update_item(&mut tx, &permit, command.item, &medicine).await?;
    finish(tx, &permit, key, AuditAction::PrescriptionsItemEdited).await
}

/// Removes a medicine from a draft.
///
/// # Errors
/// `request.stale`, `prescriptions.frozen`, `not_found`.
pub async fn remove_item(domain: &Domain, access: &Access, command: RemoveItem) -> Result<()> {
    let mut tx = domain.begin("prescriptions.remove_item", access).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "prescriptions.remove_item", key, &command).await? {
        return tx.close().await;
    }
    let permit = editable(&mut tx, command.prescription, Some(command.version)).await?;
    store::delete_item(&mut tx, &permit, command.item).await?;
    finish(tx, &permit, key, AuditAction::PrescriptionsItemRemoved).await
}

/// Moves a medicine by one position.
///
/// # Errors
/// `request.stale`, `prescriptions.frozen`, `not_found`.
pub async fn move_item(domain: &Domain, access: &Access, command: MoveItem) -> Result<()> {
    let mut tx = domain.begin("prescriptions.move_item", access).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(_) = idempotency::claim(&mut tx, "prescriptions.move_item", key, &command).await? {
        return tx.close().await;
    }
    let permit = editable(&mut tx, command.prescription, Some(command.version)).await?;
    let order = store::items(&mut tx, &permit).await?.into_iter().map(|item| item.id).collect();
    let order = rules::moved(order, command.item, command.to).ok_or(Code::NotFound)?;
    store::reorder(&mut tx, &permit, &order).await?;
    finish(tx, &permit, key, AuditAction::PrescriptionsItemMoved).await
}

async fn finish(mut tx: Tx, permit: &Permit<Write, PrescriptionId>, key: Option<&str>, action: AuditAction) -> Result<()> {
    store::touch(&mut tx, permit).await?;
    idempotency::finish(&mut tx, key, permit.id().uuid()).await?;
    tx.commit(Audit::of(action).patient(permit.patient()?).on(ResourceKind::Prescription, permit.id())).await
}
