//! A new account, of whatever kind of user.

use super::{
    links::{self, LinkPurpose},
    names::parse_name,
    notices::Event,
    store::{self, NewUser},
};
use crate::{
    Result,
    access::ResourceKind,
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
};
use model::{
    errors::FieldFault,
    identity::{EmailAddress, Password, WrittenName},
    ids::{EventId, UserId},
    locale::TimeZoneName,
    scheduling::ChosenTime,
};
use std::fmt;

/// Where an account is made: what its confirming mail and link need to know.
#[derive(Clone, Default)]
pub struct Origin {
    /// A random secret that only the browser holds in which the account is made. There the link of the mail signs in; without it, it only confirms.
    pub browser: Option<String>,
    /// The time that was chosen before; the link of the mail leads back to it.
    pub chosen: Option<ChosenTime>,
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Origin").field("chosen", &self.chosen).finish_non_exhaustive()
    }
}

/// The parts of an account that every kind of user has, parsed.
#[derive(Debug, Clone)]
pub(crate) struct NewAccount {
    /// Full name, with the Latin form if it is needed.
    pub(crate) name: WrittenName,
    /// Email address.
    pub(crate) email: EmailAddress,
    /// The new password.
    pub(crate) password: Password,
    /// IANA time zone.
    pub(crate) time_zone: TimeZoneName,
    /// Language tag.
    pub(crate) language: String,
}

impl NewAccount {
    /// Parses the form values and records the faults.
    pub(crate) fn parse(
        faults: &mut Faults,
        [name, latin_name]: [&str; 2],
        email: &str,
        password: &str,
        zone: &str,
        language: &str,
    ) -> Option<Self> {
        let name = parse_name(name, latin_name).map_err(|wrong| faults.extend(wrong)).ok();
        let email = faults.take("email", EmailAddress::parse(email));
        let password = match &email {
            Some(email) => faults.take("password", Password::parse_for(password, email)),
            None => faults.take("password", Password::parse(password)),
        };
        let time_zone = faults.take("time_zone", known_zone(zone));
        Some(Self { name: name?, email: email?, password: password?, time_zone: time_zone?, language: language.to_owned() })
    }
}

/// A time zone that this server's time zone data contains.
pub(crate) fn known_zone(text: &str) -> Result<TimeZoneName, FieldFault> {
    TimeZoneName::parse_known(text, |name| jiff::tz::db().get(name).is_ok())
}

/// Inserts user, password and consent and requests the confirmation mail; `None` when the address already has an account.
pub(crate) async fn insert_account(tx: &mut Tx, account: &NewAccount, hash: &str, origin: &Origin) -> Result<Option<UserId>> {
    let (id, now) = (tx.new_id::<UserId>(), tx.now());
    let user = NewUser {
        id,
        name: &account.name,
        email: &account.email,
        time_zone: account.time_zone.as_str(),
        language: &account.language,
    };
    if store::insert_user(tx.connection(), &user, now).await?.is_none() {
        return Ok(None);
    }
    store::set_password(tx.connection(), id, hash, now).await?;
    let (consent, version) = (tx.new_id::<EventId>().uuid(), tx.domain().settings().terms_version.clone());
    store::insert_consent(tx.connection(), consent, id, &version, now).await?;
    let link = links::create(tx, LinkPurpose::ConfirmEmail, id, origin.browser.as_deref()).await?;
    tx.emit(Event::UserSignedUp { user: id, link, chosen: origin.chosen }).await?;
    Ok(Some(id))
}

/// Mails the owner of an address that somebody tried to sign up with it.
pub(crate) async fn repeated(mut tx: Tx, email: &EmailAddress, chosen: Option<ChosenTime>) -> Result<()> {
    let Some(existing) = store::credentials(tx.connection(), email).await? else { return tx.close().await };
    tx.emit(Event::SignUpRepeated { user: existing.user, chosen }).await?;
    tx.commit(Audit::of(AuditAction::IdentitySignUpRepeated).on(ResourceKind::Account, existing.user)).await
}
