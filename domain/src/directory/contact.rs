//! A patient's own phone number and address.

use super::{own_profile::with_versions, store::contact};
use crate::{
    Domain, Result,
    access::{
        Access, Permit, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    identity,
};
use model::{
    directory::ContactView,
    identity::{PostalAddress, TypedAddress},
    ids::PatientId,
};

/// A corrected phone number and address. Texts are unparsed form values.
#[derive(Clone)]
pub struct CorrectContact {
    /// The phone number.
    pub phone: String,
    /// The address; removed when everything but the country is empty.
    pub address: TypedAddress,
    /// The version of the patient that the correction is based on.
    pub version: i32,
}

/// The phone number and address of the patient that the caller acts for.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient.
pub async fn contact(domain: &Domain, access: &Access) -> Result<ContactView> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin_reading("directory.contact", access).await?;
    let permit = tx.permit(Read, patient).await?;
    let view = contact::read(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(view)
}

/// The phone number of a patient; `None` when there is none.
pub(crate) async fn phone(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<Option<String>> {
    Ok(contact::read(tx, permit).await?.phone)
}

/// The country of a patient's address at home, as an ISO 3166-1 alpha-2 code; `None` when no address is known.
pub(crate) async fn home_country(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<Option<String>> {
    Ok(contact::read(tx, permit).await?.address.map(|address| address.country))
}

/// Corrects the phone number and address of the patient that the caller acts for.
///
/// # Errors
/// `request.fields_invalid` with the fields `phone`, `line_1`, `line_2`, `town`, `postcode`, `country`; `request.stale`; `access.forbidden` when the caller
/// does not act as a patient.
pub async fn correct_contact(domain: &Domain, access: &Access, command: CorrectContact) -> Result<()> {
    let patient = access.acting_patient()?;
    let mut faults = Faults::default();
    let phone = faults.take("phone", identity::phone_number(&command.phone));
    let address = PostalAddress::parse(&command.address).map_err(|wrong| faults.extend(wrong)).ok();
    faults.check()?;
    let (Some(phone), Some(address)) = (phone, address) else {
        return Err(crate::Error::internal("a form passed its check although a field is missing"));
    };

    let mut tx = domain.begin("directory.correct_contact", access).await?;
    let permit = tx.permit(Write, patient).await?;
    contact::correct(&mut tx, &permit, &phone, address.as_ref(), command.version).await?;
    let entry = Audit::of(AuditAction::DirectoryContactCorrected).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(with_versions(entry, command.version)).await
}
