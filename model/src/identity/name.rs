//! Names of people.

use crate::{
    errors::FieldFault,
    text::fold,
    wire::{redacted, single_line, text_value},
};

/// The longest name taken, in characters.
const MAX_CHARS: usize = 120;

/// A full name in any script, as its owner writes it: one field, because not everybody has a given and a family name
/// (W3C, "Personal names around the world").
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name of 1 to 120 characters; blanks around it go, runs of blanks become one.
    ///
    /// # Errors
    /// `Missing`, `TooLong`, `ForbiddenCharacter` for control characters, angle brackets and the like, `Malformed` without any letter.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let line = single_line(text, MAX_CHARS)?;
        if line.contains(['<', '>', '@', '"', '\\', '{', '}', '|']) {
            return Err(FieldFault::ForbiddenCharacter);
        }
        if !line.chars().any(char::is_alphabetic) {
            return Err(FieldFault::Malformed);
        }
        Ok(Self(line))
    }

    /// The name as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as searches compare it. Wherever a name is stored, this is stored with it.
    #[must_use]
    pub fn search_key(&self) -> String {
        fold::search_key(&self.0)
    }

    /// One or two capital letters for the circle that stands for a face: of the first and of the last word.
    #[must_use]
    pub fn initials(&self) -> String {
        let mut letters = self.0.split(' ').filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
        let first = letters.next();
        let last = letters.next_back();
        first.into_iter().chain(last).filter_map(|letter| letter.to_uppercase().next()).collect()
    }

    /// What lists are sorted by: the last word, then the rest, in lower case. Finer order (accents) is the database collation's.
    #[must_use]
    pub fn sort_key(&self) -> String {
        match self.0.rsplit_once(' ') {
            Some((rest, last)) => format!("{last} {rest}").to_lowercase(),
            None => self.0.to_lowercase(),
        }
    }
}

redacted!(PersonName);
text_value!(PersonName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_and_order_work_in_any_script() {
        for (name, initials, sort_key) in [
            ("Amara  Osei", "AO", "osei amara"),
            (" Björk ", "B", "björk"),
            ("maria josé da silva", "MS", "silva maria josé da"),
            ("Ольга Иванова", "ОИ", "иванова ольга"),
            ("山田 太郎", "山太", "太郎 山田"),
            ("Seán O'Connor-Ní", "SO", "o'connor-ní seán"),
        ] {
            let parsed = PersonName::parse(name).expect(name);
            assert_eq!(parsed.initials(), initials);
            assert_eq!(parsed.sort_key(), sort_key);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for (text, fault) in [
            (" ", FieldFault::Missing),
            ("12345", FieldFault::Malformed),
            ("Eve <script>", FieldFault::ForbiddenCharacter),
            ("Eve\u{7}", FieldFault::ForbiddenCharacter),
        ] {
            assert_eq!(PersonName::parse(text).expect_err(text), fault);
        }
        assert_eq!(PersonName::parse(&"é".repeat(121)).expect_err("long"), FieldFault::TooLong);
        assert!(PersonName::parse(&"é".repeat(120)).is_ok());
    }
}
