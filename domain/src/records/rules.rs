//! The rules of the record, as pure functions.

use crate::{Error, Result};
use model::{
    errors::{Code, FieldFault},
    records::AllergyView,
    text::{
        clinical::{forms, plurals},
        fold::fold_for_search,
    },
};
use std::{cmp::Reverse, collections::HashMap, fmt::Write as _};

/// The most diagnoses of one visit.
const MOST_DIAGNOSES: usize = 12;

/// The codes as they are recorded: upper case, each once, in the order in which they are first mentioned.
pub(super) fn codes(typed: &[String]) -> Result<Vec<String>> {
    let mut codes: Vec<String> = Vec::new();
    for code in typed {
        let code = code.trim().to_ascii_uppercase();
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    if codes.len() > MOST_DIAGNOSES { Err(Error::field("diagnosis", FieldFault::too_many(MOST_DIAGNOSES))) } else { Ok(codes) }
}

/// Checks that what the writer saw is what is stored.
pub(super) fn unchanged(seen: &[String], found: &[String]) -> Result<()> {
    if seen == found { Ok(()) } else { Err(Code::Stale.into()) }
}

/// Sorts allergies: the most severe first, and among equals the newest first.
pub(super) fn sort_allergies(allergies: &mut [AllergyView]) {
    allergies.sort_by_key(|view| (Reverse(view.allergy.severity), Reverse(view.recorded_at)));
}

/// The most words that a search uses.
const MOST_WORDS: usize = 8;

/// Words that have no meaning by themselves. The last word of a search may be the beginning of another word (`an`, `or`), so it always counts.
const FILLERS: [&str; 14] = ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "with"];

/// The words of a search, folded like those of the descriptions; empty when nothing is left to search for.
pub(super) fn search_words(text: &str) -> Vec<String> {
    let folded = fold_for_search(text);
    let mut words: Vec<String> = folded.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).map(str::to_owned).collect();
    if let Some(last) = words.pop() {
        words.retain(|word| !FILLERS.contains(&word.as_str()));
        words.push(last);
    }
    words
}

/// How many letters may be cut from the end of a word that no description contains: `vomited`, `asthmatix`.
pub(super) const MOST_CUT: usize = 4;

/// The beginnings of a word that are tried in its place, the longest first. At least `shortest` letters of the word stay.
pub(super) fn beginnings(word: &str, shortest: usize) -> impl Iterator<Item = &str> {
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    let letters = ends.len() - 1;
    let shortest = shortest.min(letters).max(letters.saturating_sub(MOST_CUT));
    (shortest..=letters).rev().map(move |length| &word[..ends[length]])
}

/// A tsquery for descriptions in which each of the words is the beginning of some word.
pub(super) fn prefix_query(words: &[impl AsRef<str>]) -> String {
    let words = words.iter().map(AsRef::as_ref).filter(|word| !word.is_empty());
    words.map(|word| format!("'{word}':*")).collect::<Vec<_>>().join(" & ")
}

/// A tsquery for descriptions that contain each of the words whole, in the singular or the plural.
pub(super) fn whole_query(words: &[impl AsRef<str>]) -> String {
    let words = words.iter().map(AsRef::as_ref).filter(|word| !word.is_empty());
    let either =
        words.map(|word| format!("({})", plurals(word).iter().map(|form| format!("'{form}'")).collect::<Vec<_>>().join(" | ")));
    either.collect::<Vec<_>>().join(" & ")
}

/// Makes the words under which descriptions are found. The descriptions of ICD-10-CM contain a million words, but only a few thousand different
/// ones, so the forms of each are made once.
#[derive(Default)]
pub(super) struct WordIndex {
    forms: HashMap<String, Vec<String>>,
}

impl WordIndex {
    /// The words of a description as a tsvector: all forms of each word, at its position.
    pub(super) fn of(&mut self, description: &str) -> String {
        let mut vector = String::new();
        for (place, word) in fold_for_search(description).split(' ').filter(|word| !word.is_empty()).enumerate() {
            if !self.forms.contains_key(word) {
                self.forms.insert(word.to_owned(), forms(word));
            }
            for form in self.forms.get(word).into_iter().flatten() {
                // Writing to a string cannot fail. Folding leaves neither quotes nor backslashes.
                let _ = write!(vector, "'{form}':{} ", place + 1);
            }
        }
        vector
    }
}

/// The beginning of a code, if the text may be one: a letter, a digit, then letters, digits and a dot, which may be left out.
pub(super) fn code_prefix(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let mut bytes = text.bytes();
    let is_code = bytes.next().is_some_and(|b| b.is_ascii_uppercase())
        && bytes.next().is_some_and(|b| b.is_ascii_digit())
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'.');
    if !is_code || text.len() > 8 {
        return None;
    }
    let plain = text.replace('.', "");
    Some(if plain.len() > 3 { format!("{}.{}", &plain[..3], &plain[3..]) } else { plain })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_recorded_once_and_in_order() {
        let typed = ["j45.909 ", "", "I10", "J45.909"].map(str::to_owned);
        assert_eq!(codes(&typed).expect("codes"), ["J45.909", "I10"]);
        let many: Vec<String> = (0..13).map(|n| format!("A{n:02}")).collect();
        assert_eq!(codes(&many).expect_err("too many").code(), Code::FieldsInvalid);
    }

    #[test]
    fn a_word_that_no_description_has_is_cut_from_its_end() {
        assert_eq!(beginnings("vomited", 3).collect::<Vec<_>>(), ["vomited", "vomite", "vomit", "vomi", "vom"]);
        assert_eq!(beginnings("the", 0).collect::<Vec<_>>(), ["the", "th", "t", ""]);
        assert_eq!(beginnings("ä", 3).collect::<Vec<_>>(), ["ä"]);
    }

    #[test]
    fn a_description_is_indexed_under_all_forms_of_its_words() {
        assert_eq!(WordIndex::default().of("Crohn's disease, anemia"), "'crohns':1 'diseases':2 'anemias':3 'anaemias':3 ");
    }

    #[test]
    fn what_was_typed_becomes_a_search() {
        assert_eq!(search_words(" Type 2 Diab\u{e9}t\0es "), ["type", "2", "diabetes"]);
        assert_eq!(search_words("fracture of the an"), ["fracture", "an"]);
        assert!(search_words("!? &").is_empty());
        assert_eq!(prefix_query(&["type", "2"]), "'type':* & '2':*");
        assert_eq!(whole_query(&["injury", "x2"]), "('injury' | 'injuries') & ('x2')");
        for (text, prefix) in
            [("e11", Some("E11")), ("E119", Some("E11.9")), ("e11.", Some("E11")), ("j45.9", Some("J45.9")), ("asthma", None)]
        {
            assert_eq!(code_prefix(text).as_deref(), prefix, "{text}");
        }
    }
}
