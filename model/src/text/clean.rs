//! Cleaning of free text of one or several lines.

use super::invisible::{belongs, is_invisible, is_unreadable};
use crate::errors::FieldFault;
use unicode_normalization::UnicodeNormalization;

/// The text as a reader sees it, composed (NFC). Invisible characters are removed, except those that change the shape of their neighbours
/// (a joiner within a Persian or Indic word, a variation selector of an ideograph, a joiner in an emoji of several parts).
#[must_use]
pub fn visible(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut before = None;
    for (at, character) in text.char_indices() {
        let character = if character == BRAILLE_BLANK { ' ' } else { character };
        if is_invisible(character) {
            let mut following = text[at + character.len_utf8()..].chars();
            // Invisible characters in between are removed, so the neighbour is the next visible character.
            let after = following.find(|next| !is_invisible(*next));
            if !belongs(before, character, after) {
                continue;
            }
        }
        kept.push(character);
        before = Some(character);
    }
    kept.nfc().collect()
}

/// A braille cell without dots. It looks blank, but Unicode does not count it as white space.
const BRAILLE_BLANK: char = '\u{2800}';

/// One line of text: [`visible`], trimmed, with each run of white space replaced by one space.
///
/// # Errors
/// `Missing` when no visible character is left; `TooLong` beyond `max` characters; `ForbiddenCharacter` for control characters and
/// other unreadable ones.
pub fn single_line(text: &str, max: usize) -> Result<String, FieldFault> {
    let line = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    checked(line, max)
}

/// Several lines of text: [`visible`], trimmed as a whole, with every kind of line break replaced by `\n`.
///
/// # Errors
/// Those of [`single_line`], but line breaks and tabs are allowed.
pub fn many_lines(text: &str, max: usize) -> Result<String, FieldFault> {
    let lines = text.replace("\r\n", "\n").replace(['\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    checked(visible(&lines).trim().to_owned(), max)
}

fn checked(text: String, max: usize) -> Result<String, FieldFault> {
    if text.is_empty() {
        return Err(FieldFault::Missing);
    }
    if text.chars().any(|character| !matches!(character, '\n' | '\t') && is_unreadable(character)) {
        return Err(FieldFault::ForbiddenCharacter);
    }
    if text.chars().count() > max { Err(FieldFault::too_long(max)) } else { Ok(text) }
}

/// The form of a secret that is hashed (RFC 8265 §4.2.2): composed, every kind of space replaced by U+0020, nothing removed. Without it, the
/// same password typed on two keyboards could differ.
#[must_use]
pub fn secret_form(text: &str) -> String {
    text.chars().map(|character| if is_blank(character) { ' ' } else { character }).nfc().collect()
}

const fn is_blank(character: char) -> bool {
    matches!(character, '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_trimmed_and_holds_nothing_invisible() {
        assert_eq!(single_line("  a \t b\n", 3), Ok("a b".to_owned()));
        assert_eq!(single_line(" \n ", 3), Err(FieldFault::Missing));
        assert_eq!(single_line("abcd", 3), Err(FieldFault::too_long(3)));
        for unreadable in ['\u{0}', '\u{7}', '\u{FFFD}', '\u{E000}', '\u{FFFF}'] {
            assert_eq!(single_line(&format!("a{unreadable}b"), 9), Err(FieldFault::ForbiddenCharacter));
        }
    }

    #[test]
    fn lines_keep_their_breaks_and_nothing_else_is_hidden_in_them() {
        assert_eq!(many_lines(" a\r\nb\rc\u{2028}d\u{C}e\n", 9), Ok("a\nb\nc\nd\ne".to_owned()));
        assert_eq!(many_lines(" \n ", 9), Err(FieldFault::Missing));
        assert_eq!(many_lines("abcd", 3), Err(FieldFault::too_long(3)));
        assert_eq!(many_lines("a\u{0}b", 9), Err(FieldFault::ForbiddenCharacter));
    }

    #[test]
    fn what_nobody_sees_goes() {
        for hidden in [
            '\u{AD}',
            '\u{34F}',
            '\u{61C}',
            '\u{115F}',
            '\u{180E}',
            '\u{200B}',
            '\u{200C}',
            '\u{200D}',
            '\u{200E}',
            '\u{200F}',
            '\u{202A}',
            '\u{202E}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{3164}',
            '\u{FE0F}',
            '\u{FEFF}',
            '\u{FFA0}',
            '\u{E0041}',
            '\u{E0101}',
        ] {
            assert_eq!(single_line(&format!("A{hidden}da{hidden}"), 9), Ok("Ada".to_owned()), "U+{:04X}", u32::from(hidden));
            assert_eq!(many_lines(&format!("{hidden}\n{hidden}"), 9), Err(FieldFault::Missing), "U+{:04X}", u32::from(hidden));
        }
        assert_eq!(single_line("\u{2800}\u{3000}\u{A0}", 9), Err(FieldFault::Missing));
    }

    #[test]
    fn what_shapes_its_neighbours_stays() {
        for text in [
            "علی\u{200C}رضا",
            "क\u{94D}\u{200D}ष",
            "ക\u{D4D}\u{200D}",
            "辻\u{E0100}",
            "👩\u{200D}⚕\u{FE0F}",
            "1\u{FE0F}",
            "❤\u{FE0F}",
        ] {
            assert_eq!(visible(text), text);
        }
        let england = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
        assert_eq!(visible(england), england);
    }

    #[test]
    fn both_ways_to_write_an_accent_come_to_one() {
        assert_eq!(visible("Ame\u{301}lie"), "Amélie");
        assert_eq!(visible("e\u{200B}\u{301}"), "é");
        assert_eq!(secret_form("cafe\u{301}\u{A0}noir"), "café noir");
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(text in "\\PC{0,40}|[\u{200B}-\u{200F}a\u{301}\u{E0041}ا\u{FE0F}👩]{0,12}") {
            let once = visible(&text);
            prop_assert_eq!(visible(&once), once.clone());
            let secret = secret_form(&text);
            prop_assert_eq!(secret_form(&secret), secret.clone());
        }
    }
}
