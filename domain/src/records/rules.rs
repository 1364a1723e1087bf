//! The rules of the record, without a database.

use crate::{Error, Result};
use model::{
    errors::{Code, FieldFault},
    records::AllergyView,
};
use std::cmp::Reverse;

/// The most diagnoses of one visit.
const MOST_DIAGNOSES: usize = 12;

/// The codes as they are recorded: upper case, each once, the first mention decides the order.
pub(super) fn codes(typed: &[String]) -> Result<Vec<String>> {
    let mut codes: Vec<String> = Vec::new();
    for code in typed {
        let code = code.trim().to_ascii_uppercase();
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    if codes.len() > MOST_DIAGNOSES { Err(Error::field("diagnosis", FieldFault::TooLarge)) } else { Ok(codes) }
}

/// Whether what the writer saw is what stands there.
pub(super) fn unchanged(seen: &[String], found: &[String]) -> Result<()> {
    if seen == found { Ok(()) } else { Err(Code::Stale.into()) }
}

/// The worst allergy first; among equals the newest.
pub(super) fn sort_allergies(allergies: &mut [AllergyView]) {
    allergies.sort_by_key(|view| (Reverse(view.allergy.severity), Reverse(view.recorded_at)));
}

/// The words of a search, each as a prefix; none when nothing is left to search for.
pub(super) fn search_words(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(8)
        .map(|word| format!("{}:*", word.to_lowercase()))
        .collect();
    (!words.is_empty()).then(|| words.join(" & "))
}

/// The beginning of a code, if the text may be one: a letter, a digit, then letters, digits and a point, which may be left out.
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
    fn what_was_typed_becomes_a_search() {
        assert_eq!(search_words(" Type 2 diab'etes ").as_deref(), Some("type:* & 2:* & diab:* & etes:*"));
        assert_eq!(search_words("!? &"), None);
        for (text, prefix) in
            [("e11", Some("E11")), ("E119", Some("E11.9")), ("e11.", Some("E11")), ("j45.9", Some("J45.9")), ("asthma", None)]
        {
            assert_eq!(code_prefix(text).as_deref(), prefix, "{text}");
        }
    }
}
