//! A doctor's application: submitting it, viewing it, correcting it.

use super::{
    confirm::NewPerson,
    languages::check_offered,
    notices::Event,
    rules,
    sign_up::keep,
    store::{
        doctors::{self, NewProfile},
        revision,
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
    identity::{self, NewAccount, Origin},
};
use jiff::{Timestamp, tz::TimeZone};
use model::{
    directory::{ApplicationStatus, Country, OwnApplication},
    errors::{Code, FieldFault},
    identity::DateFields,
};
use serde::{Deserialize, Serialize};

/// What a doctor states about themselves. Texts are unparsed form values; all faults are returned at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Profile {
    /// Slugs of specialties, the main one first; empty ones are ignored.
    pub specialties: Vec<String>,
    /// The licence number.
    pub licence_number: String,
    /// The authority that issued the licence.
    pub licence_authority: String,
    /// ISO 3166-1 alpha-2 code.
    pub licence_country: String,
    /// The last day on which the licence is valid: day, month and year as entered in their three fields.
    pub licence_expires: [String; 3],
    /// Language tags; empty ones are ignored.
    pub languages: Vec<String>,
    /// The text that patients will read.
    pub about: String,
}

/// The form of a person who applies as a doctor.
#[derive(Clone)]
pub struct DoctorApplication {
    /// Full name.
    pub name: String,
    /// The name in Latin letters; may be empty if documents can show the full name.
    pub latin_name: String,
    /// Email address.
    pub email: String,
    /// The new password.
    pub password: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Language tag of the account.
    pub language: String,
    /// Whether the applicant agreed to the terms.
    pub terms: bool,
    /// The doctor's profile.
    pub profile: Profile,
    /// Where the account is made.
    pub origin: Origin,
}

/// A corrected application.
#[derive(Debug, Clone)]
pub struct ReviseApplication {
    /// The doctor's profile.
    pub profile: Profile,
    /// The version that the correction is based on.
    pub version: i32,
}

/// Keeps a doctor's sign-up with an application, and mails the link that confirms its address and makes the account. If the address already has an
/// account, the answer is the same, and the owner of that account gets a mail.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `latin_name`, `email`, `password`, `time_zone`, `terms` and those of the profile: `specialties`,
/// `licence_number`, `licence_authority`, `licence_country`, `licence_expires` (or one of its `_day`, `_month`, `_year`), `languages`, `about`;
/// `request.rate_limited`.
pub async fn apply_as_doctor(domain: &Domain, access: &Access, command: DoctorApplication) -> Result<()> {
    let mut faults = Faults::default();
    let names = [command.name.as_str(), &command.latin_name];
    let account = NewAccount::parse(&mut faults, names, &command.email, &command.password, &command.time_zone, &command.language);
    let profile = parse(&mut faults, &command.profile, domain.now());
    if !command.terms {
        faults.add("terms", FieldFault::Missing);
    }
    faults.check()?;
    let (Some(account), Some(profile)) = (account, profile) else { return Err(missing()) };

    let mut connection = domain.pool().acquire().await?;
    doctors::specialties_by_slug(&mut connection, &profile.specialties).await?;
    check_offered(&mut connection, &profile.languages, &[]).await?;
    drop(connection);
    identity::may_ask_for_mail(domain, access, &account.email)?;
    identity::refuse_leaked(domain, &account.password).await?;
    let person = NewPerson::Doctor { profile: command.profile };
    identity::evenly(keep(domain, access, account, person, &command.origin)).await
}

/// The caller's own application; `None` when the caller does not act as a doctor.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn own_application(domain: &Domain, access: &Access) -> Result<Option<OwnApplication>> {
    let Some(doctor) = access.acting()?.doctor else { return Ok(None) };
    let mut tx = domain.begin_reading("directory.own_application", access).await?;
    let permit = tx.permit(Read, doctor).await?;
    let view = doctors::own(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(Some(view))
}

/// Corrects the caller's own application and submits it again.
///
/// # Errors
/// `request.fields_invalid` as for [`apply_as_doctor`]; `request.stale`; `directory.application_decided` for a verified doctor.
pub async fn revise_application(domain: &Domain, access: &Access, command: ReviseApplication) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let mut faults = Faults::default();
    let profile = parse(&mut faults, &command.profile, domain.now());
    faults.check()?;
    let profile = profile.ok_or_else(missing)?;
    let mut tx = domain.begin("directory.revise_application", access).await?;
    let permit = tx.permit(Write, doctor).await?;
    let (status, version) = doctors::state(&mut tx, doctor).await?;
    if status == ApplicationStatus::Verified {
        return Err(Code::ApplicationDecided.into());
    }
    if version != command.version {
        return Err(Code::Stale.into());
    }
    let specialties = doctors::specialties_by_slug(tx.connection(), &profile.specialties).await?;
    check_offered(tx.connection(), &profile.languages, &[]).await?;
    revision::revise(&mut tx, &permit, &profile, &specialties).await?;
    tx.emit(Event::DoctorApplied { doctor }).await?;
    tx.commit(Audit::of(AuditAction::DirectoryApplicationRevised).on(ResourceKind::Doctor, doctor)).await
}

pub(super) fn parse(faults: &mut Faults, profile: &Profile, now: Timestamp) -> Option<NewProfile> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let specialties = faults.take("specialties", rules::choices(&profile.specialties));
    let number = faults.take("licence_number", rules::licence_number(&profile.licence_number));
    let authority = faults.take("licence_authority", rules::printed_line(&profile.licence_authority));
    let country = faults.take("licence_country", Country::parse(&profile.licence_country));
    let [day, month, year] = &profile.licence_expires;
    let expires_on = match (DateFields { day, month, year }).parse() {
        Ok(date) => faults.take("licence_expires", rules::not_over(date, today)),
        Err(wrong) => {
            faults.extend(wrong.into_iter().map(|fault| fault.under("licence_expires")));
            None
        }
    };
    let languages = faults.take("languages", rules::languages(&profile.languages));
    let about = faults.take("about", rules::lines(&profile.about, rules::ABOUT_CHARS));
    Some(NewProfile {
        specialties: specialties?,
        number: number?,
        authority: authority?,
        country: country?,
        expires_on: expires_on?,
        languages: languages?,
        about: about?,
    })
}

fn missing() -> Error {
    Error::internal("a form passed its check although a field is missing")
}
