//! The short person number that every patient has, for the desk, the telephone and labels.

use crate::{
    errors::FieldFault,
    text::{is_dash, machine_form},
    wire::text_value,
};
use std::fmt;

/// Crockford's alphabet: without I, L, O and U, so that no symbol is misread and no word appears.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// How many symbols a number has, with the check symbol.
const SYMBOLS: usize = 8;
const DATA_BITS: u32 = 35;
const MASK: u64 = (1 << DATA_BITS) - 1;
/// Multiplying by any odd number is a bijection modulo 2³⁵; this one (2³⁵ divided by the golden ratio) moves consecutive counters far apart.
const SPREAD: u64 = 21_235_530_341;
/// The inverse of `SPREAD` modulo 2³⁵.
const GATHER: u64 = inverse(SPREAD);

/// A number of seven symbols and a check symbol, made from a counter. It is shown as `7K3-9QF-2X`.
///
/// The check symbol makes the weighted sum of all eight symbols over GF(2⁵) zero, with a different weight at each place. It detects
/// every single wrong symbol, every swap of two symbols and every doubled pair, and it comes from the same alphabet (modulo 37
/// would need `*~$=U`). Consecutive counters give numbers that do not look alike. The number is not a secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonNumber([u8; 8]);

impl PersonNumber {
    /// The largest counter that has a number.
    pub const MAX_COUNTER: u64 = MASK;

    /// The number of the n-th person; `None` beyond [`Self::MAX_COUNTER`].
    #[must_use]
    pub fn from_counter(counter: u64) -> Option<Self> {
        if counter > MASK {
            return None;
        }
        let spread = counter.wrapping_mul(SPREAD) & MASK;
        let mut values = [0_u8; 8];
        for (place, value) in values[..7].iter_mut().enumerate() {
            // Five bits always fit into a `u8`.
            *value = u8::try_from((spread >> (5 * (6 - place))) & 31).unwrap_or_default();
        }
        values[7] = check_value(&values);
        Some(Self(values.map(|value| ALPHABET[usize::from(value)])))
    }

    /// The counter that the number was made from.
    #[must_use]
    pub fn counter(self) -> u64 {
        let spread =
            self.0[..7].iter().fold(0, |sum, symbol| (sum << 5) | u64::from(value_of(char::from(*symbol)).unwrap_or_default()));
        spread.wrapping_mul(GATHER) & MASK
    }

    /// Parses a number as people write it: hyphens and spaces are removed, case is ignored, digits of any script are accepted, `O` is
    /// zero, `I` and `L` are one.
    ///
    /// # Errors
    /// `Missing`; `TooShort` and `TooLong`; `ForbiddenCharacter` for a symbol outside the alphabet; `Malformed` when the check symbol is wrong.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let mut values = [0_u8; SYMBOLS];
        let mut length = 0;
        for character in machine_form(text).chars().filter(|c| !c.is_whitespace() && !is_dash(*c)) {
            let value = value_of(character).ok_or(FieldFault::ForbiddenCharacter)?;
            *values.get_mut(length).ok_or(FieldFault::too_long(SYMBOLS))? = value;
            length += 1;
        }
        match length {
            0 => Err(FieldFault::Missing),
            1..SYMBOLS => Err(FieldFault::too_short(SYMBOLS)),
            _ if values[7] != check_value(&values) => Err(FieldFault::Malformed),
            _ => Ok(Self(values.map(|value| ALPHABET[usize::from(value)]))),
        }
    }

    /// The eight symbols without hyphens: for the database and the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // All eight bytes come from an ASCII alphabet.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The form that people read: `7K3-9QF-2X`.
impl fmt::Display for PersonNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.as_str();
        write!(f, "{}-{}-{}", &text[..3], &text[3..6], &text[6..])
    }
}

impl fmt::Debug for PersonNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonNumber({self})")
    }
}

text_value!(PersonNumber);

fn value_of(character: char) -> Option<u8> {
    let symbol = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == symbol).and_then(|value| u8::try_from(value).ok())
}

/// The value for the last place that makes `Σ αⁱ·vᵢ` zero, where α is a root of x⁵ + x² + 1 and the last place has weight one.
fn check_value(values: &[u8; 8]) -> u8 {
    // Horner's rule: each earlier place is multiplied by α once more.
    times_alpha(values[..7].iter().fold(0, |sum, value| times_alpha(sum) ^ value))
}

const fn times_alpha(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

/// Newton's iteration: each step doubles the number of correct bits.
const fn inverse(odd: u64) -> u64 {
    let mut guess = odd;
    let mut step = 0;
    while step < 6 {
        guess = guess.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(guess)));
        step += 1;
    }
    guess
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neighbours_do_not_look_alike_and_hands_are_forgiven() {
        let number = PersonNumber::from_counter(1).expect("a number");
        let next = PersonNumber::from_counter(2).expect("a number");
        let same = number.as_str().bytes().zip(next.as_str().bytes()).filter(|(a, b)| a == b).count();
        assert!(same <= 2, "{number} {next}");
        let sloppy = format!(" {} ", number.to_string().to_lowercase().replace('0', "o").replace('1', "l").replace('-', " - "));
        assert_eq!(PersonNumber::parse(&sloppy), Ok(number));
        let fullwidth: String = number.to_string().chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();
        assert_eq!(PersonNumber::parse(&format!("\u{2067}{fullwidth}\u{2069}")), Ok(number));
        assert_eq!(number.to_string().len(), 10);
        assert_eq!(PersonNumber::from_counter(PersonNumber::MAX_COUNTER + 1), None);
    }

    #[test]
    fn faults_are_told_apart() {
        for (text, fault) in [
            (" - ", FieldFault::Missing),
            ("7K3-9QF", FieldFault::too_short(SYMBOLS)),
            ("7K3-9QF-2X7", FieldFault::too_long(SYMBOLS)),
            ("7K3-9QF-2*", FieldFault::ForbiddenCharacter),
        ] {
            assert_eq!(PersonNumber::parse(text).expect_err(text), fault);
        }
    }

    proptest! {
        #[test]
        fn a_number_comes_back_from_its_text(counter in 0..=PersonNumber::MAX_COUNTER) {
            let number = PersonNumber::from_counter(counter).expect("in range");
            prop_assert_eq!(number.counter(), counter);
            prop_assert_eq!(PersonNumber::parse(&number.to_string()), Ok(number));
            prop_assert_eq!(serde_json::from_str::<PersonNumber>(&serde_json::to_string(&number).expect("json")).expect("number"), number);
        }

        #[test]
        fn one_wrong_symbol_is_always_found(counter in 0..=PersonNumber::MAX_COUNTER, place in 0..8_usize, symbol in 0..32_usize) {
            let number = PersonNumber::from_counter(counter).expect("in range");
            let mut wrong = number.0;
            wrong[place] = ALPHABET[symbol];
            prop_assume!(wrong != number.0);
            let text = String::from_utf8(wrong.to_vec()).expect("ascii");
            prop_assert_eq!(PersonNumber::parse(&text), Err(FieldFault::Malformed));
        }

        #[test]
        fn two_swapped_symbols_are_always_found(counter in 0..=PersonNumber::MAX_COUNTER, a in 0..8_usize, b in 0..8_usize) {
            let number = PersonNumber::from_counter(counter).expect("in range");
            let mut wrong = number.0;
            wrong.swap(a, b);
            prop_assume!(wrong != number.0);
            let text = String::from_utf8(wrong.to_vec()).expect("ascii");
            prop_assert_eq!(PersonNumber::parse(&text), Err(FieldFault::Malformed));
        }
    }
}
