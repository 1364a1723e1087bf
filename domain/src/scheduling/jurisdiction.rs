//! Where a doctor may treat a patient: with `scheduling.licence_where_patient_lives`, only where the patient lives, as the address in their record says.

use super::{store, timetable::DoctorTimes};
use crate::{Result, access::actions::Read, db::Tx, directory};
use model::{
    errors::Code,
    ids::{DoctorId, PatientId},
};

/// Limits a doctor's times for a patient to those at which a licence is valid in the patient's country. Of a patient without an address nothing is known, so nothing is
/// limited.
///
/// # Errors
/// `scheduling.doctor_licensed_elsewhere` when no licence of that country is valid today.
pub(super) async fn limit(tx: &mut Tx, doctor: DoctorId, patient: PatientId, times: &mut DoctorTimes) -> Result<()> {
    if !tx.domain().settings().licence_where_patient_lives {
        return Ok(());
    }
    let permit = tx.permit(Read, patient).await?;
    let Some(country) = directory::home_country(tx, &permit).await? else { return Ok(()) };
    let today = store::today(tx.now());
    let until = store::doctors::licensed_until(tx.connection(), doctor, &country).await?;
    let until = until.filter(|until| *until >= today).ok_or(Code::DoctorLicensedElsewhere)?;
    times.licensed_until = Some(until);
    Ok(())
}
