//! The code with which a patient claims the record that a clinic made for them.

use crate::{
    errors::FieldFault,
    text::{is_dash, machine_form},
    wire::redacted,
};

/// Crockford's alphabet: without I, L, O and U, so that no symbol is misread and no word appears.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code of ten random symbols (50 bits), shown as `7K3X9-QF2XA`. It is a secret, so `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimCode(String);

redacted!(ClaimCode);

impl ClaimCode {
    /// How many symbols a code has.
    pub const SYMBOLS: usize = 10;

    /// The code of these random bytes, five bits of each.
    #[must_use]
    pub fn from_random(bytes: [u8; Self::SYMBOLS]) -> Self {
        Self(bytes.into_iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
    }

    /// Parses a code as people type it: hyphens and spaces are removed, case is ignored, `O` is zero, `I` and `L` are one.
    ///
    /// # Errors
    /// `Missing`; `TooShort` and `TooLong`; `ForbiddenCharacter` for a symbol outside the alphabet.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let symbols =
            machine_form(text).chars().filter(|c| !c.is_whitespace() && !is_dash(*c)).map(symbol).collect::<Option<String>>();
        let symbols = symbols.ok_or(FieldFault::ForbiddenCharacter)?;
        match symbols.len() {
            0 => Err(FieldFault::Missing),
            length if length < Self::SYMBOLS => Err(FieldFault::too_short(Self::SYMBOLS)),
            length if length > Self::SYMBOLS => Err(FieldFault::too_long(Self::SYMBOLS)),
            _ => Ok(Self(symbols)),
        }
    }

    /// The symbols without the hyphen, for hashing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that people read: `7K3X9-QF2XA`.
    #[must_use]
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at(Self::SYMBOLS / 2);
        format!("{first}-{second}")
    }
}

/// The symbol that somebody means by a character.
fn symbol(character: char) -> Option<char> {
    let meant = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().map(|known| char::from(*known)).find(|known| *known == meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_shown_and_as_people_type_it() {
        let code = ClaimCode::from_random([0, 1, 32, 33, 31, 10, 20, 30, 40, 255]);
        assert_eq!(code.shown(), "0101Z-AMY8Z");
        for typed in ["0101Z-AMY8Z", " o1ol z amy8z ", "０１０１ＺＡＭＹ８Ｚ"] {
            assert_eq!(ClaimCode::parse(typed).expect(typed), code);
        }
        for (typed, fault) in [
            ("-", FieldFault::Missing),
            ("0101Z", FieldFault::too_short(10)),
            ("0101Z-AMY8Z-0", FieldFault::too_long(10)),
            ("0101Z-AMY8U", FieldFault::ForbiddenCharacter),
        ] {
            assert_eq!(ClaimCode::parse(typed).expect_err(typed), fault);
        }
    }
}
