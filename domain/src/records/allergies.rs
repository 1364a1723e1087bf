//! A patient's allergies.

use super::{store, subjects::AllergiesOf};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Create},
    audit::{Audit, AuditAction},
    idempotency::{self, Claimed},
};
use model::{
    errors::FieldFault,
    ids::{AllergyId, PatientId},
    records::Allergy,
    text::single_line,
};
use serde::Serialize;

/// The longest reason why an allergy was entered in error, in characters.
const LONGEST_REASON: usize = 300;

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
    /// Where it is known from: a word of [`model::records::EntrySource`]; empty if nobody has said it.
    pub source: String,
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
#[derive(Clone)]
pub struct EndAllergy {
    /// The patient.
    pub patient: PatientId,
    /// The allergy.
    pub allergy: AllergyId,
    /// Why it was entered in error; empty for one that no longer applies.
    pub error: String,
}

/// Leaves out the reason, which may be medical.
impl std::fmt::Debug for EndAllergy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EndAllergy").field("allergy", &self.allergy).finish_non_exhaustive()
    }
}

/// Records an allergy.
///
/// # Errors
/// `request.fields_invalid` with the fields `substance`, `reaction`, `severity`, `source`; `not_found`, `access.forbidden`.
pub async fn add_allergy(domain: &Domain, access: &Access, command: AddAllergy) -> Result<AllergyId> {
    let allergy = Allergy::parse(&command.substance, &command.reaction, &command.severity, &command.source);
    let allergy = allergy.map_err(Error::fields)?;
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

/// Ends an allergy; the row stays, with who ended it, when and why. Ending it twice changes nothing.
///
/// # Errors
/// `request.fields_invalid` with the field `error`; `not_found`, `access.forbidden`.
pub async fn end_allergy(domain: &Domain, access: &Access, command: EndAllergy) -> Result<()> {
    let error = match single_line(&command.error, LONGEST_REASON) {
        Ok(error) => Some(error),
        Err(FieldFault::Missing) => None,
        Err(fault) => return Err(Error::field("error", fault)),
    };
    let mut tx = domain.begin("records.end_allergy", access).await?;
    // Ending an allergy is a statement about the record, as recording it was: whoever may do one may do the other.
    let permit = tx.permit(Create, AllergiesOf(command.patient)).await?;
    if !store::end_allergy(&mut tx, &permit, command.allergy, error.as_deref()).await? {
        return tx.close().await;
    }
    let entry = Audit::of(AuditAction::RecordsAllergyEnded).patient(command.patient).on(ResourceKind::Allergy, command.patient);
    let why = if error.is_some() { "entered_in_error" } else { "no_longer_applies" };
    tx.commit(entry.with_id("allergy", command.allergy).with("why", why)).await
}
