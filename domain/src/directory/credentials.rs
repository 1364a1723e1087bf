//! The documents of a doctor's licences and qualifications: the doctor adds them, and administrators read them when they decide. Nobody removes one, so what
//! a decision was based on can always be looked up.

use super::{notices::Event, store::credentials as store};
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
    files::{CredentialView, CredentialsView, FilePurpose},
    ids::DoctorId,
};

/// How many documents a list shows.
const SHOWN: i64 = 200;

/// The permit to add a document of a doctor's licences and qualifications, or the photo.
///
/// # Errors
/// `not_found`, `access.forbidden`.
pub(crate) async fn permit_to_add_credential(tx: &mut Tx, doctor: DoctorId) -> Result<Permit<Write, DoctorId>> {
    tx.permit(Write, doctor).await
}

/// The permit to read the documents of a doctor's licences and qualifications, and photos that are not shown to everybody.
///
/// # Errors
/// `not_found`.
pub(crate) async fn permit_to_read_credentials(tx: &mut Tx, doctor: DoctorId) -> Result<Permit<Read, DoctorId>> {
    tx.permit(Read, doctor).await
}

/// The documents of a doctor's licences and qualifications; without a doctor, of the one as whom the caller acts. That somebody else looked at them is in
/// the audit log.
///
/// # Errors
/// `not_found`; `access.forbidden` when the caller names no doctor and does not act as one.
pub async fn credentials(domain: &Domain, access: &Access, doctor: Option<DoctorId>) -> Result<CredentialsView> {
    let own = access.acting()?.doctor;
    let doctor = match doctor {
        Some(doctor) => doctor,
        None => access.acting_doctor()?,
    };
    let mut tx = domain.begin_reading("directory.credentials", access).await?;
    let permit = permit_to_read_credentials(&mut tx, doctor).await?;
    let listed = files::list_of_doctor(&mut tx, &permit, &FilePurpose::CREDENTIALS, SHOWN).await?;
    // The doctor is the only one who may add them.
    let name = store::name_of(&mut tx, doctor).await?;
    let items =
        listed.into_iter().map(|file| CredentialView { purpose: file.purpose, document: file.shown(name.clone(), false) });
    let view = CredentialsView { doctor, may_add: permit.may(access, Write), items: items.collect() };
    if own == Some(doctor) {
        tx.close().await?;
    } else {
        tx.commit(Audit::of(AuditAction::DirectoryCredentialsListed).on(ResourceKind::Doctor, doctor)).await?;
    }
    Ok(view)
}

/// Follows when a doctor has added a document: what more was asked for waits for an administrator again.
///
/// # Errors
/// `database.unavailable`.
pub(crate) async fn credential_added(tx: &mut Tx, permit: &Permit<Write, DoctorId>) -> Result<()> {
    let (application, _) = store::wait_again(tx, permit).await?;
    if application {
        tx.emit(Event::DoctorApplied { doctor: permit.id() }).await?;
    }
    Ok(())
}
