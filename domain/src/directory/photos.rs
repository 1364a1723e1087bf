//! The photos of doctors. A doctor adds one by an upload (`crate::filing`); everybody sees the newest that was checked, until the doctor removes it.

use super::{credentials::shown, store::credentials as store};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    files,
};
use model::{
    errors::Code,
    files::{FilePurpose, FileState, OwnPhoto},
    ids::DoctorId,
};

/// How many photos are looked through: refused ones may be newer than the one that everybody sees.
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
    let photo = listed.iter().find(|file| file.state == FileState::Ready).map(|file| file.id);
    let newer = listed.into_iter().next().filter(|file| file.state != FileState::Ready).map(|file| shown(file, &name));
    Ok(OwnPhoto { photo, newer })
}

/// Removes the photo of the calling doctor, with all earlier ones. Without one nothing happens.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn remove_photo(domain: &Domain, access: &Access) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin("directory.remove_photo", access).await?;
    let permit = tx.permit(Write, doctor).await?;
    let removed = files::remove_of_doctor(&mut tx, &permit, FilePurpose::DoctorPhoto, "removed").await?;
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
