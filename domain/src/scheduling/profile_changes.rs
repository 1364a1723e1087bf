//! What was changed in the profile, the licences and the visit types of a doctor, by whom and when. The profile and the licences belong to `directory`.

use super::store::visit_type_versions;
use crate::{
    Domain, Result,
    access::{Access, actions::Read},
    directory,
};
use model::{directory::ChangesView, ids::DoctorId};

/// The changes of the profile, the licences and the visit types of the doctor as whom the caller acts.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn own_profile_changes(domain: &Domain, access: &Access) -> Result<ChangesView> {
    let doctor = access.acting_doctor()?;
    let view = directory::own_profile_changes(domain, access).await?;
    with_visit_types(domain, access, doctor, view).await
}

/// The changes of a doctor's profile, licences and visit types, for administrators.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who are not administrators; `not_found`.
pub async fn changes_of_doctor(domain: &Domain, access: &Access, doctor: DoctorId) -> Result<ChangesView> {
    let view = directory::changes_of_doctor(domain, access, doctor).await?;
    with_visit_types(domain, access, doctor, view).await
}

async fn with_visit_types(domain: &Domain, access: &Access, doctor: DoctorId, view: ChangesView) -> Result<ChangesView> {
    let mut tx = domain.begin_reading("scheduling.changes_of_doctor", access).await?;
    let permit = tx.permit(Read, doctor).await?;
    let types = visit_type_versions::of_doctor(&mut tx, &permit, directory::VERSIONS_READ).await?;
    tx.close().await?;
    Ok(directory::with_changes_of(view, types))
}
