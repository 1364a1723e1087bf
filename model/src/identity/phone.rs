//! Telephone numbers.

use crate::{
    errors::FieldFault,
    wire::{redacted, text_value},
};

/// An international telephone number in the normal form of E.164: `+` and 8 to 15 digits.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as people write it: blanks, dots, dashes, slashes and parentheses go; a leading `00` is a `+`; the trunk zero in
    /// `+44 (0)20 …` goes.
    ///
    /// # Errors
    /// `Missing`; `ForbiddenCharacter` for letters and the like; `Malformed` when it is not international (no `+` or `00`, or a country code that
    /// begins with zero); `TooShort` below 8 and `TooLong` beyond 15 digits.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim().replace("(0)", "");
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        let mut normal = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '0'..='9' => normal.push(character),
                '+' | '\u{FF0B}' if normal.is_empty() => normal.push('+'),
                '+' | '\u{FF0B}' => return Err(FieldFault::Malformed),
                ' ' | '\u{A0}' | '\u{202F}' | '\u{2009}' | '-' | '\u{2010}'..='\u{2013}' | '(' | ')' | '.' | '/' => {}
                _ => return Err(FieldFault::ForbiddenCharacter),
            }
        }
        if let Some(rest) = normal.strip_prefix("00") {
            normal = format!("+{rest}");
        }
        let Some(digits) = normal.strip_prefix('+') else {
            return Err(if normal.is_empty() { FieldFault::Missing } else { FieldFault::Malformed });
        };
        match digits.len() {
            0..=7 => Err(FieldFault::TooShort),
            8..=15 if digits.starts_with('0') => Err(FieldFault::Malformed),
            8..=15 => Ok(Self(normal)),
            _ => Err(FieldFault::TooLong),
        }
    }

    /// The normal form, e.g. `+442079460958`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All but the last three digits hidden, for "we sent a code to …958".
    #[must_use]
    pub fn masked(&self) -> String {
        format!("…{}", &self.0[self.0.len() - 3..])
    }
}

redacted!(PhoneNumber);
text_value!(PhoneNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_writing_comes_to_one_form() {
        for text in ["+44 20 7946 0958", "0044 20 7946-0958", "+44 (0)20 7946 0958", "(+44) 20.7946.0958", "+44\u{a0}20/79460958"]
        {
            assert_eq!(PhoneNumber::parse(text).expect(text).as_str(), "+442079460958");
        }
        assert_eq!(PhoneNumber::parse("+442079460958").expect("a number").masked(), "…958");
    }

    #[test]
    fn numbers_that_cannot_be_dialled_from_everywhere_are_refused() {
        for (text, fault) in [
            ("", FieldFault::Missing),
            ("--", FieldFault::Missing),
            ("020 7946 0958", FieldFault::Malformed),
            ("+020 7946 0958", FieldFault::Malformed),
            ("+44+20 7946 0958", FieldFault::Malformed),
            ("+44 20 CALL ME", FieldFault::ForbiddenCharacter),
            ("+44 207", FieldFault::TooShort),
            ("+1234567890123456", FieldFault::TooLong),
        ] {
            assert_eq!(PhoneNumber::parse(text).expect_err(text), fault, "{text}");
        }
    }
}
