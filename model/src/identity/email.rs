//! E-mail addresses.

use crate::{
    errors::FieldFault,
    text::machine_form,
    wire::{redacted, text_value},
};
use idna::AsciiDenyList;
use std::hash::{Hash, Hasher};

/// The longest address that SMTP can carry (RFC 5321 §4.5.3.1.3, erratum 1690).
const MAX_BYTES: usize = 254;

/// An e-mail address, and the key under which its account is looked up.
///
/// Each mailbox has one key. The domain is in its ASCII form (A-labels, UTS 46 without transitional processing, as browsers write it), so
/// `ida@bücher.example` and `ida@xn--bcher-kva.example` are equal. In the part before the `@`, only ASCII letters are compared
/// case-insensitively: RFC 5321 leaves case to the host, no host that matters distinguishes it, and beyond ASCII case depends on the language.
#[derive(Clone)]
pub struct EmailAddress {
    sent_to: String,
    key: String,
}

impl EmailAddress {
    /// Parses an address in its [`machine_form`]; the domain is converted to ASCII.
    ///
    /// # Errors
    /// `Missing`; `TooLong` beyond 254 bytes; `ForbiddenCharacter` for whitespace and control characters inside; `Malformed` for everything else:
    /// not exactly one `@`, a quoted local part, an address literal, a domain without a dot or one that IDNA does not allow.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = machine_form(text);
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        // A domain may become shorter in ASCII, but not to half its length, so anything longer than twice the limit is refused before more work.
        if text.len() > 2 * MAX_BYTES {
            return Err(FieldFault::too_long(MAX_BYTES));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(FieldFault::ForbiddenCharacter);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(FieldFault::Malformed)?;
        let domain = ascii_domain(domain)?;
        let sent_to = format!("{local}@{domain}");
        if sent_to.len() > MAX_BYTES {
            return Err(FieldFault::too_long(MAX_BYTES));
        }
        let options = email_address::Options::default().with_required_tld().without_domain_literal().without_display_text();
        let parsed = email_address::EmailAddress::parse_with_options(&sent_to, options).map_err(|_| FieldFault::Malformed)?;
        if parsed.local_part().starts_with('"') {
            return Err(FieldFault::Malformed);
        }
        let key = sent_to.to_ascii_lowercase();
        Ok(Self { sent_to, key })
    }

    /// The address that mail is sent to: the part before the `@` as its owner wrote it, and the domain in A-labels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.sent_to
    }

    /// The address in lower case, for lookups, counters and the unique index.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

fn ascii_domain(domain: &str) -> Result<String, FieldFault> {
    let ascii = idna::domain_to_ascii_cow(domain.as_bytes(), AsciiDenyList::STD3).map_err(|_| FieldFault::Malformed)?;
    Ok(ascii.into_owned())
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

    fn key(text: &str) -> String {
        EmailAddress::parse(text).expect(text).key().to_owned()
    }

    #[test]
    fn the_address_keeps_the_owners_case_and_the_key_does_not() {
        let address = EmailAddress::parse("  Amara.Osei+Clinic@Example.ORG ").expect("an address");
        assert_eq!(address.as_str(), "Amara.Osei+Clinic@example.org");
        assert_eq!(address.key(), "amara.osei+clinic@example.org");
        assert_eq!(address, EmailAddress::parse("amara.osei+clinic@example.org").expect("an address"));
        assert_eq!(format!("{address:?}"), "EmailAddress(…)");
    }

    #[test]
    fn one_mailbox_has_one_key_however_its_domain_is_written() {
        for (other, ascii) in [
            ("ida@bücher.example", "ida@xn--bcher-kva.example"),
            ("Ida@BÜCHER.Example", "ida@xn--bcher-kva.example"),
            ("ida@bu\u{308}cher.example", "ida@xn--bcher-kva.example"),
            ("ida@XN--BCHER-KVA.example", "ida@xn--bcher-kva.example"),
            ("ida＠ｂücher。example", "ida@xn--bcher-kva.example"),
            ("jo@straße.example", "jo@xn--strae-oqa.example"),
            ("taro@例え.テスト", "taro@xn--r8jz45g.xn--zckzah"),
            ("\u{202A}noor@مثال.إختبار\u{202C}", "noor@xn--mgbh0fb.xn--kgbechtv"),
            ("a\u{200B}na@exam\u{AD}ple.org", "ana@example.org"),
            // A joiner that is part of the word is part of the domain.
            ("ana@نامه\u{200C}ای.example", "ana@xn--mgba3gch31f060k.example"),
        ] {
            assert_eq!(key(other), ascii);
            assert_eq!(EmailAddress::parse(other).expect("an address").as_str().to_ascii_lowercase(), ascii);
        }
    }

    #[test]
    fn of_the_local_part_only_ascii_is_compared_without_case() {
        assert_eq!(key("JOSÉ@example.org"), "josÉ@example.org");
        assert_eq!(key("jose\u{301}@example.org"), key("josé@example.org"));
        assert_ne!(key("jose@example.org"), key("josé@example.org"));
        assert_eq!(key("İda@example.org"), "İda@example.org");
    }

    #[test]
    fn what_cannot_be_an_address_is_refused_with_its_fault() {
        for (text, fault) in [
            ("", FieldFault::Missing),
            ("   ", FieldFault::Missing),
            ("\u{200B}", FieldFault::Missing),
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
            ("amara@xn--a.example", FieldFault::Malformed),
            ("amara@exa_mple.org", FieldFault::Malformed),
            ("amara osei@example.org", FieldFault::ForbiddenCharacter),
            ("amara@example.org\r\nBcc: x@example.org", FieldFault::ForbiddenCharacter),
        ] {
            assert_eq!(EmailAddress::parse(text).expect_err(text), fault, "{text}");
        }
        let long = format!("{}@{}.example.org", "a".repeat(60), "b".repeat(60).repeat(4));
        assert_eq!(EmailAddress::parse(&long).expect_err("too long"), FieldFault::too_long(MAX_BYTES));
    }

    #[test]
    fn json_goes_through_the_same_rules() {
        let address: EmailAddress = serde_json::from_str("\"a@example.org\"").expect("an address");
        assert_eq!(serde_json::to_string(&address).expect("json"), "\"a@example.org\"");
        let error = serde_json::from_str::<EmailAddress>("\"secret-thing\"").expect_err("no address");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
