//! The licences of a verified doctor: stating and renewing them, and the insurance against malpractice. The licence of an application is in `application.rs`.

use super::{
    own_profile, rules,
    store::{
        cover,
        licences::{self, NewLicence},
    },
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{
    directory::{Country, LicenceState, LicencesView},
    errors::Code,
    identity::DateFields,
    ids::LicenceId,
};

/// A licence as it is typed. Texts are unparsed form values.
#[derive(Debug, Clone, Default)]
pub struct TypedLicence {
    /// The licence number.
    pub number: String,
    /// The authority that issued it.
    pub authority: String,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// The state or province; may be empty.
    pub region: String,
    /// When it was issued: day, month and year; all three may be empty.
    pub issued: [String; 3],
    /// The last day on which it is valid: day, month and year.
    pub expires: [String; 3],
}

/// A licence that a doctor states.
#[derive(Debug, Clone)]
pub struct StateLicence {
    /// The licence that it corrects or renews, with the version that was seen; none for another licence.
    pub of: Option<(LicenceId, i32)>,
    /// What is stated.
    pub licence: TypedLicence,
}

/// The insurance against malpractice, as it is typed.
#[derive(Debug, Clone)]
pub struct ChangeCover {
    /// The insurer; removed when all three are empty.
    pub insurer: String,
    /// The number of the policy.
    pub number: String,
    /// The last day of the cover: day, month and year.
    pub until: [String; 3],
    /// The version of the doctor that the change is based on.
    pub version: i32,
}

/// An insurance that has passed its checks.
pub(super) struct Cover {
    pub(super) insurer: String,
    pub(super) number: String,
    pub(super) until: Date,
}

/// The licences and the insurance of the calling doctor.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor, or the doctor is not verified.
pub async fn own_licences(domain: &Domain, access: &Access) -> Result<LicencesView> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("directory.own_licences", access).await?;
    let permit = tx.permit(Read, doctor).await?;
    let view = licences::own(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(view)
}

/// Adds a licence of the calling doctor. It waits for its review. One that waits already, was refused or for which more was asked is
/// corrected; one that was approved stays valid until the renewed one is approved in its place.
///
/// # Errors
/// `request.fields_invalid` with the fields `licence_number`, `licence_authority`, `licence_country`, `licence_region`, `licence_issued`, `licence_expires`;
/// `directory.licence_waiting`; `request.stale`; `not_found` for a licence of somebody else; `access.forbidden` when the caller does not act as a doctor, or the
/// doctor is not verified.
pub async fn state_licence(domain: &Domain, access: &Access, command: StateLicence) -> Result<LicenceId> {
    let doctor = access.acting_doctor()?;
    let mut faults = Faults::default();
    let parsed = parse(&mut faults, &command.licence, domain.now());
    faults.check()?;
    let licence = parsed.ok_or_else(|| Error::internal("a form passed its check although a field is missing"))?;

    let mut tx = domain.begin("directory.state_licence", access).await?;
    let permit = tx.permit(Write, doctor).await?;
    licences::check_verified(&mut tx, &permit).await?;
    let (id, action, before) = match command.of {
        None => (licences::insert(&mut tx, &permit, &licence, None).await?, AuditAction::DirectoryLicenceStated, None),
        Some((of, version)) => {
            let old = licences::load(&mut tx, &permit, of).await?.ok_or(Code::NotFound)?;
            if old.version != version {
                return Err(Code::Stale.into());
            }
            match old.state {
                LicenceState::Waiting | LicenceState::Refused | LicenceState::MoreAsked => {
                    licences::correct(&mut tx, &permit, of, &licence, version).await?;
                    (of, AuditAction::DirectoryLicenceCorrected, Some(old.expires_on))
                }
                LicenceState::Approved => {
                    let id = licences::insert(&mut tx, &permit, &licence, Some(of)).await?;
                    (id, AuditAction::DirectoryLicenceStated, Some(old.expires_on))
                }
                LicenceState::Replaced => return Err(Code::Stale.into()),
            }
        }
    };
    let entry =
        Audit::of(action).on(ResourceKind::Doctor, doctor).with_id("licence", id).with("expires", midnight(licence.expires_on)?);
    let entry = match before {
        Some(before) => entry.with("expires_before", midnight(before)?),
        None => entry,
    };
    tx.commit(entry).await?;
    Ok(id)
}

/// Changes or removes the insurance of the calling doctor.
///
/// # Errors
/// `request.fields_invalid` with the fields `cover_insurer`, `cover_number`, `cover_until`; `request.stale`; `access.forbidden` when the caller does not act as
/// a doctor, or the doctor is not verified.
pub async fn change_cover(domain: &Domain, access: &Access, command: ChangeCover) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let mut faults = Faults::default();
    let cover = parse_cover(&mut faults, &command, domain.now());
    faults.check()?;

    let mut tx = domain.begin("directory.change_cover", access).await?;
    let permit = tx.permit(Write, doctor).await?;
    licences::check_verified(&mut tx, &permit).await?;
    let before = cover::cover_until(&mut tx, &permit).await?;
    cover::set_cover(&mut tx, &permit, cover.as_ref(), command.version).await?;
    let entry = Audit::of(AuditAction::DirectoryCoverChanged).on(ResourceKind::Doctor, doctor);
    let mut entry = own_profile::with_versions(entry, command.version);
    for (name, day) in [("until", cover.map(|cover| cover.until)), ("until_before", before)] {
        if let Some(day) = day {
            entry = entry.with(name, midnight(day)?);
        }
    }
    tx.commit(entry).await
}

fn parse(faults: &mut Faults, typed: &TypedLicence, now: Timestamp) -> Option<NewLicence> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let number = faults.take("licence_number", rules::licence_number(&typed.number));
    let authority = faults.take("licence_authority", rules::printed_line(&typed.authority));
    let country = faults.take("licence_country", Country::parse(&typed.country));
    let region = faults.take("licence_region", rules::optional_line(&typed.region));
    let issued_on = if rules::is_empty(&typed.issued) {
        Some(None)
    } else {
        let issued = date(faults, "licence_issued", &typed.issued);
        issued.and_then(|issued| faults.take("licence_issued", rules::not_ahead(issued, today)).map(Some))
    };
    let expires_on = date(faults, "licence_expires", &typed.expires)
        .and_then(|expires| faults.take("licence_expires", rules::not_over(expires, today)));
    Some(NewLicence {
        number: number?,
        authority: authority?,
        country: country?,
        region: region?,
        issued_on: issued_on?,
        expires_on: expires_on?,
    })
}

/// The insurance; `None` when all its fields are empty, or a fault was recorded.
fn parse_cover(faults: &mut Faults, typed: &ChangeCover, now: Timestamp) -> Option<Cover> {
    if typed.insurer.trim().is_empty() && typed.number.trim().is_empty() && rules::is_empty(&typed.until) {
        return None;
    }
    let today = now.to_zoned(TimeZone::UTC).date();
    let insurer = faults.take("cover_insurer", rules::line(&typed.insurer));
    let number = faults.take("cover_number", rules::line(&typed.number));
    let until =
        date(faults, "cover_until", &typed.until).and_then(|until| faults.take("cover_until", rules::not_over(until, today)));
    Some(Cover { insurer: insurer?, number: number?, until: until? })
}

/// A date of three fields; each fault is recorded under the name of its control.
fn date(faults: &mut Faults, name: &str, [day, month, year]: &[String; 3]) -> Option<Date> {
    (DateFields { day, month, year })
        .parse()
        .map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under(name))))
        .ok()
}

/// The beginning of a day in UTC: the audit log keeps instants.
fn midnight(day: Date) -> Result<Timestamp> {
    day.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).map_err(Error::internal)
}
