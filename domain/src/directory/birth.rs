//! A patient's own date of birth.

use super::{own_profile::with_versions, store::birth};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use model::{
    directory::BirthView,
    errors::Code,
    identity::{DateFields, DateOfBirth},
};

/// So many years before a child is a teenager, guardians can no longer correct the date of birth.
const GUARDED_YEARS: i16 = 1;

/// A corrected date of birth.
#[derive(Clone)]
pub struct CorrectBirthDate {
    /// Day, month and year as entered in their three fields.
    pub date_of_birth: [String; 3],
    /// The version of the patient that the correction is based on.
    pub version: i32,
}

/// The date of birth of the patient that the caller acts for.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient.
pub async fn birth_date(domain: &Domain, access: &Access) -> Result<BirthView> {
    let patient = access.acting_patient()?;
    let mut tx = domain.begin_reading("directory.birth_date", access).await?;
    let permit = tx.permit(Read, patient).await?;
    let view = birth::read(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(view)
}

/// Corrects the date of birth of the patient that the caller acts for. Signed documents keep the one with which they were signed.
///
/// # Errors
/// `request.fields_invalid` with the field `date_of_birth` or one of its `_day`, `_month`, `_year`; `request.stale`; `access.forbidden` when the caller
/// does not act as a patient; `directory.birth_date_guarded` for a guardian of a child who is nearly a teenager, or older.
pub async fn correct_birth_date(domain: &Domain, access: &Access, command: CorrectBirthDate) -> Result<()> {
    let patient = access.acting_patient()?;
    let today = domain.now().to_zoned(TimeZone::UTC).date();
    let [day, month, year] = &command.date_of_birth;
    let birth = DateOfBirth::from_fields(DateFields { day, month, year }, today)
        .map_err(|wrong| Error::fields(wrong.into_iter().map(|fault| fault.under("date_of_birth")).collect()))?;

    let mut tx = domain.begin("directory.correct_birth_date", access).await?;
    let permit = tx.permit(Write, patient).await?;
    if let Some(known) = birth::known_to_guardian(&mut tx, &permit).await?
        && is_guarded(known, today, domain.settings().teen_years)
    {
        return Err(Code::BirthDateGuarded.into());
    }
    birth::correct(&mut tx, &permit, birth, command.version).await?;
    let entry = Audit::of(AuditAction::DirectoryBirthDateCorrected).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(with_versions(entry, command.version)).await
}

/// Whether only the clinic corrects this date of birth. From the age of a teenager on guardians may see less of the record (ADR 31), and they could put that off.
fn is_guarded(born: Date, today: Date, teen_years: i16) -> bool {
    born <= today.saturating_sub((teen_years - GUARDED_YEARS).years())
}
