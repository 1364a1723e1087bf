//! Typing errors in a search for diagnoses: the word of ICD-10-CM, or of patients, that is nearest to a word that nothing contains.

use super::{icd10cm::release, lay_words};
use crate::Result;
use model::text::fold::fold_for_search;
use std::{
    collections::{BTreeSet, HashSet},
    sync::OnceLock,
};

/// The fewest letters of a word that is corrected: shorter ones are near to too many others.
const SHORTEST: usize = 4;
/// The letters of a word from which on two of its letters may be wrong, and not only one.
const LONG: usize = 7;

/// The words with their typing errors mended; `None` when nothing is to mend, or when a word is near to none that is known.
pub(super) fn mended(words: &[String]) -> Result<Option<Vec<String>>> {
    let known = vocabulary()?;
    let mended: Option<Vec<String>> = words.iter().map(|word| nearest(known, word)).collect();
    Ok(mended.filter(|mended| mended != words))
}

/// The word itself if it is known or the beginning of a known one. Otherwise the nearest word, by letters that are missing, too many, wrong or in the wrong order.
fn nearest(known: &BTreeSet<String>, word: &str) -> Option<String> {
    if known.range(word.to_owned()..).next().is_some_and(|next| next.starts_with(word)) {
        return Some(word.to_owned());
    }
    let letters = word.chars().count();
    if letters < SHORTEST {
        return None;
    }
    let most = if letters < LONG { 1 } else { 2 };
    let candidates = known.iter().filter(|one| one.chars().count().abs_diff(letters) <= most);
    let measured = candidates.map(|one| (strsim::osa_distance(one, word), one.chars().next() != word.chars().next(), one));
    measured.filter(|(distance, _, _)| *distance <= most).min().map(|(_, _, one)| one.clone())
}

/// The words of the descriptions and of patients, folded. They are read from the release once.
fn vocabulary() -> Result<&'static BTreeSet<String>> {
    static WORDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    if let Some(words) = WORDS.get() {
        return Ok(words);
    }
    let text = release()?;
    let mut unique: HashSet<&str> = text.split(|letter: char| !letter.is_alphabetic()).collect();
    for word in lay_words::words() {
        unique.insert(word);
    }
    let folded = unique.into_iter().map(fold_for_search).filter(|word| word.chars().count() >= SHORTEST && !word.contains(' '));
    Ok(WORDS.get_or_init(|| folded.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_becomes_the_nearest_one() {
        let mended = |typed: &str| {
            let words: Vec<String> = typed.split(' ').map(str::to_owned).collect();
            mended(&words).expect("the release can be read").map(|words| words.join(" "))
        };
        for (typed, meant) in [
            ("pnuemonia", "pneumonia"),
            ("bacterial pnuemonia", "bacterial pneumonia"),
            ("ashtma", "asthma"),
            ("hypretension", "hypertension"),
            ("dibaetes", "diabetes"),
        ] {
            assert_eq!(mended(typed).as_deref(), Some(meant), "{typed}");
        }
        // Known, the beginning of a known word, too short, and near to nothing.
        for typed in ["pneumonia", "pneumo", "zxq", "zzzzzz", "pnuemonia zzzzzz"] {
            assert_eq!(mended(typed), None, "{typed}");
        }
    }
}
