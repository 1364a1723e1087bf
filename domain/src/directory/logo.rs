//! The logo of a clinic, which is printed in the head of its documents. Its administrators add one by an upload (`crate::filing`); the newest that was checked
//! counts. A document keeps the logo that it was signed with, so removing one takes it out of use and deletes nothing.

use super::photos::newest;
use crate::{
    Domain, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    files,
};
use model::{
    files::{FilePurpose, OwnPhoto},
    ids::{ClinicId, FileId},
};

/// How many logos are looked through: refused ones may be newer than the one that counts.
const LOOKED_AT: i64 = 50;

/// The permit to add or remove the logo of a clinic.
///
/// # Errors
/// `not_found`.
pub(crate) async fn permit_to_change_logo(tx: &mut Tx, clinic: ClinicId) -> Result<Permit<Write, ClinicId>> {
    tx.permit(Write, clinic).await
}

/// The permit to see the logo of a clinic outside of its documents.
///
/// # Errors
/// `not_found`.
pub(crate) async fn permit_to_see_logo(tx: &mut Tx, clinic: ClinicId) -> Result<Permit<Read, ClinicId>> {
    tx.permit(Read, clinic).await
}

/// The logo of a clinic that is printed now.
///
/// # Errors
/// `database.unavailable`.
pub(crate) async fn logo_in_use(tx: &mut Tx, clinic: ClinicId) -> Result<Option<FileId>> {
    super::store::clinics::logo(tx, clinic).await
}

/// The logo of a clinic.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`.
pub async fn clinic_logo(domain: &Domain, access: &Access, clinic: ClinicId) -> Result<OwnPhoto> {
    let mut tx = domain.begin_reading("directory.clinic_logo", access).await?;
    let permit = permit_to_see_logo(&mut tx, clinic).await?;
    let listed = files::list_of_clinic(&mut tx, &permit, FilePurpose::ClinicLogo, LOOKED_AT).await?;
    tx.close().await?;
    Ok(newest(listed, ""))
}

/// Removes the logo of a clinic, with all earlier ones: documents that are signed from now on have none. Without one nothing happens.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`.
pub async fn remove_clinic_logo(domain: &Domain, access: &Access, clinic: ClinicId) -> Result<()> {
    let mut tx = domain.begin("directory.remove_clinic_logo", access).await?;
    let permit = permit_to_change_logo(&mut tx, clinic).await?;
    let before = logo_in_use(&mut tx, clinic).await?;
    let removed = files::withdraw_of_clinic(&mut tx, &permit, FilePurpose::ClinicLogo, "removed").await?;
    if removed == 0 {
        return tx.close().await;
    }
    let count = i64::try_from(removed).unwrap_or(i64::MAX);
    let entry = Audit::of(AuditAction::DirectoryLogoRemoved).on(ResourceKind::Clinic, clinic).with("removed", count);
    tx.commit(before.map_or(entry.clone(), |before| entry.with_id("before", before))).await
}
