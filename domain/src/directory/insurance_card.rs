//! The photos of a patient's insurance card. Whoever acts for the patient adds and removes them; the reception and administrators who may know who the patient is
//! see them, and nobody else.

use super::photos::{newest, permit_to_change_photo};
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
    access::Role,
    errors::Code,
    files::{FilePurpose, OwnInsuranceCard, OwnPhoto},
    ids::PatientId,
};

/// How many photos of a side are looked through: refused ones may be newer than the one that counts.
const LOOKED_AT: i64 = 50;

/// Whether a caller who may know who a patient is also sees the insurance card.
pub(super) fn sees_insurance_card(access: &Access) -> bool {
    access.acting().is_ok_and(|acting| acting.patient.is_some() || matches!(acting.role, Role::Receptionist | Role::Admin))
}

/// The permit to see the insurance card of a patient.
///
/// # Errors
/// `not_found`.
pub(crate) async fn permit_to_see_insurance_card(tx: &mut Tx, patient: PatientId) -> Result<Permit<Read, PatientId>> {
    if !sees_insurance_card(tx.access()) {
        return Err(Code::NotFound.into());
    }
    tx.permit(Read, patient).await
}

/// The insurance card of the patient on whose behalf the caller acts.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient.
pub async fn own_insurance_card(domain: &Domain, access: &Access) -> Result<OwnInsuranceCard> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin_reading("directory.own_insurance_card", access).await?;
    let permit = permit_to_see_insurance_card(&mut tx, patient).await?;
    let front = side(&mut tx, &permit, FilePurpose::InsuranceCardFront).await?;
    let back = side(&mut tx, &permit, FilePurpose::InsuranceCardBack).await?;
    tx.close().await?;
    Ok(OwnInsuranceCard { front, back })
}

async fn side(tx: &mut Tx, permit: &Permit<Read, PatientId>, purpose: FilePurpose) -> Result<OwnPhoto> {
    Ok(newest(files::list(tx, permit, purpose, LOOKED_AT).await?, ""))
}

/// Removes the photos of the insurance card of the patient on whose behalf the caller acts, with all earlier ones. Without any nothing happens.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient; `files.held`.
pub async fn remove_insurance_card(domain: &Domain, access: &Access) -> Result<()> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin("directory.remove_insurance_card", access).await?;
    let permit = permit_to_change_photo(&mut tx, patient).await?;
    let removed = match remove_both(&mut tx, &permit).await {
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
    let entry = Audit::of(AuditAction::DirectoryInsuranceCardRemoved).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(entry.with("removed", count)).await
}

async fn remove_both(tx: &mut Tx, permit: &Permit<Write, PatientId>) -> Result<usize> {
    let front = files::remove_of_patient(tx, permit, FilePurpose::InsuranceCardFront, "removed").await?;
    let back = files::remove_of_patient(tx, permit, FilePurpose::InsuranceCardBack, "removed").await?;
    Ok(front.saturating_add(back))
}
