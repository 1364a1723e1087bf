//! What patients call their complaints, and the codes of ICD-10-CM that a doctor records for them when nothing more is known.

use crate::text::{Mention, TypedWords};
use std::sync::OnceLock;

/// A line for each complaint: words or a phrase, folded and in the singular, a colon, its codes, the most usual first. Headings of ICD-10-CM cannot be recorded, so a
/// headache is R51.9.
static LINES: &str = include_str!("../../data/lay_words.txt");

/// The codes for a text, the most usual first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct LayCodes {
    /// The whole text is a complaint in patients' words, or the beginning of one, with more than one word.
    pub(super) exact: Vec<String>,
    /// The text contains such words among others, or begins one.
    pub(super) near: Vec<String>,
}

/// The codes of the patients' words in a text.
pub(super) fn codes(typed: &TypedWords) -> LayCodes {
    let mut found = LayCodes::default();
    for (phrase, codes) in table() {
        let is_whole_text = typed.count() == phrase.split(' ').count();
        let is_clear = typed.count() > 1;
        let codes = codes.iter().map(|code| (*code).to_owned());
        match typed.mention(phrase) {
            Some(Mention::Whole) if is_whole_text => found.exact.extend(codes),
            Some(Mention::Beginning) if is_clear => found.exact.extend(codes),
            Some(Mention::Whole | Mention::Beginning) => found.near.extend(codes),
            None => {}
        }
    }
    found
}

/// The words of all complaints.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    table().iter().flat_map(|(phrase, _)| phrase.split(' '))
}

/// A complaint and its codes.
type Complaint = (&'static str, Vec<&'static str>);

/// The complaints of the file. They are read once.
fn table() -> &'static [Complaint] {
    static TABLE: OnceLock<Vec<Complaint>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = LINES.lines().filter_map(|line| line.split_once(": "));
        lines.map(|(phrase, codes)| (phrase, codes.split(' ').collect())).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::text::fold::fold_for_search;
    use std::collections::HashSet;

    #[test]
    fn complaints_lead_to_codes() {
        let of = |typed: &str| codes(&TypedWords::new(typed));
        let texts = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        for (typed, exact) in [
            ("Sore throat", &["J02.9", "J03.90"][..]),
            ("high blood pressure", &["I10"]),
            ("headaches", &["R51.9"]),
            ("sore thr", &["J02.9", "J03.90"]),
            ("athlete’s foot", &["B35.3"]),
            ("pins and needles", &["R20.2"]),
        ] {
            assert_eq!(of(typed).exact, texts(exact), "{typed}");
        }
        assert_eq!(of("headac"), LayCodes { exact: Vec::new(), near: texts(&["R51.9"]) });
        assert_eq!(of("severe headache"), LayCodes { exact: Vec::new(), near: texts(&["R51.9"]) });
        for typed in ["", "he", "zzz", "of the"] {
            assert_eq!(of(typed), LayCodes::default(), "{typed}");
        }
    }

    #[test]
    fn each_complaint_is_folded_stands_once_and_leads_to_codes_that_can_be_recorded() {
        let release = super::super::icd10cm::release().expect("the release is readable");
        let recordable: HashSet<&str> = release
            .lines()
            .filter_map(|line| {
                let (code, rest) = line.split_once(',')?;
                rest.starts_with("1,").then_some(code)
            })
            .collect();
        assert_eq!(table().len(), LINES.lines().count(), "a line has no codes");
        assert!(table().is_sorted_by(|(one, _), (next, _)| one < next));
        for (phrase, codes) in table() {
            assert_eq!(fold_for_search(phrase), *phrase);
            let wrong: Vec<_> = codes.iter().filter(|code| !recordable.contains(*code)).collect();
            assert!(!codes.is_empty() && wrong.is_empty(), "{phrase}: {wrong:?}");
        }
    }

    #[test]
    fn the_codes_that_are_recorded_most_have_words() {
        let coded: HashSet<&str> = table().iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
        assert!(table().len() >= 800 && coded.len() >= 500, "{} complaints with {} codes", table().len(), coded.len());
    }
}
