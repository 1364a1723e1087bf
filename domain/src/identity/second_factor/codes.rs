//! Codes as people type them, and the recovery codes.

use super::totp::base32;
use crate::vault::sha256;
use model::{
    errors::FieldFault,
    text::{is_dash, machine_form},
};

/// How many recovery codes there are.
pub(super) const RECOVERY_CODES: u8 = 10;
/// The length of what recovery codes are made of.
pub(super) const SEED_BYTES: usize = 20;
const RECOVERY_BYTES: usize = 10;
const RECOVERY_LETTERS: usize = 16;

/// A code that a user entered, without spaces and hyphens.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum TypedCode {
    /// Six digits of an authenticator app.
    Totp(u32),
    /// A recovery code.
    Recovery(String),
}

impl TypedCode {
    pub(super) fn parse(text: &str) -> Result<Self, FieldFault> {
        let plain: String = machine_form(text).chars().filter(|letter| !letter.is_whitespace() && !is_dash(*letter)).collect();
        if plain.is_empty() {
            return Err(FieldFault::Missing);
        }
        if plain.len() == 6 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return plain.parse().map(Self::Totp).map_err(|_| FieldFault::Malformed);
        }
        if plain.len() == RECOVERY_LETTERS && plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Self::Recovery(plain.to_ascii_lowercase()));
        }
        Err(FieldFault::Malformed)
    }
}

/// The recovery codes that are made of this seed, without hyphens.
pub(super) fn recovery_codes(seed: &[u8]) -> Vec<String> {
    let code = |number: u8| base32(&sha256(&[b"recovery code", seed, &[number]])[..RECOVERY_BYTES]).to_ascii_lowercase();
    (0..RECOVERY_CODES).map(code).collect()
}

/// In groups of four, as people read it.
pub(super) fn in_groups(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What is stored in place of a recovery code.
pub(super) fn recovery_hash(code: &str) -> [u8; 32] {
    sha256(&[b"recovery code ", code.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let totp = |text: &str| TypedCode::parse(text).ok() == Some(TypedCode::Totp(12_345));
        assert!(totp("012345") && totp(" 012 345 ") && totp("012-345") && totp("０１２３４５") && totp("٠١٢٣٤٥"));
        let recovery = TypedCode::Recovery("abcdefghijkl2345".to_owned());
        assert!(TypedCode::parse("ABCD-efgh ijkl-2345").is_ok_and(|code| code == recovery));
        assert_eq!(TypedCode::parse(" - ").err(), Some(FieldFault::Missing));
        for wrong in ["12345", "1234567", "12345a", "abcd-efgh", "äbcdefghijklmnop"] {
            assert_eq!(TypedCode::parse(wrong).err(), Some(FieldFault::Malformed), "{wrong}");
        }
    }

    #[test]
    fn a_seed_makes_ten_different_codes() {
        let mut codes = recovery_codes(&[7; SEED_BYTES]);
        for code in &codes {
            assert!(TypedCode::parse(&in_groups(code)).is_ok_and(|typed| typed == TypedCode::Recovery(code.clone())), "{code}");
        }
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), usize::from(RECOVERY_CODES));
        assert_ne!(recovery_codes(&[8; SEED_BYTES])[0], recovery_codes(&[7; SEED_BYTES])[0]);
    }
}
