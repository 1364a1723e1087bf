//! The specialties of a verified doctor. The doctor has stated them when applying and an administrator has checked them, so an administrator changes them.

use super::{notices::Event, own_profile, photos::check_shown_to_all, rules, store::doctor_specialties as store};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Decide, Read},
    },
    audit::{Audit, AuditAction},
};
use model::{directory::DoctorSpecialties, ids::DoctorId};

/// The changed specialties of a doctor.
#[derive(Debug, Clone)]
pub struct ChangeSpecialties {
    /// The doctor.
    pub doctor: DoctorId,
    /// Slugs of specialties, unparsed form values; empty ones are ignored.
    pub specialties: Vec<String>,
    /// The version of the doctor that the change is based on.
    pub version: i32,
}

/// The specialties of a verified doctor, and those to choose from.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who are not administrators; `not_found`.
pub async fn specialties_of(domain: &Domain, access: &Access, doctor: DoctorId) -> Result<DoctorSpecialties> {
    access.scope(ResourceKind::Doctor)?;
    let mut tx = domain.begin_reading("directory.specialties_of", access).await?;
    let permit = tx.permit(Read, doctor).await?;
    check_shown_to_all(&mut tx, doctor).await?;
    let view = store::read(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(view)
}

/// Changes the specialties of a verified doctor, who gets a mail. A retired specialty can be kept, and not added.
///
/// # Errors
/// `not_found`; `access.forbidden`; `directory.account_above`, `directory.account_elsewhere`; `request.fields_invalid` with the field `specialties`; `request.stale`.
pub async fn change_specialties(domain: &Domain, access: &Access, command: ChangeSpecialties) -> Result<()> {
    let doctor = command.doctor;
    let mut tx = domain.begin("directory.change_specialties", access).await?;
    let permit = tx.permit(Decide, doctor).await?;
    check_shown_to_all(&mut tx, doctor).await?;
    let slugs = rules::choices(&command.specialties).map_err(|fault| Error::field("specialties", fault))?;
    store::change(&mut tx, &permit, &slugs, command.version).await?;
    tx.emit(Event::DoctorSpecialtiesChanged { doctor }).await?;
    let entry = Audit::of(AuditAction::DirectoryDoctorSpecialtiesChanged).on(ResourceKind::Doctor, doctor);
    tx.commit(own_profile::with_versions(entry, command.version)).await
}
