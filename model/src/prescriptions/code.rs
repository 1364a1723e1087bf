//! The code on a printed prescription, with which anybody can check whether the prescription is valid.

use crate::{
    errors::{FieldFault, Length},
    text::{is_dash, machine_form},
    wire::redacted,
};

/// Crockford's alphabet: without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS: u32 = 26;

/// 128 random bits in 26 symbols. Whoever has the code has held the printed prescription: only its hash is stored, and `Debug` shows nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerificationCode(u128);

impl VerificationCode {
    /// Creates a code from random bits.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// The 26 symbols without hyphens, for the URL and the hash.
    #[must_use]
    pub fn symbols(self) -> String {
        (0..SYMBOLS)
            .rev()
            .map(|place| {
                // Five bits always fit into a `usize`.
                let value = usize::try_from((self.0 >> (5 * place)) & 31).unwrap_or_default();
                char::from(ALPHABET[value])
            })
            .collect()
    }

    /// The code in groups of four for reading aloud; the last group has two: `7F3K-9QWX-…-BE`.
    #[must_use]
    pub fn grouped(self) -> String {
        let symbols: Vec<char> = self.symbols().chars().collect();
        symbols.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    /// Parses a code as people type it: hyphens and spaces are removed, case is ignored, digits of any script are accepted, `O` is zero,
    /// `I` and `L` are one.
    ///
    /// # Errors
    /// `Missing`; `TooShort` and `TooLong`; `ForbiddenCharacter` for a symbol outside the alphabet; `Malformed` beyond 128 bits.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let mut bits: u128 = 0;
        let mut length = 0;
        for character in machine_form(text).chars().filter(|c| !c.is_whitespace() && !is_dash(*c)) {
            let symbol = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = ALPHABET.iter().position(|known| char::from(*known) == symbol).ok_or(FieldFault::ForbiddenCharacter)?;
            length += 1;
            if length > SYMBOLS {
                return Err(FieldFault::TooLong(Length::Characters(SYMBOLS)));
            }
            if bits >> 123 != 0 {
                return Err(FieldFault::Malformed);
            }
            bits = (bits << 5) | value as u128;
        }
        match length {
            0 => Err(FieldFault::Missing),
            SYMBOLS => Ok(Self(bits)),
            _ => Err(FieldFault::TooShort(Length::Characters(SYMBOLS))),
        }
    }
}

redacted!(VerificationCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_what_it_writes_and_what_people_type() {
        for bits in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
            let code = VerificationCode::from_bits(bits);
            assert_eq!(code.symbols().len(), 26);
            assert_eq!(VerificationCode::parse(&code.grouped().to_lowercase()), Ok(code));
        }
        assert_eq!(
            VerificationCode::parse("0000 0000 0000 0000 0000 0000 oL"),
            VerificationCode::parse(&format!("{}1", "0".repeat(25)))
        );
        assert_eq!(
            VerificationCode::parse("\u{FEFF}٠٠٠٠ーＯ०０0 0000 0000 0000 0000 00\u{200B}"),
            Ok(VerificationCode::from_bits(0))
        );
        assert_eq!(format!("{:?}", VerificationCode::from_bits(7)), "VerificationCode(…)");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for (text, fault) in [
            ("", FieldFault::Missing),
            ("7F3K", FieldFault::TooShort(Length::Characters(SYMBOLS))),
            ("7F3K-9QWX-M2PT-A8DV-H5N6-RZC4-BE7", FieldFault::TooLong(Length::Characters(SYMBOLS))),
            ("7F3K-9QWX-M2PT-A8DV-H5N6-RZC4-B!", FieldFault::ForbiddenCharacter),
            ("ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ", FieldFault::Malformed),
        ] {
            assert_eq!(VerificationCode::parse(text), Err(fault), "{text}");
        }
    }
}
