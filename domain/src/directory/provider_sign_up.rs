//! The sign-up of a patient who has signed in at a foreign provider (ADR 39). The provider has confirmed the address, so the account is made at once, without a password.

use super::{sign_up::birth, store};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    error::Faults,
    identity::{self, SignedIn},
};

/// What the provider does not tell. Texts are unparsed form values; all faults are returned at once.
#[derive(Clone)]
pub struct SignUpFromProvider {
    /// The secret of the browser that came back from the provider.
    pub browser: String,
    /// Full name.
    pub name: String,
    /// The name in Latin letters; may be empty if documents can show the full name.
    pub latin_name: String,
    /// Date of birth: day, month and year as entered in their three fields.
    pub date_of_birth: [String; 3],
    /// Phone number.
    pub phone: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Language tag.
    pub language: String,
}

/// Makes the account of a patient who waits in the browser with this secret ([`identity::waiting_sign_up`]), the patient, and a session.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `latin_name`, `date_of_birth` (or one of its `_day`, `_month`, `_year`), `phone`, `time_zone`;
/// `identity.sign_in_expired` when the sign-up in this browser is too old, or the address has got an account since.
pub async fn sign_up_from_provider(domain: &Domain, access: &Access, command: SignUpFromProvider) -> Result<SignedIn> {
    let mut faults = Faults::default();
    let name = identity::parse_name(&command.name, &command.latin_name).map_err(|wrong| faults.extend(wrong)).ok();
    let birth = birth(&command.date_of_birth, domain.now()).map_err(|wrong| faults.extend(wrong)).ok();
    let phone = faults.take("phone", identity::phone_number(&command.phone));
    let zone = faults.take("time_zone", identity::known_zone(&command.time_zone));
    faults.check()?;
    let (Some(name), Some(birth), Some(phone), Some(zone)) = (name, birth, phone, zone) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };
    let mut tx = domain.begin("directory.sign_up_from_provider", access).await?;
    let joined = identity::join(&mut tx, &command.browser, &name, &zone, &command.language).await?;
    let user = joined.signed_in.user;
    let patient = store::insert_patient(&mut tx, &name, birth, Some(&phone), &zone).await?;
    store::grant_self(&mut tx, patient, user).await?;
    let entry = Audit::of(AuditAction::IdentityForeignAccountMade).by(user).on(ResourceKind::Account, user).patient(patient);
    tx.commit(entry.with_id("identity", joined.identity).with_id("session", joined.signed_in.session)).await?;
    joined.prove(domain, access);
    Ok(joined.signed_in)
}
