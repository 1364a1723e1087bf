//! Deleting a patient whom the desk has registered by mistake, and bringing one back within 30 days. A record with which anything is connected is never deleted.

use super::{
    registration::{Registrar, own_clinic},
    store::{deletion, patients},
};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Write},
    },
    audit::{Audit, AuditAction},
};
use jiff::SignedDuration;
use model::{
    directory::DeletedPatientRow,
    errors::Code,
    ids::{EventId, PatientId},
    page::{Page, page_size},
};

/// How long a deleted patient can be brought back.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A patient whom the desk has deleted, and who can be brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletedPatient(pub PatientId);

/// Deletes a patient who was registered by mistake.
#[derive(Debug, Clone, Copy)]
pub struct DeletePatient {
    /// The patient.
    pub patient: PatientId,
    /// The version that the caller has seen, if any.
    pub version: Option<i32>,
}

/// Which deleted patients to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListDeletedPatients {
    /// The last one of the previous page.
    pub after: Option<EventId>,
    /// How many.
    pub limit: Option<u32>,
}

/// Deletes a patient whom the caller's clinic has registered by mistake.
///
/// # Errors
/// `directory.patient_in_use` when the patient has an account, an appointment, a conversation, somebody who acts for them, or is known at another clinic; `request.stale`;
/// `not_found`, `access.forbidden` for callers who do not register patients here; `directory.clinic_needed`.
pub async fn delete_patient(domain: &Domain, access: &Access, command: DeletePatient) -> Result<()> {
    let patient = command.patient;
    let mut tx = domain.begin("directory.delete_patient", access).await?;
    let permit = tx.permit(Write, patient).await?;
    let clinic = own_clinic(access)?;
    patients::check_kept(&mut tx, &permit).await?;
    if deletion::is_used(&mut tx, patient, clinic).await? {
        return Err(Code::PatientInUse.into());
    }
    let final_at = tx.now() + KEPT;
    deletion::delete(&mut tx, &permit, clinic, command.version, final_at).await?;
    let entry = Audit::of(AuditAction::DirectoryPatientDeleted).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(entry.with_id("clinic", clinic).with("final_at", final_at)).await
}

/// The patients whom the caller's clinic has deleted and can bring back, the newest first.
///
/// # Errors
/// `not_found` and `access.forbidden` for callers who do not register patients; `directory.clinic_needed`.
pub async fn list_deleted_patients(
    domain: &Domain,
    access: &Access,
    command: ListDeletedPatients,
) -> Result<Page<DeletedPatientRow>> {
    let registrar = Registrar(access.acting()?.user);
    let mut tx = domain.begin("directory.list_deleted_patients", access).await?;
    let permit = tx.permit(Create, registrar).await?;
    let clinic = own_clinic(access)?;
    let size = page_size(command.limit);
    let rows = deletion::list(&mut tx, &permit, clinic, command, i64::from(size) + 1).await?;
    let page = Page::cut(rows, size, |row| row.id.to_string());
    let entry = Audit::of(AuditAction::DirectoryDeletedPatientsListed).patients(page.items.iter().map(|row| row.patient));
    tx.commit(entry.with_id("clinic", clinic)).await?;
    Ok(page)
}

/// Brings a deleted patient back.
///
/// # Errors
/// `not_found` when the caller's clinic has not deleted the patient, or 30 days are over; `access.forbidden` for callers who do not register patients;
/// `request.stale`.
pub async fn bring_back_patient(domain: &Domain, access: &Access, patient: PatientId) -> Result<()> {
    let mut tx = domain.begin("directory.bring_back_patient", access).await?;
    let permit = tx.permit(Write, DeletedPatient(patient)).await?;
    deletion::bring_back(&mut tx, &permit).await?;
    let entry = Audit::of(AuditAction::DirectoryPatientBroughtBack).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(entry).await
}
