//! The photos of doctors and patients. They add one by an upload (`crate::filing`). Everybody sees the newest of a doctor that was checked, until the doctor
//! removes it; that of a patient is seen by those who may read who the patient is.

use super::store::credentials as store;
use crate::{
    Domain, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    files::{self, Listed},
};
use model::{
    errors::Code,
    files::{FilePurpose, FileState, OwnPhoto},
    ids::{DoctorId, PatientId},
};

/// How many photos are read: refused ones may be newer than the one that is shown.
const LOOKED_AT: i64 = 50;

/// The photo of the calling doctor.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn own_photo(domain: &Domain, access: &Access) -> Result<OwnPhoto> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("directory.own_photo", access).await?;
    let permit = tx.permit(Read, doctor).await?;
    let listed = files::list_of_doctor(&mut tx, &permit, &[FilePurpose::DoctorPhoto], LOOKED_AT).await?;
    let name = store::name_of(&mut tx, doctor).await?;
    tx.close().await?;
    Ok(newest(listed, &name))
}

pub(super) fn newest(listed: Vec<Listed>, name: &str) -> OwnPhoto {
    let photo = listed.iter().find(|file| file.state == FileState::Ready).map(|file| file.id);
    let newer =
        listed.into_iter().next().filter(|file| file.state != FileState::Ready).map(|file| file.shown(name.to_owned(), false));
    OwnPhoto { photo, newer }
}

/// The permit to add or remove the photo of a patient: only for who acts for the patient.
///
/// # Errors
/// `not_found`, `access.forbidden`.
pub(crate) async fn permit_to_change_photo(tx: &mut Tx, patient: PatientId) -> Result<Permit<Write, PatientId>> {
    if tx.access().acting_patient()? != patient {
        return Err(Code::NotFound.into());
    }
    tx.permit(Write, patient).await
}

/// The permit to see the photo of a patient.
///
/// # Errors
/// `not_found`.
pub(crate) async fn permit_to_see_photo(tx: &mut Tx, patient: PatientId) -> Result<Permit<Read, PatientId>> {
    tx.permit(Read, patient).await
}

/// The photo of the patient on whose behalf the caller acts.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient.
pub async fn own_patient_photo(domain: &Domain, access: &Access) -> Result<OwnPhoto> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin_reading("directory.own_patient_photo", access).await?;
    let permit = permit_to_see_photo(&mut tx, patient).await?;
    let listed = files::list(&mut tx, &permit, FilePurpose::PatientPhoto, LOOKED_AT).await?;
    tx.close().await?;
    Ok(newest(listed, ""))
}

/// Removes the photo of the patient on whose behalf the caller acts, with all earlier ones. Without one nothing happens.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient; `files.held`.
pub async fn remove_patient_photo(domain: &Domain, access: &Access) -> Result<()> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin("directory.remove_patient_photo", access).await?;
    let permit = permit_to_change_photo(&mut tx, patient).await?;
    let removed = match files::remove_of_patient(&mut tx, &permit, FilePurpose::PatientPhoto, "removed").await {
        Ok(removed) => removed,
        Err(error) => {
            tx.close().await?;
            return Err(error);
        }
    };
    if removed == 0 {
        return tx.close().await;
    }
    let count = i64::try_from(removed).unwrap_or(i64::MAX);
    let entry = Audit::of(AuditAction::DirectoryPhotoRemoved).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(entry.with("removed", count)).await
}

/// Removes the photo of the calling doctor, with all earlier ones. Without one nothing happens.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor; `files.held`.
pub async fn remove_photo(domain: &Domain, access: &Access) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin("directory.remove_photo", access).await?;
    let permit = tx.permit(Write, doctor).await?;
    let removed = match files::remove_of_doctor(&mut tx, &permit, FilePurpose::DoctorPhoto, "removed").await {
        Ok(removed) => removed,
        Err(error) => {
            tx.close().await?;
            return Err(error);
        }
    };
    if removed == 0 {
        return tx.close().await;
    }
    let count = i64::try_from(removed).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::DirectoryPhotoRemoved).on(ResourceKind::Doctor, doctor).with("removed", count)).await
}

/// Refuses a doctor whom nobody has verified: their photo is not shown to everybody.
///
/// # Errors
/// `not_found`.
pub(crate) async fn check_shown_to_all(tx: &mut Tx, doctor: DoctorId) -> Result<()> {
    if store::is_verified(tx, doctor).await? { Ok(()) } else { Err(Code::NotFound.into()) }
}
