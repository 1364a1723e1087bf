//! Right-to-left text within left-to-right text (Unicode TR 9).

use std::borrow::Cow;

/// FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode TR 9 §2.4). Text between them has its own direction, that of its first strong character.
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

/// Whether a character is part of an explicit embedding, override or isolate. Such characters change the display order of the text around
/// them, and can be used to disguise it.
#[must_use]
pub const fn is_directional_control(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The text without embeddings, overrides and isolates.
#[must_use]
pub fn without_controls(text: &str) -> Cow<'_, str> {
    if text.contains(is_directional_control) {
        Cow::Owned(text.chars().filter(|character| !is_directional_control(*character)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// User text, prepared for use in one of our sentences: a right-to-left name does not change the order of the words around it. Text without
/// right-to-left letters is returned unchanged.
#[must_use]
pub fn isolated(text: &str) -> Cow<'_, str> {
    let text = without_controls(text);
    if text.contains(is_right_to_left) { Cow::Owned(format!("{}{text}{}", ISOLATE.0, ISOLATE.1)) } else { text }
}

/// Whether a character is in a block of a right-to-left script: Hebrew, Arabic, Syriac, Thaana, N'Ko and others.
#[must_use]
pub const fn is_right_to_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8FF}' | '\u{200F}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_to_left_text_is_isolated_and_other_text_is_left_alone() {
        assert_eq!(isolated("محمد"), "\u{2068}محمد\u{2069}");
        assert_eq!(isolated("Dr דוד כהן"), "\u{2068}Dr דוד כהן\u{2069}");
        for plain in ["Amara Osei", "山田 太郎", "Łukasz", "", "12"] {
            assert!(matches!(isolated(plain), Cow::Borrowed(text) if text == plain), "{plain}");
        }
    }

    #[test]
    fn overrides_are_taken_out() {
        assert_eq!(without_controls("a\u{202E}b\u{2066}c\u{2069}"), "abc");
        assert_eq!(isolated("\u{202E}Amara\u{202C}"), "Amara");
    }
}
