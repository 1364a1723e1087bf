//! Passwords.

use crate::{
    errors::FieldFault,
    identity::EmailAddress,
    wire::{redacted, text_value},
};
use zeroize::Zeroizing;

#[path = "password_common.rs"]
mod tried_first;

const MIN_CHARS: usize = 10;
const MAX_CHARS: usize = 128;

/// A password that a user chooses: 10 to 128 characters of any kind, and not one of the most common passwords.
///
/// There are no composition rules and no expiry (NIST SP 800-63B-4 §3.1.1.2): length and a list of common passwords protect better.
/// The text is wiped from memory on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Parses a new password. Spaces count and are kept.
    ///
    /// # Errors
    /// `Missing`; `TooShort`; `TooLong`; `ForbiddenCharacter` for control characters; `TooCommon` for a common password, for one character or
    /// pair repeated, and for a run along the alphabet or the digits.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        let length = text.chars().count();
        if length < MIN_CHARS {
            return Err(FieldFault::too_short(MIN_CHARS));
        }
        if length > MAX_CHARS {
            return Err(FieldFault::too_long(MAX_CHARS));
        }
        if text.chars().any(char::is_control) {
            return Err(FieldFault::ForbiddenCharacter);
        }
        let lower = Zeroizing::new(text.trim().to_lowercase());
        if tried_first::COMMON.binary_search(&lower.as_str()).is_ok() || is_monotonous(&lower) {
            return Err(FieldFault::TooCommon);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// Parses a new password of a user whose e-mail address is known: it must not be that address or the part before the `@`.
    ///
    /// # Errors
    /// Those of [`Password::parse`]; `TooCommon` when it is the address or the part before the `@`.
    pub fn parse_for(text: &str, email: &EmailAddress) -> Result<Self, FieldFault> {
        let password = Self::parse(text)?;
        let lower = Zeroizing::new(text.trim().to_lowercase());
        let local_part = email.key().split('@').next().unwrap_or_default();
        if *lower == email.key() || *lower == local_part {
            return Err(FieldFault::TooCommon);
        }
        Ok(password)
    }

    /// The password, for hashing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password that a user types to sign in or to confirm an action. Any text is accepted up to a length that protects the hash function.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedPassword(Zeroizing<String>);

impl TypedPassword {
    /// Accepts the text as it was typed.
    ///
    /// # Errors
    /// `Missing`; `TooLong` beyond the longest password that a user can have chosen.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        match text.chars().count() {
            0 => Err(FieldFault::Missing),
            1..=MAX_CHARS => Ok(Self(Zeroizing::new(text.to_owned()))),
            _ => Err(FieldFault::too_long(MAX_CHARS)),
        }
    }

    /// The password, for comparing with a hash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the text repeats one or two characters, or each character is the neighbour of the one before.
fn is_monotonous(text: &str) -> bool {
    let chars: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    let repeats = chars.iter().zip(chars.iter().skip(2)).all(|(a, b)| a == b);
    let steps = |step: i64| chars.windows(2).all(|pair| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0])) == step);
    repeats || steps(1) || steps(-1)
}

redacted!(Password);
redacted!(TypedPassword);
text_value!(Password);
text_value!(TypedPassword);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_would_pass_the_other_rules() {
        assert!(tried_first::COMMON.is_sorted());
        for word in tried_first::COMMON {
            assert!(word.chars().count() >= MIN_CHARS, "{word}");
            assert_eq!(*word, word.to_lowercase());
        }
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        assert!(Password::parse("over the hills and far away").is_ok());
        assert!(Password::parse("ключ от дома").is_ok());
        assert!(Password::parse(&"ab c".repeat(32)).is_ok());
        for (text, fault) in [
            ("", FieldFault::Missing),
            ("Tr0ub4d&3", FieldFault::too_short(MIN_CHARS)),
            ("Password123", FieldFault::TooCommon),
            ("aaaaaaaaaaaa", FieldFault::TooCommon),
            ("abababababab", FieldFault::TooCommon),
            ("abcdefghijklmn", FieldFault::TooCommon),
            ("9876543210", FieldFault::TooCommon),
            ("line one\nline two", FieldFault::ForbiddenCharacter),
        ] {
            assert_eq!(Password::parse(text).expect_err(text), fault, "{text}");
        }
        assert_eq!(Password::parse(&"ab c".repeat(33)).expect_err("long"), FieldFault::too_long(MAX_CHARS));
    }

    #[test]
    fn the_own_address_is_no_password() {
        let email = EmailAddress::parse("Amara.Osei.1980@example.org").expect("an address");
        assert_eq!(Password::parse_for("amara.osei.1980@example.ORG", &email).expect_err("address"), FieldFault::TooCommon);
        assert_eq!(Password::parse_for("Amara.Osei.1980", &email).expect_err("local part"), FieldFault::TooCommon);
        assert!(Password::parse_for("amara walks to work", &email).is_ok());
    }

    #[test]
    fn a_typed_password_may_be_anything_and_is_never_shown() {
        let typed = TypedPassword::parse("x").expect("anything");
        assert_eq!(typed.as_str(), "x");
        assert_eq!(format!("{typed:?}"), "TypedPassword(…)");
        assert!(TypedPassword::parse(&"x".repeat(129)).is_err());
    }
}
