//! The addresses of a patient other than the home address, which is in `contact`: one for letters, and a temporary one.

use super::{rules, store::addresses as store};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
};
use jiff::civil::Date;
use model::{
    directory::{AddressKind, AddressView, KeptAddress},
    errors::FieldFault,
    identity::{DateFields, PostalAddress, TypedAddress},
};

/// A changed address. Texts are unparsed form values.
#[derive(Clone)]
pub struct ChangeAddress {
    /// What it is for.
    pub kind: AddressKind,
    /// The address; removed when everything but the country is empty.
    pub address: TypedAddress,
    /// Day, month and year of the first day of a temporary one.
    pub from: [String; 3],
    /// Day, month and year of its last day.
    pub until: [String; 3],
    /// The version that the change is based on; 0 when there was none.
    pub version: i32,
}

/// The further addresses of the patient on whose behalf the caller acts, one for each kind.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient.
pub async fn addresses(domain: &Domain, access: &Access) -> Result<Vec<AddressView>> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin_reading("directory.addresses", access).await?;
    let permit = tx.permit(Read, patient).await?;
    let views = store::read(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(views)
}

/// Changes or removes a further address of the patient on whose behalf the caller acts.
///
/// # Errors
/// `request.fields_invalid` with the fields `line_1`, `line_2`, `town`, `postcode`, `country`, and of a temporary address `from` and `until` or one of their `_day`,
/// `_month`, `_year`; `request.stale`; `access.forbidden` when the caller does not act as a patient.
pub async fn change_address(domain: &Domain, access: &Access, command: ChangeAddress) -> Result<()> {
    let patient = access.acting_patient()?;
    let kept = parse(&command)?;
    let mut tx = domain.begin("directory.change_address", access).await?;
    let permit = tx.permit(Write, patient).await?;
    store::change(&mut tx, &permit, command.kind, kept.as_ref(), command.version).await?;
    let entry = Audit::of(AuditAction::DirectoryAddressChanged).patient(patient).on(ResourceKind::Patient, patient);
    let entry = entry.with("kind", command.kind.as_str()).with("version_before", i64::from(command.version));
    // The address itself is about a patient, so its versions keep it and the log does not.
    tx.commit(entry.with("address", if kept.is_some() { "changed" } else { "removed" })).await
}

fn parse(command: &ChangeAddress) -> Result<Option<KeptAddress>> {
    let mut faults = Faults::default();
    let address = PostalAddress::parse(&command.address).map_err(|wrong| faults.extend(wrong)).ok();
    let is_removed = matches!(address, Some(None)) && rules::is_empty(&command.from) && rules::is_empty(&command.until);
    let days = match command.kind {
        AddressKind::Temporary if !is_removed => days(command, &mut faults),
        AddressKind::Temporary | AddressKind::Postal => None,
    };
    if matches!(address, Some(None)) && days.is_some() {
        faults.add("line_1", FieldFault::Missing);
    }
    faults.check()?;
    Ok(address.flatten().map(|address| KeptAddress { address: address.typed(), days }))
}

/// The first and the last day of a temporary address.
fn days(command: &ChangeAddress, faults: &mut Faults) -> Option<(Date, Date)> {
    let first = day("from", &command.from, faults);
    let last = day("until", &command.until, faults);
    let (first, last) = first.zip(last)?;
    if last < first {
        faults.add("until", FieldFault::EndBeforeStart);
        return None;
    }
    Some((first, last))
}

fn day(field: &str, [day, month, year]: &[String; 3], faults: &mut Faults) -> Option<Date> {
    let date = DateFields { day, month, year }.parse();
    date.map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under(field)))).ok()
}
