//! Correcting the user's own name.

use super::store;
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    identity,
};

/// A corrected name. Texts are unparsed form values.
#[derive(Clone)]
pub struct CorrectName {
    /// Full name.
    pub name: String,
    /// The name in Latin letters; may be empty if documents can show the full name.
    pub latin_name: String,
    /// The version of the account that the correction is based on.
    pub version: i32,
}

/// Corrects the caller's name everywhere: in the account, the patient's record and the doctor's profile. Signed documents keep the name with which
/// they were signed.
///
/// A verified doctor may do this too: a prescription is identified by the licence on it, and the audit log says who changed a name and when.
///
/// # Errors
/// `request.fields_invalid` with the fields `name` and `latin_name`; `request.stale`.
pub async fn correct_name(domain: &Domain, access: &Access, command: CorrectName) -> Result<()> {
    let user = access.acting()?.user;
    let name = identity::parse_name(&command.name, &command.latin_name).map_err(Error::fields)?;
    let mut tx = domain.begin("directory.correct_name", access).await?;
    let permit = tx.permit(Write, user).await?;
    identity::rename(&mut tx, &permit, &name, command.version).await?;
    let renamed = store::rename(&mut tx, &permit, &name).await?;
    let mut entry = Audit::of(AuditAction::IdentityNameCorrected).on(ResourceKind::Account, user);
    if let Some(patient) = renamed.patient {
        entry = entry.patient(patient);
    }
    if let Some(doctor) = renamed.doctor {
        entry = entry.with_id("doctor", doctor);
    }
    tx.commit(entry).await
}
