//! Search patterns for text in the database.

use model::text::fold::{fold_for_search, fold_spelled_out};

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
        Some(Self { folded, spelled_out, contains, contains_spelled_out })
    }
}

/// A `LIKE` pattern for texts that contain this one.
pub(crate) fn contains(text: &str) -> String {
    format!("%{}%", literal(text))
}

/// Escapes the text for a `LIKE` pattern, so that each character stands for itself.
pub(crate) fn literal(text: &str) -> String {
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
    fn a_name_is_looked_for_in_both_spellings() {
        let query = NameQuery::new(" Müller ").expect("a name");
        assert_eq!((query.contains.as_str(), query.contains_spelled_out.as_str()), ("%muller%", "%mueller%"));
        assert!(NameQuery::new("\0").is_none());
    }
}
