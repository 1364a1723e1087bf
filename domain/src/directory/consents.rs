//! What a patient has agreed to, for those who keep or read the record. The documents and the answers belong to `identity`.

use super::store::{patient_versions, patients};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    identity,
};
use model::{errors::Code, identity::PatientConsents, ids::PatientId};

/// What a patient has agreed to, declined and withdrawn, for those who treat the patient and the desk of a clinic that keeps the record: terms of use and privacy
/// notice of the patient's own account, and remote care.
///
/// # Errors
/// `not_found`; `access.forbidden` for a clinic that only found the patient among those of the organisation, and for a guardian who sees appointments only;
/// `access.sign_in_needed`.
pub async fn consents_of_patient(domain: &Domain, access: &Access, patient: PatientId) -> Result<PatientConsents> {
    let mut tx = domain.begin_reading("directory.consents_of_patient", access).await?;
    let permit = tx.permit(Read, patient).await?;
    let acting = access.acting()?;
    // A doctor who may read the patient treats them, or has opened the record in an emergency.
    let is_kept = acting.doctor.is_some() || patients::is_kept_here(&mut tx, patient).await?;
    if acting.appointments_only || !is_kept {
        tx.close().await?;
        return Err(Code::Forbidden.into());
    }
    let name = patient_versions::name(&mut tx, &permit).await?;
    let owner = patients::owner(&mut tx, &permit).await?;
    let given = identity::consents_of(&mut tx, owner, patient).await?;
    let remote_care = identity::remote_care(&mut tx, patient).await?;
    tx.commit(Audit::read(AuditAction::DirectoryConsentsRead).patient(patient).on(ResourceKind::Patient, patient)).await?;
    Ok(PatientConsents { name, given, remote_care })
}
