//! A verified doctor works at one more clinic. That a doctor works at a clinic no longer is the end of a role (`identity::end_membership`).

use super::{notices::Event, photos::check_shown_to_all, store::profile};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Decide},
    audit::{Audit, AuditAction},
    identity,
};
use model::{
    errors::{Code, FieldFault},
    ids::{ClinicId, DoctorId},
};

/// Which clinic a doctor joins.
#[derive(Debug, Clone)]
pub struct JoinClinic {
    /// The doctor.
    pub doctor: DoctorId,
    /// The clinic, as an unparsed form value.
    pub clinic: String,
}

/// Lets a verified doctor work at one more clinic, which pays in the currency of the doctor's fee. The doctor then has hours there.
///
/// # Errors
/// `not_found`; `directory.account_above`, `directory.account_elsewhere`; `request.fields_invalid` with the field `clinic_id` (`UnknownChoice`: the caller does not
/// manage it, or it pays in another currency); `identity.role_held`.
pub async fn join_clinic(domain: &Domain, access: &Access, command: JoinClinic) -> Result<()> {
    let doctor = command.doctor;
    let mut tx = domain.begin("directory.join_clinic", access).await?;
    let permit = tx.permit(Decide, doctor).await?;
    check_shown_to_all(&mut tx, doctor).await?;
    // An admin of one clinic decides for that clinic only.
    let may_join = tx.access().acting()?.clinic;
    let parsed = command.clinic.parse::<ClinicId>().ok().filter(|clinic| may_join.is_none_or(|only| only == *clinic));
    let joining = match parsed {
        Some(clinic) => profile::joining(&mut tx, &permit, clinic).await?.map(|works_there| (clinic, works_there)),
        None => None,
    };
    let refused = match joining {
        None if command.clinic.is_empty() => Some(Error::field("clinic_id", FieldFault::Missing)),
        None => Some(Error::field("clinic_id", FieldFault::UnknownChoice)),
        Some((_, true)) => Some(Code::RoleHeld.into()),
        Some((_, false)) => None,
    };
    if let Some(error) = refused {
        tx.close().await?;
        return Err(error);
    }
    let (clinic, _) = joining.ok_or_else(|| Error::internal("a clinic that was checked is missing"))?;
    identity::join_as_doctor(&mut tx, &permit, clinic).await?;
    tx.emit(Event::DoctorJoinedClinic { doctor, clinic }).await?;
    tx.commit(Audit::of(AuditAction::DirectoryClinicJoined).on(ResourceKind::Doctor, doctor).with_id("clinic", clinic)).await
}
