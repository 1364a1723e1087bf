//! Postcodes, and what a search for something near begins with.

use super::Position;
use crate::{
    errors::FieldFault,
    text::{is_dash, machine_form},
};

/// The shortest and the longest postcode, without spaces and dashes.
const SHORTEST: usize = 2;
const LONGEST: usize = 10;

/// A postcode as it is compared: capitals and digits, without spaces and dashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Postcode(String);

impl Postcode {
    /// Parses a postcode as people type it: `SE1 0QQ`, `se10qq`, `100-0001`.
    ///
    /// # Errors
    /// `Missing`; `Malformed`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = machine_form(text);
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        let kept = text.chars().filter(|character| !character.is_whitespace() && !is_dash(*character));
        let key: String = kept.map(|character| character.to_ascii_uppercase()).collect();
        let is_one = (SHORTEST..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_one { Ok(Self(key)) } else { Err(FieldFault::Malformed) }
    }

    /// The postcode as it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// From where a search measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Near {
    /// From a position.
    Position(Position),
    /// From the middle of a postcode.
    Postcode(Postcode),
}

impl Near {
    /// Parses a position (`51.5,-0.12`) or a postcode.
    ///
    /// # Errors
    /// `Missing`; `Malformed`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        if text.contains(',') {
            return text.parse().map(Self::Position).map_err(|_| FieldFault::Malformed);
        }
        Postcode::parse(text).map(Self::Postcode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_is_the_same_however_it_is_typed() {
        for typed in ["SE1 0QQ", "se10qq", " Se1-0qq ", "ＳＥ１ ０ＱＱ"] {
            assert_eq!(Postcode::parse(typed).as_ref().map(Postcode::as_str), Ok("SE10QQ"), "{typed}");
        }
        assert_eq!(Postcode::parse("100-0001").as_ref().map(Postcode::as_str), Ok("1000001"));
        assert_eq!(Postcode::parse(" "), Err(FieldFault::Missing));
        for typed in ["1", "12345678901", "10115 Berlin!", "Zürich", "%_"] {
            assert_eq!(Postcode::parse(typed), Err(FieldFault::Malformed), "{typed}");
        }
    }

    #[test]
    fn a_search_is_near_a_position_or_a_postcode() {
        assert_eq!(Near::parse("51.5,-0.12"), Ok(Near::Position(Position::new(5_150_000, -12_000).expect("a position"))));
        assert_eq!(Near::parse("10115"), Postcode::parse("10115").map(Near::Postcode));
        assert_eq!((Near::parse("91,0"), Near::parse("")), (Err(FieldFault::Malformed), Err(FieldFault::Missing)));
    }
}
