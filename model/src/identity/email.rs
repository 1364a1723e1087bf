//! E-mail addresses.

use crate::{
    errors::FieldFault,
    wire::{redacted, text_value},
};
use std::hash::{Hash, Hasher};

/// The longest address that SMTP can carry (RFC 5321 §4.5.3.1.3, erratum 1690).
const MAX_BYTES: usize = 254;

/// An address that mail can be sent to: as its owner writes it, and a key under which it is found again.
///
/// Two addresses are equal when their keys are: upper and lower case do not make two accounts, though RFC 5321 would
/// let a host tell them apart (none that matters does).
#[derive(Clone)]
pub struct EmailAddress {
    shown: String,
    key: String,
}

impl EmailAddress {
    /// Reads an address: trims it and lower-cases the domain.
    ///
    /// # Errors
    /// `Missing`, `TooLong` beyond 254 bytes, `ForbiddenCharacter` for blanks and control characters within, `Malformed` for the rest: no
    /// single `@`, a quoted local part, an address literal, a domain without a dot.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        if text.len() > MAX_BYTES {
            return Err(FieldFault::TooLong);
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(FieldFault::ForbiddenCharacter);
        }
        let options = email_address::Options::default().with_required_tld().without_domain_literal().without_display_text();
        let parsed = email_address::EmailAddress::parse_with_options(text, options).map_err(|_| FieldFault::Malformed)?;
        if parsed.local_part().starts_with('"') {
            return Err(FieldFault::Malformed);
        }
        let shown = format!("{}@{}", parsed.local_part(), parsed.domain().to_lowercase());
        let key = shown.to_lowercase();
        Ok(Self { shown, key })
    }

    /// The address as its owner wrote it, with the domain in lower case: for sending and showing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The address wholly in lower case: for looking up and for the unique index.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for EmailAddress {}

impl Hash for EmailAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

redacted!(EmailAddress);
text_value!(EmailAddress);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_form_keeps_the_owners_case_and_the_key_does_not() {
        let address = EmailAddress::parse("  Amara.Osei+Clinic@Example.ORG ").expect("an address");
        assert_eq!(address.as_str(), "Amara.Osei+Clinic@example.org");
        assert_eq!(address.key(), "amara.osei+clinic@example.org");
        assert_eq!(address, EmailAddress::parse("amara.osei+clinic@example.org").expect("an address"));
        assert_eq!(format!("{address:?}"), "EmailAddress(…)");
    }

    #[test]
    fn what_cannot_be_an_address_is_refused_with_its_fault() {
        for (text, fault) in [
            ("", FieldFault::Missing),
            ("   ", FieldFault::Missing),
            ("amara", FieldFault::Malformed),
            ("amara@", FieldFault::Malformed),
            ("@example.org", FieldFault::Malformed),
            ("a@b@example.org", FieldFault::Malformed),
            ("amara@localhost", FieldFault::Malformed),
            ("amara@[127.0.0.1]", FieldFault::Malformed),
            ("\"amara\"@example.org", FieldFault::Malformed),
            ("Amara<amara@example.org>", FieldFault::Malformed),
            ("amara..osei@example.org", FieldFault::Malformed),
            ("amara@example..org", FieldFault::Malformed),
            ("amara@-example.org", FieldFault::Malformed),
            ("amara osei@example.org", FieldFault::ForbiddenCharacter),
            ("amara@example.org\r\nBcc: x@example.org", FieldFault::ForbiddenCharacter),
        ] {
            assert_eq!(EmailAddress::parse(text).expect_err(text), fault, "{text}");
        }
        let long = format!("{}@{}.example.org", "a".repeat(60), "b".repeat(60).repeat(4));
        assert_eq!(EmailAddress::parse(&long).expect_err("too long"), FieldFault::TooLong);
    }

    #[test]
    fn json_goes_through_the_same_rules() {
        let address: EmailAddress = serde_json::from_str("\"a@example.org\"").expect("an address");
        assert_eq!(serde_json::to_string(&address).expect("json"), "\"a@example.org\"");
        let error = serde_json::from_str::<EmailAddress>("\"secret-thing\"").expect_err("no address");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
