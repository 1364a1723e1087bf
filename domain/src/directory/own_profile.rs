//! A verified doctor's own profile: what patients read before they book, and what a visit costs.

use super::{languages::check_offered, notices::Event, rules, store::profile};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
};
use model::directory::{ProfileView, TypedFee};

/// A changed profile. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct EditProfile {
    /// The text that patients read; may be empty.
    pub about: String,
    /// Language tags; empty ones are ignored.
    pub languages: Vec<String>,
    /// What the doctor has learned and where; empty entries are ignored.
    pub qualifications: Vec<String>,
    /// What a visit costs, in the currency of the profile.
    pub fee: TypedFee,
    /// The version of the profile that the change is based on.
    pub version: i32,
}

/// The profile of the doctor as whom the caller acts.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor, or the doctor is not verified.
pub async fn own_profile(domain: &Domain, access: &Access) -> Result<ProfileView> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("directory.own_profile", access).await?;
    let permit = tx.permit(Read, doctor).await?;
    let view = profile::read(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(view)
}

/// Changes the profile of the doctor as whom the caller acts, and confirms the fee. Visits that are already booked keep their fee. Specialties and licence are
/// not changed here, because an admin has checked them.
///
/// # Errors
/// `request.fields_invalid` with the fields `about`, `languages`, `qualifications`, `fee`, `fee_free`; `request.stale`; `access.sign_in_needed`; `access.forbidden` when the
/// caller does not act as a doctor, or the doctor is not verified.
pub async fn edit_profile(domain: &Domain, access: &Access, command: EditProfile) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin("directory.edit_profile", access).await?;
    let permit = tx.permit(Write, doctor).await?;
    // The fee cannot be read without its currency, so nothing is parsed before the transaction begins.
    let currency = profile::currency(&mut tx, &permit).await?;
    let mut faults = Faults::default();
    let about = faults.take("about", rules::lines(&command.about, rules::ABOUT_CHARS));
    let languages = faults.take("languages", rules::languages(&command.languages));
    let qualifications = faults.take("qualifications", rules::qualifications(&command.qualifications));
    let fee = command.fee.parse(currency).map_err(|wrong| faults.extend([wrong])).ok();
    faults.check()?;
    let (Some(about), Some(languages), Some(qualifications), Some(fee)) = (about, languages, qualifications, fee) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };

    let held = profile::languages(&mut tx, &permit).await?;
    check_offered(tx.connection(), &languages, &held).await?;
    profile::edit(&mut tx, &permit, &profile::Edited { about, languages, qualifications, fee }, command.version).await?;
    tx.emit(Event::DoctorProfileEdited { doctor }).await?;
    let entry = Audit::of(AuditAction::DirectoryProfileEdited).on(ResourceKind::Doctor, doctor);
    tx.commit(with_versions(entry, command.version).with("fee_minor", fee.minor)).await
}

/// Names the version of a doctor or of a patient before a change and the one after it; `doctor_versions` and `patient_versions` say what they were.
pub(super) fn with_versions(entry: Audit, before: i32) -> Audit {
    entry.with("version_before", i64::from(before)).with("version", i64::from(before) + 1)
}
