//! A new account, of whatever kind of user.

use super::{
    names::parse_name,
    strength::{Owner, new_password},
};
use crate::{Result, error::Faults};
use model::{
    errors::FieldFault,
    identity::{EmailAddress, Password, WrittenName},
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
        let owner = Owner { name: name.to_owned(), latin_name: latin_name.to_owned(), email: email.to_owned() };
        let name = parse_name(name, latin_name).map_err(|wrong| faults.extend(wrong)).ok();
        let email = faults.take("email", EmailAddress::parse(email));
        let password = faults.take("password", new_password(password, &owner));
        let time_zone = faults.take("time_zone", known_zone(zone));
        Some(Self { name: name?, email: email?, password: password?, time_zone: time_zone?, language: language.to_owned() })
    }
}

/// A time zone that this server's time zone data contains.
pub(crate) fn known_zone(text: &str) -> Result<TimeZoneName, FieldFault> {
    TimeZoneName::parse_known(text, |name| jiff::tz::db().get(name).is_ok())
}
