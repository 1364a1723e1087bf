//! Confirming an email address: the account and its person are made from what the sign-up says. In the browser of the sign-up, this signs in as well (ADR 22).

use super::{
    application::{self, Profile},
    notices::Event,
    sign_up,
    store::{self, doctors},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    error::Faults,
    identity::{self, ConfirmEmail, SignedIn},
};
use model::{errors::Code, identity::PhoneNumber};
use serde::{Deserialize, Serialize};

/// What a sign-up says about the person, as it was typed. It was parsed when it was sent, and is parsed again when the address is confirmed.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum NewPerson {
    /// A patient.
    Patient { date_of_birth: [String; 3], phone: String },
    /// A doctor who applies.
    Doctor { profile: Profile },
}

/// Confirms an email address with the token of a mailed link, and makes the account of the sign-up. In the browser of the sign-up, and within an hour, it also
/// begins a session.
///
/// # Errors
/// `identity.link_unknown`, `identity.link_expired`, `identity.link_used`.
pub async fn confirm_email(domain: &Domain, access: &Access, command: ConfirmEmail) -> Result<Option<SignedIn>> {
    let mut tx = domain.begin("directory.confirm_email", access).await?;
    let made = identity::confirm_sign_up::<NewPerson>(&mut tx, &command.token, command.browser.as_deref()).await?;
    let (user, now) = (made.user, tx.now());
    let entry = match &made.person {
        NewPerson::Patient { date_of_birth, phone } => {
            let birth = sign_up::birth(date_of_birth, now).map_err(outdated)?;
            let phone = PhoneNumber::parse(phone).map_err(outdated)?;
            let patient = store::insert_patient(&mut tx, &made.name, birth, Some(&phone), &made.time_zone).await?;
            store::grant_self(&mut tx, patient, user).await?;
            Audit::of(AuditAction::IdentityEmailConfirmed).on(ResourceKind::Account, user).patient(patient)
        }
        NewPerson::Doctor { profile } => {
            let mut faults = Faults::default();
            let Some(profile) = application::parse(&mut faults, profile, now) else { return Err(outdated(())) };
            let specialties = doctors::specialties_by_slug(tx.connection(), &profile.specialties)
                .await
                .map_err(|error| if error.code() == Code::FieldsInvalid { outdated(error) } else { error })?;
            let doctor = doctors::insert(&mut tx, user, &made.name, &profile, &specialties).await?;
            tx.emit(Event::DoctorApplied { doctor }).await?;
            Audit::of(AuditAction::DirectoryDoctorApplied).on(ResourceKind::Doctor, doctor).with_id("user", user)
        }
    };
    let entry = match made.session {
        Some(session) => entry.with_id("session", session),
        None => entry,
    };
    tx.commit(entry.by(user)).await?;
    made.prove(domain, access);
    Ok(made.signed_in())
}

/// What was right when it was sent is no longer: a licence has ended, a specialty is gone. Whoever signed up must do it again.
fn outdated<E>(_: E) -> Error {
    Code::LinkExpired.into()
}
