//! Search patterns for text in the database, and words that people say.

use model::text::{
    clinical::plurals,
    fold::{fold_for_search, fold_spelled_out},
};

/// A name, or part of a name, to look for in a `name_search` column.
#[derive(Debug, Clone)]
pub(crate) struct NameQuery {
    /// The folded form.
    pub(crate) folded: String,
    /// The folded form with German and Nordic letters written as two letters (ü as ue); the same as `folded` if there are none.
    pub(crate) spelled_out: String,
    /// `LIKE` patterns for columns that contain these forms.
    pub(crate) contains: String,
    pub(crate) contains_spelled_out: String,
    /// A `LIKE` pattern for columns that contain the folded form as whole words, with blanks around the column.
    pub(crate) contains_words: String,
}

impl NameQuery {
    /// `None` when nothing is left to look for: the input has only punctuation or invisible characters.
    pub(crate) fn new(typed: &str) -> Option<Self> {
        let folded = fold_for_search(typed);
        if folded.is_empty() {
            return None;
        }
        let spelled_out = fold_spelled_out(typed).unwrap_or_else(|| folded.clone());
        let (contains, contains_spelled_out) = (contains(&folded), contains(&spelled_out));
        let contains_words = format!("% {} %", literal(&folded));
        Some(Self { folded, spelled_out, contains, contains_spelled_out, contains_words })
    }
}

/// How much of a phrase is in a text that somebody types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mention {
    /// All of its words.
    Whole,
    /// The text is the beginning of the phrase, at least three letters of it.
    Beginning,
}

/// A text that somebody typed, as single words in the form that searches compare.
#[derive(Debug)]
pub(crate) struct TypedWords(Vec<String>);

impl TypedWords {
    pub(crate) fn new(typed: &str) -> Self {
        Self(fold_for_search(typed).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect())
    }

    /// How many words it has.
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether the text mentions a phrase, which is folded and in the singular: `bad headaches since Monday` mentions `headache`.
    pub(crate) fn mention(&self, phrase: &str) -> Option<Mention> {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        if self.0.windows(phrase.len()).any(|typed| typed.iter().zip(&phrase).all(is_form)) {
            return Some(Mention::Whole);
        }
        let (last, before) = self.0.split_last()?;
        let goes_on = phrase.get(before.len()).is_some_and(|word| word.starts_with(last.as_str()));
        let letters: usize = self.0.iter().map(|word| word.chars().count()).sum();
        (goes_on && letters >= 3 && before.iter().zip(&phrase).all(is_form)).then_some(Mention::Beginning)
    }
}

/// Whether a typed word is this word or its plural.
fn is_form((typed, word): (&String, &&str)) -> bool {
    typed == word || plurals(word).contains(typed)
}

/// A `LIKE` pattern for texts that contain this one.
pub(crate) fn contains(text: &str) -> String {
    format!("%{}%", literal(text))
}

/// Escapes the text for a `LIKE` pattern, so that each character stands for itself.
fn literal(text: &str) -> String {
    text.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_no_pattern() {
        assert_eq!(contains("50%_\\"), "%50\\%\\_\\\\%");
    }

    #[test]
    fn a_phrase_is_mentioned_by_its_words_and_by_its_beginning() {
        for (typed, phrase, expected) in [
            ("headache", "headache", Some(Mention::Whole)),
            ("Bad HEADACHES, since Monday", "headache", Some(Mention::Whole)),
            ("my sore throat", "sore throat", Some(Mention::Whole)),
            ("head", "headache", Some(Mention::Beginning)),
            ("sore thr", "sore throat", Some(Mention::Beginning)),
            ("he", "headache", None),
            ("throat sore", "sore throat", None),
            ("Headley", "headache", None),
            ("pearl", "ear", None),
            ("", "ear", None),
        ] {
            assert_eq!(TypedWords::new(typed).mention(phrase), expected, "{typed}: {phrase}");
        }
    }

    #[test]
    fn a_name_is_looked_for_in_both_spellings() {
        let query = NameQuery::new(" Müller ").expect("a name");
        assert_eq!((query.contains.as_str(), query.contains_spelled_out.as_str()), ("%muller%", "%mueller%"));
        assert!(NameQuery::new("\0").is_none());
    }
}
