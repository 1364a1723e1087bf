//! A patient's allergies.

use super::{store, subjects::AllergiesOf};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Create},
    audit::{Audit, AuditAction},
    idempotency::{self, Claimed},
};
use model::{
    ids::{AllergyId, PatientId},
    records::Allergy,
};
use serde::Serialize;

/// Records an allergy.
#[derive(Clone, Serialize)]
pub struct AddAllergy {
    /// The patient.
    pub patient: PatientId,
    /// The substance.
    pub substance: String,
    /// The reaction; may be empty.
    pub reaction: String,
    /// How severe it was: a word of [`model::records::AllergySeverity`].
    pub severity: String,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// Leaves out the form values, which are medical.
impl std::fmt::Debug for AddAllergy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AddAllergy").field("patient", &self.patient).finish_non_exhaustive()
    }
}

/// Ends an allergy that no longer exists or was recorded by mistake.
#[derive(Debug, Clone)]
pub struct EndAllergy {
    /// The patient.
    pub patient: PatientId,
    /// The allergy.
    pub allergy: AllergyId,
}

/// Records an allergy.
///
/// # Errors
/// `request.fields_invalid` with the fields `substance`, `reaction`, `severity`; `not_found`, `access.forbidden`.
pub async fn add_allergy(domain: &Domain, access: &Access, command: AddAllergy) -> Result<AllergyId> {
    let allergy = Allergy::parse(&command.substance, &command.reaction, &command.severity).map_err(Error::fields)?;
    let mut tx = domain.begin("records.add_allergy", access).await?;
    let permit = tx.permit(Create, AllergiesOf(command.patient)).await?;
    let key = command.idempotency_key.as_deref();
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "records.add_allergy", key, &command).await? {
        tx.close().await?;
        return Ok(done.into());
    }
    let id = store::insert_allergy(&mut tx, &permit, &allergy).await?;
    idempotency::finish(&mut tx, key, id.uuid()).await?;
    let entry = Audit::of(AuditAction::RecordsAllergyAdded).patient(command.patient).on(ResourceKind::Allergy, command.patient);
    tx.commit(entry.with_id("allergy", id)).await?;
    Ok(id)
}

/// Ends an allergy; the row stays, with the time of the end. Ending it twice changes nothing.
///
/// # Errors
/// `not_found`, `access.forbidden`.
pub async fn end_allergy(domain: &Domain, access: &Access, command: EndAllergy) -> Result<()> {
    let mut tx = domain.begin("records.end_allergy", access).await?;
    // Ending an allergy is a statement about the record, as recording it was: whoever may do one may do the other.
    let permit = tx.permit(Create, AllergiesOf(command.patient)).await?;
    if !store::end_allergy(&mut tx, &permit, command.allergy).await? {
        return tx.close().await;
    }
    let entry = Audit::of(AuditAction::RecordsAllergyEnded).patient(command.patient).on(ResourceKind::Allergy, command.patient);
    tx.commit(entry.with_id("allergy", command.allergy)).await
}
