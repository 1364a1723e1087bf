//! Phrases: a short word with a dot in front that stands for longer text in a note, like `.cough`.

use crate::{errors::FieldFault, text::many_lines, wire::words};
use serde::{Deserialize, Serialize};

/// The longest abbreviation, in characters, without the dot.
const MAX_ABBREVIATION: usize = 30;
/// The longest text of a phrase, in characters.
const MAX_TEXT: usize = 2_000;

words! {
    /// Whose phrases somebody manages.
    PhrasesOf {
        /// A doctor's own ones.
        Own = "own",
        /// Those of an administrator's clinic, or of the organisation.
        Clinic = "clinic",
    }
}

/// A phrase that a doctor can write in a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// What is written after the dot, in small letters: `cough`.
    pub abbreviation: String,
    /// The text for which it stands.
    pub text: String,
}

/// A phrase as its owner manages it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhraseRow {
    /// What is written after the dot.
    pub abbreviation: String,
    /// The text for which it stands.
    pub text: String,
    /// The version, needed to change or remove it.
    pub version: i32,
}

/// The phrases that somebody manages, and those of others that they can write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhraseBook {
    /// The managed phrases, by abbreviation.
    pub phrases: Vec<PhraseRow>,
    /// For a doctor: the phrases of the clinics at which they work and of the organisation, by abbreviation.
    pub shared: Vec<Phrase>,
}

/// Parses an abbreviation, with or without the dot: small Latin letters, digits and hyphens, a letter first. Capital letters become small.
///
/// # Errors
/// `Missing`, `TooLong`, `Malformed`.
pub fn abbreviation(typed: &str) -> Result<String, FieldFault> {
    let typed = typed.trim();
    let typed = typed.strip_prefix('.').unwrap_or(typed).to_ascii_lowercase();
    if typed.is_empty() {
        return Err(FieldFault::Missing);
    }
    if typed.chars().count() > MAX_ABBREVIATION {
        return Err(FieldFault::too_long(MAX_ABBREVIATION));
    }
    let is_well_formed = typed.starts_with(|first: char| first.is_ascii_lowercase())
        && typed.chars().all(|character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-');
    if is_well_formed { Ok(typed) } else { Err(FieldFault::Malformed) }
}

/// Parses the text of a phrase. It contains no abbreviation of a phrase, so that a saved note never grows when it is saved again.
///
/// # Errors
/// `Missing`, `TooLong`, `ForbiddenCharacter`; `Malformed` when a word of it looks like a phrase.
pub fn phrase_text(typed: &str) -> Result<String, FieldFault> {
    let text = many_lines(typed, MAX_TEXT)?;
    if text.split_whitespace().any(|word| typed_phrase(word).is_some()) { Err(FieldFault::Malformed) } else { Ok(text) }
}

/// The abbreviation of a typed word with a dot in front; `None` for every other word.
#[must_use]
pub fn typed_phrase(word: &str) -> Option<String> {
    let after = word.strip_prefix('.').filter(|after| !after.starts_with('.'))?;
    abbreviation(after).ok()
}

/// The text with every phrase in it written out. A phrase is a whole word between white space. An abbreviation that is not among the phrases stays as it is. If two
/// phrases have the same abbreviation, the first one counts.
#[must_use]
pub fn expand_phrases(text: &str, phrases: &[Phrase]) -> String {
    let mut expanded = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let known = typed_phrase(word).and_then(|typed| phrases.iter().find(|phrase| phrase.abbreviation == typed));
        match known {
            Some(phrase) => {
                expanded.push_str(&phrase.text);
                expanded.push_str(&piece[word.len()..]);
            }
            None => expanded.push_str(piece),
        }
    }
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases() -> Vec<Phrase> {
        let phrase = |abbreviation: &str, text: &str| Phrase { abbreviation: abbreviation.to_owned(), text: text.to_owned() };
        vec![phrase("cough", "Dry cough,\nno sputum."), phrase("rest", "Rest."), phrase("rest", "Another rest.")]
    }

    #[test]
    fn a_phrase_is_a_whole_word_with_a_dot_in_front() {
        let expanded = |text: &str| expand_phrases(text, &phrases());
        assert_eq!(expanded(".cough"), "Dry cough,\nno sputum.");
        assert_eq!(expanded("Since Monday .Cough  and\n.rest\tToday"), "Since Monday Dry cough,\nno sputum.  and\nRest.\tToday");
        for unchanged in ["cough", "..cough", "x.cough", ".cough.", ".fever", ".5 mg", "Rest. ", ". cough", ""] {
            assert_eq!(expanded(unchanged), unchanged);
        }
        let once = expanded("a .cough b");
        assert_eq!(expanded(&once), once);
    }

    #[test]
    fn abbreviations_are_small_latin_letters_and_texts_contain_no_phrase() {
        assert_eq!(abbreviation(" .Cough-2 ").as_deref(), Ok("cough-2"));
        assert_eq!(abbreviation("."), Err(FieldFault::Missing));
        assert_eq!(abbreviation(&"a".repeat(31)), Err(FieldFault::too_long(30)));
        for malformed in ["2cough", "dry cough", "toux\u{e9}", "-a", "..a"] {
            assert_eq!(abbreviation(malformed), Err(FieldFault::Malformed), "{malformed}");
        }
        assert_eq!(phrase_text(" Rest.\r\nDrink. ").as_deref(), Ok("Rest.\nDrink."));
        assert_eq!(phrase_text("Again .rest"), Err(FieldFault::Malformed));
    }
}
