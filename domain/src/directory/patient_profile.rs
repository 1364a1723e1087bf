//! What a patient tells about themselves: how they want to be called, sex and gender, an emergency contact, the insurance, the pharmacy.

use super::store::patient_profile;
use crate::{
    Domain, Error, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    identity,
};
use model::{
    directory::{PatientProfile, PatientProfileView},
    errors::Code,
    ids::PatientId,
};

/// A changed profile. Texts are unparsed form values.
#[derive(Clone)]
pub struct ChangePatientProfile {
    /// The whole profile; what is empty is removed.
    pub profile: PatientProfile,
    /// The version of the patient that the change is based on.
    pub version: i32,
}

/// The profile of the patient on whose behalf the caller acts.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient, or is a guardian who sees appointments only.
pub async fn patient_profile(domain: &Domain, access: &Access) -> Result<PatientProfileView> {
    let patient = access.acting_patient()?;
    // It names the blood type and the sex.
    if access.acting()?.appointments_only {
        return Err(Code::Forbidden.into());
    }
    let mut tx = domain.begin_reading("directory.patient_profile", access).await?;
    let permit = tx.permit(Read, patient).await?;
    let view = patient_profile::read(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(view)
}

/// Changes the profile of the patient on whose behalf the caller acts. The audit log names the fields that changed, and not what they say.
///
/// # Errors
/// `request.fields_invalid` with the fields of [`PatientProfile`]; `request.stale`; `access.forbidden` when the caller does not act as a patient.
pub async fn change_patient_profile(domain: &Domain, access: &Access, command: ChangePatientProfile) -> Result<()> {
    let acting = access.acting()?;
    let (by, patient) = (acting.user, access.acting_patient()?);
    let profile = command.profile.checked().map_err(Error::fields)?;
    if !profile.emergency_phone.is_empty() {
        identity::phone_number(&profile.emergency_phone).map_err(|fault| Error::field("emergency_phone", fault))?;
    }
    let mut tx = domain.begin("directory.change_patient_profile", access).await?;
    let permit = tx.permit(Write, patient).await?;
    let before = patient_profile::newest(&mut tx, patient).await?.unwrap_or_default();
    patient_profile::change(&mut tx, &permit, &profile, by, command.version).await?;
    let entry = Audit::of(AuditAction::DirectoryPatientProfileChanged).patient(patient).on(ResourceKind::Patient, patient);
    let changed = profile.differences(&before);
    tx.commit(changed.into_iter().fold(entry, |entry, field| entry.with(field, "changed"))).await
}

/// The part of a patient's profile that the people who treat the patient need; `None` when the patient has no profile.
pub(crate) async fn profile_for_care(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<Option<PatientProfile>> {
    Ok(patient_profile::newest(tx, permit.id()).await?.map(PatientProfile::for_care))
}
